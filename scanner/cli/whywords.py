"""The words of `redhanded why`. None of what is scanned is quoted, but for a punctuation mark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from scanner.cli.whypolicy import Ruling
from scanner.engine.why import Account, Beside, Encoded, Near
from scanner.marker import OURS, Marker
from scanner.model import Drop, Position
from scanner.policy.values import At
from scanner.redact import printable
from scanner.report._words import count, prose
from scanner.ruleset.built import OWN_SHAPE

_SHOWN: Final = 8  # features, unless all are asked for
_LEAST: Final = 0.1  # log-odds; what moves less is noise
_FEW: Final = 6  # rules of a group, and its literals, that are named
_LABEL: Final = 11


def of_account(account: Account, name: str, everything: bool, ruling: Ruling) -> Iterator[str]:
    line, column = account.start
    yield f"{name}:{line}:{column}  {account.rule.id}: {_outcome(account, ruling)}"
    steps = (*_way(account, everything), *ruling.steps)
    yield from (f"    {label:<{_LABEL}}{words}" for label, words in steps)
    yields = account.by and not isinstance(account.verdict, Drop)
    if yields and not everything:  # how sure it would have been is nobody's question
        return
    shown = [pair for pair in account.reasons if everything or abs(pair[1]) >= _LEAST]
    for feature, weight in shown if everything else shown[:_SHOWN]:
        yield f"    {weight:+5.2f}  {printable(feature)}"
    left = len(account.reasons) - len(shown if everything else shown[:_SHOWN])
    if left:
        yield f"           and {left} that move it less (--all-features)"


def _outcome(account: Account, ruling: Ruling) -> str:
    verdict = account.verdict
    sure = "" if account.confidence is None else f", confidence {account.confidence:.2f}"
    if isinstance(verdict, Drop):
        return f"dropped by {account.by} ({verdict.reason}{sure}): {verdict.detail}"
    if account.by and "env-file" in account.rule.tags:
        return f"left to {account.by}: every secret in the file is told of by itself{sure}"
    if account.by:
        return f"yields to {account.by}, which claims the same characters{sure}"
    note = f": {verdict.note}" if verdict.note else ""
    return f"{ruling.outcome or _found(account.allowed)}, {verdict.evidence}{sure}{note}"


def _found(marker: Marker | None) -> str:
    if marker is None:
        return "found"
    return "allowed by an inline comment" if marker.tool == OURS else f"allowed by an inline comment for {marker.tool}"


def _way(account: Account, everything: bool) -> Iterator[tuple[str, str]]:
    """Yield what each step said, in order; of a match that was dropped none after that."""
    rule, verdict = account.rule, account.verdict
    if rule.paths:
        yield "path", f"the rule is for {_listed(rule.paths)} only, and this is one"
    if account.via:
        yield "encoded", f"it stands there as {', in it '.join(account.via)}"
    if account.literal:
        yield "prefilter", f"`{printable(account.literal)}` is there"
    yield "match", f"{count(account.length, 'character')}{_until(account.start, account.end)}"
    if isinstance(verdict, Drop):
        if account.by in account.asked:
            before = account.asked[: account.asked.index(account.by)]
            yield "refiners", f"{_asked(before, everything)} had no objection, then {account.by} drops it"
        return
    graded = f"; graded by {', '.join(account.spoke)}" if account.spoke else ""
    yield "refiners", f"{_asked(account.asked, everything)} had no objection{graded}"
    if not account.by:
        yield "overlap", "no stronger rule claims these characters"
        yield from (("marker", _beside(one)) for one in account.markers)
        if not account.markers:
            yield "marker", "no comment beside it allows it"


def _asked(names: Sequence[str], everything: bool) -> str:
    return ", ".join(names) if everything and names else f"{len(names) or 'none'} of them"


def _until(start: Position, end: Position) -> str:
    return f", columns {start.column} to {end.column - 1}" if start.line == end.line else f", to line {end.line}"


def _beside(one: Beside) -> str:
    marker = one.marker
    rules = f" for {_listed(marker.rules)}" if marker.rules else ""
    reason = f": {prose(marker.reason)}" if marker.reason else ""
    verb = f"does not count, as {one.fault}" if one.fault else "allows it"
    lack = f"; it {marker.lack}" if marker.lack and not one.fault else ""
    return f"a {marker.form} on line {marker.line}{rules} {verb}{lack}{reason}"


def of_encoded(encoded: Encoded, name: str) -> str:
    (line, column), end = encoded.start, encoded.end
    until = f" to {end.column - 1}" if end.line == line else f" to line {end.line}"
    return (
        f"{name}:{line}:{column}  {', in it '.join(encoded.via)} text from column {column}{until} was decoded, "
        f"{count(encoded.size, 'byte')}, and searched as well"
    )


def of_near(near: Sequence[Near], everything: bool, says_off: bool, off: Mapping[str, At]) -> Iterator[str]:
    """Yield what is to be said of rules without a match: of each that came near, of the others in groups.

    `off` are the rules that the configuration turns off, and where.
    """
    are_few = sum(one.miss.kind == "asleep" for one in near) <= _FEW // 2
    told = [one for one in near if everything or _is_near(one, says_off, are_few)]
    if told:
        yield "without a match:"
        yield from (f"    {one.miss.rule.id}: {words(one, off)}" for one in told)
    rest = [one for one in near if one not in told]
    grouped = (
        ("no literal of theirs is there", [o for o in rest if o.miss.kind == "asleep"]),
        ("their words are there, but no value of theirs", [o for o in rest if o.miss.kind == "pattern"]),
        ("for other files", [o for o in rest if o.miss.kind == "paths"]),
        ("not looked for in binary data", [o for o in rest if o.miss.kind == "binary"]),
        ("not in use in this run", [o for o in rest if o.miss.kind == "off"]),
    )
    for head, group in grouped:
        if group:
            yield f"{head}: {_listed(sorted(one.miss.rule.id for one in group))} (--all tells each)"


def _is_near(one: Near, says_off: bool, is_one_of_few: bool) -> bool:
    miss = one.miss
    if miss.kind == "asleep":
        return is_one_of_few
    if miss.kind == "faint" or (miss.matches and (says_off or miss.kind != "off")):
        return True
    # A word is in many rules and on many lines; the beginning of a token is not.
    is_token = miss.rule.evidence in OWN_SHAPE and not miss.literal.isalpha()
    return miss.kind == "pattern" and is_token and miss.begins >= 0


def words(one: Near, off: Mapping[str, At]) -> str:
    """Return why a rule matches nothing, as a clause."""
    miss, rule = one.miss, one.miss.rule
    if miss.kind == "asleep":
        return f"the prefilter saw nothing: none of {_listed(f'`{text}`' for text in rule.anchor.literals)} is there"
    there = f"`{printable(miss.literal)}` is there{_at(one.at)}{_in(one.via)}"
    if miss.kind == "faint":
        return f"{there}, but not what must stand around it, so the prefilter passed it by"
    if miss.kind == "pattern":
        return f"{there}, but the pattern does not match: {_failure(one)}"
    matches = "it would match" if miss.matches else f"{there}, without a match"
    if miss.kind == "paths":
        return f"{matches}, but is for {_listed(rule.paths)} only"
    if miss.kind == "binary":
        return f"{matches}, but in binary data only tokens with a shape of their own are looked for"
    if rule.id in off:
        return f"{matches}, but it is turned off by {off[rule.id]}"
    return f"{matches}, but it is not in use ({'see --only and --skip' if rule.enabled else '--extended turns it on'})"


def _failure(one: Near) -> str:
    miss = one.miss
    if miss.begins < 0 or one.fails is None:
        return "what stands around that is not what it wants"
    size = count(miss.fails - miss.begins, "character")
    return f"{size} fit; it fails{_at(one.fails)}, {_character(one.offender)}"


def _character(character: bytes) -> str:
    """Return the kind of a character: a letter of a secret is nobody's business."""
    if not character or character in b"\r\n":
        return "where the line ends"
    if character.isalpha():
        return "where a letter stands"
    if character.isdigit():
        return "where a digit stands"
    if character.isspace():
        return "where a space stands"
    return f"where {printable(character)} stands" if character.isascii() else "where a character beyond ASCII stands"


def _at(position: Position | None) -> str:
    return f" at column {position.column}" if position else ""


def _in(via: tuple[str, ...]) -> str:
    return f" in what is encoded as {', in it '.join(via)}" if via else ""


def _listed(names: Iterable[str]) -> str:
    known = [printable(name) for name in names]
    left = len(known) - _FEW
    return ", ".join(known[:_FEW]) + (f" and {left} more" if left > 0 else "")
