"""Lines in which a rule was looked for, and what matched there. The versions of a file repeat them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from scanner.model import Span

if TYPE_CHECKING:
    from scanner.ruleset.built import Rule

    Interval = tuple[int, int]
    Found = tuple[tuple[int, int, int, int], ...]  # of each match: its span and its secret's, from a place on
    Look = Callable[[int, int], Sequence[tuple[int, int, int, int]]]

_REMEMBERED: Final = 16 << 20  # bytes in all
_JOINTS: Final = b",/> \t\r\n"  # what stands around the one line break that a `linear` rule's match may have


def narrowed(data: bytes, low: int, high: int, least: int, most: int) -> int:
    """Return where the interval of a `linear` rule's hit really begins, as a match has one line break at most. A third
    is saved.

    An interval that may be that of several hits stays: another width, or cut by the beginning of the data. What has
    been cut otherwise must not come here: it may have come to the width of one by chance.
    """
    if low == 0 or high - low != most - least:
        return low
    end = data.rfind(b"\n", low, high + least)
    if end < 0:
        return low
    return data.rfind(b"\n", low, low + len(data[low:end].rstrip(_JOINTS))) + 1 or low


def read_by(data: bytes, low: int, high: int, behind: int, reach: int, breaks: int = 1) -> tuple[int, bool, bytes]:
    """Return all that a `linear` rule reads for matches that begin from `low` to `high`, and how the beginning or the
    end of the data cuts it short.

    It sees so many line `breaks`, and that there is another, and (`$`) whether that is the last byte.
    """
    size, start = len(data), low - behind
    end = min(high + reach, size + 1)
    at = high
    for _ in range(breaks + 1):
        at = data.find(b"\n", at, end) + 1
        if not at:
            break
    else:
        end = min(at + 1, end)
    return (low if start < 0 else -1), end > size, data[max(0, start) : end]


class Settled:
    """Looks for `linear` rules, and remembers by rule what matched in which lines: a match depends on no others."""

    def __init__(self) -> None:
        self._known: dict[int, dict[object, Found]] = {}
        self.size = 0  # bytes

    def matches(
        self, number: int, rule: Rule, data: bytes, intervals: list[Interval], look: Look
    ) -> Iterator[tuple[Span, Span]]:
        """Yield match and secret of all that `look` finds in each of these intervals, which are narrowed.

        Raises what it raises.
        """
        known = self._known.setdefault(number, {})
        behind, reach = rule.behind, rule.max_width + rule.ahead
        free = 0  # where the next match may begin: after the last one
        for begin, high in intervals:
            low = max(free, begin)
            if low > high:
                continue
            key = high - low, *read_by(data, low, high, behind, reach, rule.linear)
            found = known.get(key)
            if found is None:
                found = known[key] = tuple(_relative(low, *one) for one in look(low, high))
                self._make_room(len(key[-1]))
            for at, stop, secret, secret_stop in found:
                free = low + stop
                yield Span(low + at, free), Span(low + secret, low + secret_stop)

    def _make_room(self, more: int) -> None:
        self.size += more
        if self.size > _REMEMBERED:
            for known in self._known.values():
                known.clear()
            self.size = 0

    def __reduce__(self) -> tuple[type[Settled], tuple[()]]:  # what was scanned is not for pickles
        return Settled, ()


def _relative(low: int, start: int, end: int, secret: int, secret_end: int) -> tuple[int, int, int, int]:
    """Return the offsets as they are from `low` on; a match without a secret has an empty one."""
    start -= low
    return (start, end - low, secret - low, secret_end - low) if secret >= 0 else (start, end - low, start, start)
