"""Rules that had reason to look at a line and found nothing there: what kept them, or how far their pattern goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

import regex

from scanner.engine.disguise import Layer
from scanner.engine.looking import Hindrance
from scanner.engine.match import spans
from scanner.engine.prefilter import Candidates
from scanner.engine.scan import Scanner
from scanner.model import Origin, Span
from scanner.ruleset.built import Rule

_STARTS: Final = 256  # places at which the pattern is tried, those nearest to the literal
_SECONDS: Final = 0.5  # for one attempt
_REACH: Final = 4096  # bytes behind the literal that are looked at

# `asleep`: no literal of the rule is there; `faint`: one is, but not what must stand around it.
Kind = Literal["off", "binary", "paths", "pattern", "asleep", "faint"]


class Miss(NamedTuple):
    """A rule without a match. `at` is the offset of its literal, -1 without one. `matches`: what keeps it is all that
    keeps it. `fails` is the offset of the first character that the pattern has no use for, and `begins` where it began
    to match; both -1 when it does not even begin.
    """

    rule: Rule
    kind: Kind
    literal: str = ""
    at: int = -1
    matches: bool = False
    begins: int = -1
    fails: int = -1


def misses(
    scanner: Scanner, layer: Layer, candidates: Candidates, origin: Origin, where: Span, asked: frozenset[str]
) -> Iterator[Miss]:
    """Yield the rules that are awake `where` in the layer, and match nothing there; of those `asked` for by id also the
    ones that sleep. Raises TimeoutError.
    """
    lowered = layer.data[where.start : where.end].lower()
    for number, rule in enumerate(scanner.rules):
        if number not in candidates and rule.id not in asked:
            continue
        literal, at = _literal(rule, lowered, where.start)
        near = _near(rule, candidates.get(number, []), at) if literal else []
        if not near:
            if rule.id in asked:
                yield Miss(rule, "faint" if literal else "asleep", literal, at)
            continue
        is_there = any(
            secret.start < secret.end and match.start < where.end and where.start < match.end
            for match, secret in spans(scanner.looker.matches(number, layer.data, candidates[number]))
        )
        hindrance: Hindrance = scanner.looker.hindrance(number, layer, origin)
        if hindrance:
            yield Miss(rule, hindrance, literal, at, is_there)
        elif not is_there:
            begins, fails = _furthest(rule, layer.data, at + len(literal), near)
            yield Miss(rule, "pattern", literal, at, False, begins, fails)


def _literal(rule: Rule, lowered: bytes, start: int) -> tuple[str, int]:
    """Return the rule's literal that is in the text, the longest of several, and its offset."""
    for literal in sorted(rule.anchor.literals, key=len, reverse=True):
        if (at := lowered.find(literal.encode("latin-1"))) >= 0:
            return literal, start + at
    return "", -1


def _near(rule: Rule, intervals: list[tuple[int, int]], at: int) -> list[tuple[int, int]]:
    """Return the places at which a match with its literal at an offset may begin."""
    least, most = at - rule.anchor.most, at - rule.anchor.least
    return [(max(low, least), min(high, most)) for low, high in intervals if low <= most and least <= high]


def _furthest(rule: Rule, data: bytes, behind: int, near: list[tuple[int, int]]) -> tuple[int, int]:
    """Return where the attempt that gets furthest begins and fails, (-1, -1) when none gets past the literal."""
    pattern = regex.compile(rule.pattern.encode("latin-1"))
    end = min(len(data), behind + min(_REACH, rule.max_width + rule.ahead))
    best = -1, -1
    starts = [at for low, high in near for at in range(max(low, high - _STARTS), high + 1)]
    for start in starts[-_STARTS:]:
        if _goes_on(pattern, data, start, max(behind, best[1] + 1)):
            best = start, _limit(pattern, data, start, max(behind, best[1] + 1), end)
    return best


def _limit(pattern: regex.Pattern[bytes], data: bytes, start: int, low: int, high: int) -> int:
    """Return the furthest end up to which the data can be the beginning of a match: of any longer one it cannot."""
    while low < high:
        middle = (low + high + 1) // 2
        if _goes_on(pattern, data, start, middle):
            low = middle
        else:
            high = middle - 1
    return low


def _goes_on(pattern: regex.Pattern[bytes], data: bytes, start: int, end: int) -> bool:
    try:
        return end <= len(data) and pattern.match(data, start, end, partial=True, timeout=_SECONDS) is not None
    except TimeoutError:
        return False
