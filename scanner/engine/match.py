"""Candidates to exact matches: `regex`, in bounded windows, with a time limit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Final, TypeAlias

from scanner.engine.patterns import Pattern
from scanner.model import Span
from scanner.stopwatch import Stopwatch

if TYPE_CHECKING:
    import regex

    from scanner.ruleset.built import Rule

SECONDS: Final = 5.0  # of processor time, for one rule in a small blob; an honest pattern needs microseconds
SECONDS_PER_BYTE: Final = 2e-7  # more for a large one: an honest pattern reads five megabytes in a second


# Windows reach beyond their interval, so those of near intervals overlap, and with a wide pattern (a private key) on
# hostile data every byte would be read thousands of times. Joined, it is read about this often at most.
_OVERLAP: Final = 8

_START: Final = 128  # bytes; no more is looked at to see whether a match may begin

_PLACES: Final = 256  # after so many a look at the clock, which costs as much as one


Interval: TypeAlias = "tuple[int, int]"  # the first and the last place at which a match may begin
Found: TypeAlias = "tuple[int, int, int, int]"  # where a match begins and ends, and its secret


class Cores:
    """A cheap look for the longest run that a rule's match must hold, before its pattern is even compiled.

    Most keys that name a vendor hold no value of the vendor's form; their windows end here.
    """

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self._rules = rules
        self._compiled: dict[int, re.Pattern[bytes]] = {}

    def plausible(self, number: int, data: bytes, intervals: Sequence[Interval]) -> Sequence[Interval]:
        """Return the intervals in whose windows the run occurs; all for a rule that knows where its matches begin."""
        rule = self._rules[number]
        if rule.start or not rule.core:
            return intervals
        core = self._compiled.get(number)
        if core is None:
            core = self._compiled[number] = re.compile(rule.core.encode("latin-1"))
        return [(low, high) for low, high in intervals if core.search(data, low, high + rule.max_width)]


def _near_ones_joined(intervals: Sequence[Interval], gap: int) -> Iterator[Interval]:
    """Join intervals at most `gap` bytes apart. No match begins between them, so it makes no difference but in time."""
    if not intervals:
        return
    low, high = intervals[0]
    for next_low, next_high in intervals[1:]:
        if next_low - high > gap:
            yield low, high
            low = next_low
        high = next_high
    yield low, high


def find(
    pattern: Pattern, rule: Rule, data: bytes, intervals: Sequence[Interval], seconds: float = SECONDS
) -> Iterable[Found]:
    """Return the matches that begin in the intervals: exactly what `finditer` over all of `data` would yield, given
    that no match begins outside them.

    A match without a secret (its group is optional in the pattern) has an empty one.
    Raises TimeoutError when all searches together take longer than `seconds` of processor time, and what the size of
    the data adds; for a rule that does not know its starts only while the matches are gone through.
    """
    if rule.start:
        return Starts(rule, pattern, seconds).found(data, intervals)
    assert not isinstance(pattern, re.Pattern)
    return _in_windows(pattern, rule, data, intervals, seconds + len(data) * SECONDS_PER_BYTE)


def spans(found: Iterable[Found]) -> Iterator[tuple[Span, Span]]:
    """Yield match and secret of each."""
    for start, end, secret, secret_end in found:
        yield Span(start, end), Span(secret, secret_end)


def _in_windows(
    pattern: regex.Pattern[bytes], rule: Rule, data: bytes, intervals: Sequence[Interval], seconds: float
) -> Iterator[Found]:
    """Search in windows that reach as far as the widest match and what it looks ahead at, so that cutting it there
    changes nothing.
    """
    reach = rule.max_width + rule.ahead
    watch = Stopwatch()
    free = 0  # where the next match may begin: after the last one
    for low, high in _near_ones_joined(intervals, reach // _OVERLAP):
        at = max(low, free)
        while at <= high:
            left = seconds - watch.spent()
            if left <= 0:
                raise TimeoutError
            # At a single place `match` need not look any further than that; for a wide pattern it is the
            # cheaper by far.
            look = pattern.match if at == high else pattern.search
            match = look(data, at, min(len(data), high + reach), timeout=left)
            if match is None or match.start() > high:
                break
            free = at = max(match.end(), match.start() + 1)
            yield *match.span(), *match.span("secret")


class Starts:
    """Looks for a rule that knows what its matches begin with (`Rule.start`), of which most are barren. May be kept.

    `seconds` of processor time are for all intervals of one `found`, and what the size of the data adds.
    """

    def __init__(self, rule: Rule, pattern: Pattern, seconds: float = SECONDS) -> None:
        self._next = _start(rule.start).search
        self._match = pattern.match if isinstance(pattern, re.Pattern) else partial(pattern.match, timeout=seconds)
        self._reach = rule.max_width + rule.ahead
        self._seconds = seconds

    def found(self, data: bytes, intervals: Iterable[Interval]) -> list[Found]:
        """Return the matches that begin in the intervals, in order. Raises TimeoutError."""
        find_next, match_at, reach = self._next, self._match, self._reach
        found: list[Found] = []
        watch = None
        tried = free = 0  # places in all intervals, each of which may be short; where the next match may begin
        for begin, high in intervals:
            low = begin if begin > free else free
            lowered = data[low : high + _START].lower()
            begun = find_next(lowered)
            while begun is not None and (at := low + begun.start()) <= high:
                tried += 1
                if tried % _PLACES == 0:
                    watch = watch or Stopwatch()
                    if watch.spent() > self._seconds + len(data) * SECONDS_PER_BYTE:
                        raise TimeoutError
                match = match_at(data, at, at + reach)
                after = at + 1
                if match is not None:
                    free = after = max(match.end(), after)
                    found.append((*match.span(), *match.span("secret")))
                begun = find_next(lowered, after - low)
        return found


@cache
def _start(pattern: str) -> re.Pattern[bytes]:
    return re.compile(pattern.encode("latin-1"))
