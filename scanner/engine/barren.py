"""Places that the prefilter pointed to and where nothing was. The versions of a file have most of them in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from scanner.engine.settled import narrowed, read_by

if TYPE_CHECKING:
    from scanner.engine.disguise import Numbers
    from scanner.engine.owners import Hit, Owners
    from scanner.model import Span
    from scanner.ruleset.built import Rule

_WIDEST: Final = 1024  # bytes around a hit that are worth remembering
_REMEMBERED: Final = 16 << 20  # bytes in all

# Bytes; with how they are cut short; with the number of places at which a match may begin, too.
Around: TypeAlias = "bytes | tuple[int, bool, bytes] | tuple[int, int, bool, bytes]"
Spans = Mapping[int, Sequence["Span"]]  # rule number -> what matched


class Barren:
    """Remembers, by expression, the bytes around hits where no rule that the expression speaks for matched.

    They are all that such a rule looks at, so where they stand again, it matches as little. Not for binary data, in
    which only some rules are looked for.
    """

    def __init__(self, owners: Owners, rules: Sequence[Rule], numbers: Numbers) -> None:
        self._owners = owners
        self._numbers = numbers
        self._rules = rules
        self._reaches: dict[int, tuple[int, int]] = {}
        self._lined: dict[int, tuple[int, int, int, int, int] | None] = {}
        self._known: dict[int, set[object]] = {}
        self._size = 0

    def others(self, data: bytes, hits: Sequence[Hit]) -> list[Hit]:
        """Return the hits that are not known to be in vain."""
        live: list[Hit] = []
        for hit in hits:
            expression, end = hit
            known = self._known.get(expression)
            if known is None or self._around(data, expression, end) not in known:
                live.append(hit)
        return live

    def add(self, data: bytes, hits: Sequence[Hit], matches: Spans) -> None:
        """Remember of these hits, all of which were looked at, those of which no match came.

        A hit whose places a match of the same rule covers might have been one without that, and is left out.
        """
        for expression, end in hits:
            if self._is_wide(expression) or (matches and self._is_fruitful(expression, end, matches)):
                continue
            around = self._around(data, expression, end)
            self._size += len(around if isinstance(around, bytes) else around[-1])
            if self._size > _REMEMBERED:
                self._known.clear()
                self._size = 0
            self._known.setdefault(expression, set()).add(around)

    def _is_fruitful(self, expression: int, end: int, matches: Spans) -> bool:
        return any(
            start <= end - least and end - most < stop
            for rule, least, most in self._owners.speaks_for(expression)
            for start, stop in matches.get(rule, ())
        )

    def _around(self, data: bytes, expression: int, end: int) -> Around:
        """Return the bytes around a hit that its rules look at, and how the data's beginning or end cuts them short."""
        lined = self._lined[expression]
        if lined is not None:
            least, most, behind, reach, breaks = lined
            high = end - least
            low = narrowed(data, max(0, end - most), high, least, most)
            return high - low, *read_by(data, low, high, behind, reach, breaks)
        behind, ahead = self._reaches[expression]
        low, high = end - behind, end + ahead
        return data[low:high] if low >= 0 and high <= len(data) else _cut(data, low, end, high)

    def _is_wide(self, expression: int) -> bool:
        """Whether the rules that the expression speaks for look too far around a hit."""
        if expression not in self._reaches:
            self._lined[expression] = self._lines(expression)
            self._reaches[expression] = self._reach(expression)
        return sum(self._reaches[expression]) >= _WIDEST and self._lined[expression] is None

    def _lines(self, expression: int) -> tuple[int, int, int, int, int] | None:
        """Return what tells the lines around a hit that its rule reads, if that is one that reads few."""
        (number, least, most), *others = self._owners.speaks_for(expression)
        if others or self._numbers.name(number):
            return None
        rule = self._rules[number]
        reach = rule.max_width + rule.ahead
        return (least, most, rule.behind, reach, rule.linear) if rule.linear and len(rule.looks) == 1 else None

    def _reach(self, expression: int) -> tuple[int, int]:
        """Return how far, before and after a hit's end, the rules that it speaks for look."""
        if any(self._numbers.name(rule) for rule, _, _ in self._owners.speaks_for(expression)):
            return 0, _WIDEST  # what is encoded, or put together, may be of any length
        owners = [(self._rules[rule], least, most) for rule, least, most in self._owners.speaks_for(expression)]
        return (
            max(most + rule.behind for rule, _, most in owners),
            max(rule.max_width + rule.ahead - least for rule, least, _ in owners),
        )

    def __reduce__(self) -> tuple[type[Barren], tuple[Owners, Sequence[Rule], Numbers]]:
        return Barren, (self._owners, self._rules, self._numbers)  # what was scanned is not for pickles


def _cut(data: bytes, low: int, end: int, high: int) -> tuple[int, bool, bytes]:
    """Return what is around a hit that the data's beginning or end cuts short, and how."""
    return (end if low < 0 else -1), high > len(data), data[max(0, low) : high]
