"""Credentials that come in parts: a key id and its secret; a client, its secret and a refresh token.

Found near each other they are one finding, with all parts located; a lone part opens less, and is graded lower.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from scanner.model import EVIDENCES, SEVERITIES, Finding, Part, Severity

_LINES: Final = 12  # a part stands at most so many lines from the next one
_SPREAD: Final = 24  # lines from the first part to the last
_NEIGHBOURS: Final = 16  # findings on each side that are looked at, so that joining stays linear in their number


class Pairs(NamedTuple):
    """`parts`: of a rule, by id, the other parts, each as the ids of the rules that find it: of those, one finding
    holds one at most. `named` are all rules that find any part.
    """

    parts: Mapping[str, tuple[frozenset[str], ...]]
    named: frozenset[str]


def read(pairs: Mapping[str, Sequence[str]]) -> Pairs:
    """Read the entries that rules give under `pair`: each names one other part, as one rule's id or several (`a|b`)."""
    parts = {rule: tuple(frozenset(entry.split("|")) for entry in entries) for rule, entries in pairs.items()}
    return Pairs(parts, frozenset(parts).union(*(part for others in parts.values() for part in others)))


def join(findings: Sequence[Finding], pairs: Pairs) -> list[Finding]:
    """Return the findings, given in order of place, with those joined that belong together.

    The nearest are joined first, whichever of them stands first, and none is part of two.
    """
    if not any(finding.rule_id in pairs.named for finding in findings):
        return list(findings)
    groups: list[tuple[int, ...]] = [(number,) for number in range(len(findings))]
    beside: set[int] = set()
    for _, _, one, other in sorted(_links(findings, pairs)):
        beside |= {one, other}
        union = tuple(sorted({*groups[one], *groups[other]}))
        if groups[one] != groups[other] and _fit([findings[number] for number in union], pairs):
            for number in union:
                groups[number] = union
    mains = {group: min(group, key=lambda number: _rank(findings[number])) for group in groups}
    return [
        _whole(finding, [findings[other] for other in groups[number] if other != number])
        if len(groups[number]) > 1
        else _lone(finding, pairs, number in beside)
        for number, finding in enumerate(findings)
        if mains[groups[number]] == number
    ]


def _links(findings: Sequence[Finding], pairs: Pairs) -> Iterator[tuple[int, int, int, int]]:
    """Yield two findings that may be parts of one: how many lines apart, how many bytes, and their numbers."""
    for number, finding in enumerate(findings):
        if finding.rule_id not in pairs.named:
            continue
        for other in range(number + 1, min(len(findings), number + _NEIGHBOURS + 1)):
            lines = findings[other].location.start.line - finding.location.start.line
            if lines > _LINES:
                break
            if _belong(finding.rule_id, findings[other].rule_id, pairs):
                yield lines, findings[other].location.span.start - finding.location.span.end, number, other


def _belong(one: str, other: str, pairs: Pairs) -> bool:
    of_one, of_other = pairs.parts.get(one, ()), pairs.parts.get(other, ())
    return any(other in part for part in of_one) or any(one in part for part in of_other)


def _fit(findings: Sequence[Finding], pairs: Pairs) -> bool:
    """Whether all can be parts of one credential: no part twice, and not too far apart."""
    rules = [finding.rule_id for finding in findings]
    lines = [finding.location.start.line for finding in findings]
    return (
        len(set(rules)) == len(rules)
        and max(lines) - min(lines) <= _SPREAD
        and all(len(part.intersection(rules)) <= 1 for rule in rules for part in pairs.parts.get(rule, ()))
    )


def _rank(finding: Finding) -> tuple[int, int]:
    return SEVERITIES.index(finding.severity), finding.location.span.start


def _whole(finding: Finding, others: Sequence[Finding]) -> Finding:
    """Return the finding with its parts, as sure as the surest of them: no gate may miss by joining what it had."""
    parts = tuple(
        Part(other.rule_id, other.rule_name, other.secret, other.location, other.fingerprint) for other in others
    )
    names = ", ".join(other.rule_name for other in others)
    one = len(others) == 1
    note = f"its other {'half' if one else 'parts'} ({names}) {'stands' if one else 'stand'} beside it"
    return finding._replace(
        parts=parts,
        evidence=min((part.evidence for part in (finding, *others)), key=EVIDENCES.index),
        notes=(*finding.notes, note),
        facts=tuple(dict.fromkeys(fact for part in (finding, *others) for fact in part.facts)),
        confidence=max(part.confidence for part in (finding, *others)),
    )


def _lone(finding: Finding, pairs: Pairs, is_beside: bool) -> Finding:
    """Grade a part lower that stands alone, but not one whose other half is there and belongs to another finding."""
    if finding.rule_id not in pairs.parts or finding.severity == "info" or is_beside:
        return finding
    notes = (*finding.notes, "its other half is not beside it")
    return finding._replace(severity=_lower(finding.severity), notes=notes)


def _lower(severity: Severity) -> Severity:
    """One grade lower; never down to `info`, which no gate stops."""
    return SEVERITIES[min(SEVERITIES.index(severity) + 1, len(SEVERITIES) - 2)]
