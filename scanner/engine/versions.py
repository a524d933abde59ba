"""Files that are versions of one another: what was seen in one need not be looked for in the next.

Objects come out of a pack as changes to another one: bytes copied from it, and bytes inserted. Where a copied run
holds a hit of the prefilter, with all that the hit looked at, it is a hit in the new version, too. Only around the
seams is anything to be searched. A test proves that the findings are those of a whole scan.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

from scanner.engine.owners import NARROW
from scanner.ruleset.gap import FIRST_LOOK_WIDTH

if TYPE_CHECKING:
    from scanner.engine.owners import Hit, Owners
    from scanner.model import Copy, Lineage

_AHEAD: Final = FIRST_LOOK_WIDTH  # bytes after a hit that decide whether it is one
_WORTH: Final = 2  # searching a part and mapping the rest costs as much as searching this times as many bytes


@runtime_checkable
class Searches(Protocol):
    """A prefilter that can search a part of the data, and say what its hits mean later."""

    @property
    def owners(self) -> Owners: ...

    def hits(self, data: bytes, is_binary: bool = False) -> list[Hit]: ...

    def hits_between(self, data: bytes, low: int, high: int, is_binary: bool = False) -> list[Hit]: ...

    def wide_hits(self, data: bytes, low: int, high: int, is_binary: bool = False) -> list[Hit]: ...


@dataclass(slots=True)
class Known:
    """What was seen in an object: its hits by offset, and its content's size."""

    number: int
    hits: list[Hit]
    size: int
    is_binary: bool


class Versions:
    """Remembers the hits of the objects between the last one and the root of its tree."""

    def __init__(self, prefilter: Searches) -> None:
        self._prefilter = prefilter
        self._known: dict[int, Known] = {}

    def hits(self, data: bytes, lineage: Lineage, is_binary: bool = False) -> list[Hit]:
        """Return what the prefilter's `hits` would. Raises TooManyHits."""
        base = self._known.get(lineage.depth - 1)
        self._known.pop(lineage.depth, None)
        size = len(data)
        is_known = base and base.number == lineage.base and base.is_binary == is_binary
        copies = lineage.copies(size) if is_known else None
        places = zones(copies, base.size, size, NARROW, _WORTH) if base and copies is not None else None
        if base is None or copies is None or places is None:
            hits = self._prefilter.hits(data, is_binary)
        else:
            hits = self._inherited(base, copies, size)
            search = self._prefilter.hits_between
            fresh = [hit for low, high in places for hit in search(data, low, high, is_binary)]
            fresh += self._wide(data, base, copies)
            if fresh:
                hits = sorted({*hits, *fresh}, key=_end)
        if lineage.is_base:
            self._known[lineage.depth] = Known(lineage.number, hits, size, is_binary)
        return hits

    def _wide(self, data: bytes, base: Known, copies: Sequence[Copy]) -> list[Hit]:
        """Return the hits of wide expressions near the seams; all of them, where that is no more work."""
        search, size = self._prefilter.wide_hits, len(data)
        places = zones(copies, base.size, size, self._prefilter.owners.widest, 1)
        if places is None:
            return search(data, 0, size, base.is_binary)
        return [hit for low, high in places for hit in search(data, low, high, base.is_binary)]

    def _inherited(self, base: Known, copies: Sequence[Copy], size: int) -> list[Hit]:
        """Return the hits that the copied runs bring along."""
        hits: list[Hit] = []
        reaches = self._prefilter.owners.reaches
        for target, length, source in copies if base.hits else ():
            is_start = target == source == 0
            is_end = target + length == size and source + length == base.size
            low = 0 if is_start else source + NARROW
            high = source + length - (0 if is_end else _AHEAD)
            for expression, at in base.hits[bisect_left(base.hits, low, key=_end) :]:
                if at > high:
                    break
                if is_start or reaches[expression] <= NARROW or at - source >= reaches[expression]:
                    hits.append((expression, at - source + target))
        return hits


def _end(hit: Hit) -> int:
    return hit[1]


def zones(copies: Sequence[Copy], base_size: int, size: int, reach: int, worth: float) -> list[tuple[int, int]] | None:
    """Return the closed intervals in which hits that copied runs do not bring along may end.

    `reach` is how many bytes before its end a hit depends on. None when the intervals, `worth` times, are no less than
    all of the data.
    """
    found: list[tuple[int, int]] = []
    at = source_at = total = 0
    for target, length, source in (*copies, (size, 0, base_size)):
        if target != at or source != source_at:
            low, high = max(0, at - _AHEAD + 1), min(size, target + reach - 1)
            if found and low <= found[-1][1] + reach:
                total -= found[-1][1] - found[-1][0]
                low, high = found[-1][0], max(high, found.pop()[1])
            found.append((low, high))
            total += high - low + reach
            if total * worth > size:
                return None
        at, source_at = target + length, source + length
    return found
