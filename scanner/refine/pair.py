"""Credentials that come in two parts: a key id and its secret, a client and its secret.

Found near each other they are one finding, with both parts located; a lone half opens less, and is graded lower.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from scanner.model import SEVERITIES, Finding, Part, Severity

_LINES: Final = 12  # the other half stands at most so many lines away
_NEIGHBOURS: Final = 16  # findings on each side that are looked at, so that joining stays linear in their number

Pairs = Mapping[str, tuple[str, ...]]  # rule id -> ids of the rules for its other half


def join(findings: Sequence[Finding], pairs: Pairs) -> list[Finding]:
    """Return the findings, given in order of place, with those joined that belong together."""
    taken: set[int] = set()
    joined: dict[int, Finding] = {}
    for number, finding in enumerate(findings):
        wanted = pairs.get(finding.rule_id)
        if not wanted or number in taken:
            continue
        other = _nearest(findings, number, wanted, taken)
        if other is None:
            continue
        first, second = sorted((number, other), key=lambda n: _rank(findings[n]))
        taken |= {number, other}
        joined[first] = _whole(findings[first], findings[second])
    return [
        joined.get(number, finding) if number in taken else _lone(finding, pairs)
        for number, finding in enumerate(findings)
        if number in joined or number not in taken
    ]


def _nearest(findings: Sequence[Finding], number: int, wanted: tuple[str, ...], taken: set[int]) -> int | None:
    line = findings[number].location.start.line
    near = [
        n
        for n in range(max(0, number - _NEIGHBOURS), min(len(findings), number + _NEIGHBOURS + 1))
        if n != number and n not in taken and findings[n].rule_id in wanted
    ]
    best = min(near, key=lambda n: abs(findings[n].location.start.line - line), default=None)
    return best if best is not None and abs(findings[best].location.start.line - line) <= _LINES else None


def _rank(finding: Finding) -> tuple[int, int]:
    return SEVERITIES.index(finding.severity), finding.location.span.start


def _whole(finding: Finding, other: Finding) -> Finding:
    part = Part(other.rule_id, other.rule_name, other.secret, other.location, other.fingerprint)
    note = f"its other half ({other.rule_name}) stands beside it"
    confidence = max(finding.confidence, other.confidence)
    return finding._replace(parts=(part,), notes=(*finding.notes, note), confidence=confidence)


def _lone(finding: Finding, pairs: Pairs) -> Finding:
    if finding.rule_id not in pairs or finding.severity == "info":
        return finding
    notes = (*finding.notes, "its other half is not beside it")
    return finding._replace(severity=_lower(finding.severity), notes=notes)


def _lower(severity: Severity) -> Severity:
    """One grade lower; never down to `info`, which no gate stops."""
    return SEVERITIES[min(SEVERITIES.index(severity) + 1, len(SEVERITIES) - 2)]
