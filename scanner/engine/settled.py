"""Lines in which a rule was looked for, and what matched there. The versions of a file repeat them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from scanner.engine.match import Found, Interval, Starts
    from scanner.ruleset.built import Rule

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
        self._known: dict[int, dict[object, tuple[Found, ...]]] = {}  # the offsets from a place on
        self.size = 0  # bytes

    def matches(
        self, number: int, rule: Rule, data: bytes, intervals: Sequence[Interval], starts: Starts
    ) -> Iterator[Found]:
        """Yield the matches that begin in each of these intervals, which are narrowed. Raises TimeoutError."""
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
                found = known[key] = tuple(_moved(-low, one) for one in starts.found(data, ((low, high),)))
                self._make_room(len(key[-1]))
            for one in found:
                free = low + one[1]
                yield _moved(low, one)

    def _make_room(self, more: int) -> None:
        self.size += more
        if self.size > _REMEMBERED:
            for known in self._known.values():
                known.clear()
            self.size = 0

    def __reduce__(self) -> tuple[type[Settled], tuple[()]]:  # what was scanned is not for pickles
        return Settled, ()


def _moved(by: int, found: Found) -> Found:
    """Return a match at another place; where it has no secret, that stays empty."""
    start, end, secret, secret_end = found
    return (
        (start + by, end + by, secret + by, secret_end + by) if secret_end > secret else (start + by, end + by, -1, -1)
    )
