"""Files that are versions of one another: what was seen in one need not be looked for in the next.

Objects come out of a pack as changes to another one: bytes copied from it, and bytes inserted. Where a copied run
holds a hit of the prefilter, with all that the hit looked at, it is a hit in the new version, too. Only around the
seams is anything to be searched. A test proves that the findings are those of a whole scan.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, TypeAlias, runtime_checkable

from scanner.engine.owners import LEVELS
from scanner.engine.pieces import Pieces
from scanner.engine.prefilter import TooManyHits
from scanner.ruleset.gap import FIRST_LOOK_WIDTH

if TYPE_CHECKING:
    from scanner.engine.owners import Hit, Owners
    from scanner.model import Copy, Lineage

_AHEAD: Final = FIRST_LOOK_WIDTH  # bytes after a hit that decide whether it is one
_WORTH: Final = 2  # searching a part and mapping the rest costs as much as searching this times as many bytes


@runtime_checkable
class Searches(Protocol):
    """A prefilter that can search pieces of the data, and say what its hits mean later."""

    @property
    def owners(self) -> Owners: ...

    def hits(self, data: bytes, is_binary: bool = False) -> list[Hit]: ...

    def hits_in(self, pieces: Pieces, data: bytes, level: int) -> list[Hit]: ...


class Known(NamedTuple):
    """What was seen in a text: its hits by offset, and its content's size."""

    number: int
    hits: list[Hit]
    size: int


class Versions:
    """Remembers the hits of the texts between the last object and the root of its tree."""

    def __init__(self, prefilter: Searches) -> None:
        self._prefilter = prefilter
        self._known: dict[int, Known] = {}

    def hits(self, data: bytes, lineage: Lineage, is_binary: bool = False) -> list[Hit]:
        """Return what the prefilter's `hits` would. Raises TooManyHits."""
        hits = None if is_binary else self._by_base(data, lineage)
        self._known.pop(lineage.depth, None)
        if hits is None:
            hits = self._prefilter.hits(data, is_binary)
        if lineage.is_base and not is_binary:
            self._known[lineage.depth] = Known(lineage.number, hits, len(data))
        return hits

    def _by_base(self, data: bytes, lineage: Lineage) -> list[Hit] | None:
        """Return the hits of a text, by those of what it is a change of; None if that is not known, or not worth it."""
        size = len(data)
        base = self._known.get(lineage.depth - 1)
        is_known = base is not None and base.number == lineage.base
        if not (is_known or lineage.base_content) or (copies := lineage.copies(size)) is None:
            return None
        if base is None or not is_known:
            base = self._seen(lineage)
        if base is None:
            return None
        seams = seams_of(copies, base.size, size)
        if zones(seams, size, LEVELS[0], _WORTH) is None:
            return None
        hits = self._inherited(base, copies, size)
        fresh = [hit for level in range(len(LEVELS) + 1) for hit in self._near(data, seams, level)]
        return sorted({*hits, *fresh}, key=_end) if fresh else hits

    def _seen(self, lineage: Lineage) -> Known | None:
        """Return what is in the base, which has not come by: in a stream that begins in the middle of a tree it may be
        that of hundreds.
        """
        content = lineage.base_content
        if b"\0" in content:
            return None
        try:
            known = Known(lineage.base, self._prefilter.hits(content), len(content))
        except TooManyHits:
            return None
        self._known[lineage.depth - 1] = known
        return known

    def _near(self, data: bytes, seams: Sequence[Seam], level: int) -> list[Hit]:
        """Return the hits of expressions of that level near the seams; all of them, where that is no more work."""
        width = self._prefilter.owners.widths[level]
        places = zones(seams, len(data), width, 1)
        pieces = Pieces(data, [(0, len(data))] if places is None else places, width)
        return self._prefilter.hits_in(pieces, data, level) if pieces.text else []

    def _inherited(self, base: Known, copies: Sequence[Copy], size: int) -> list[Hit]:
        """Return the hits that the copied runs bring along."""
        hits: list[Hit] = []
        reaches = self._prefilter.owners.reaches
        for target, length, source in copies if base.hits else ():
            is_start = target == source == 0
            is_end = target + length == size and source + length == base.size
            low = 0 if is_start else source + LEVELS[0]
            high = source + length - (0 if is_end else _AHEAD)
            for expression, at in base.hits[bisect_left(base.hits, low, key=_end) :]:
                if at > high:
                    break
                if is_start or reaches[expression] <= LEVELS[0] or at - source >= reaches[expression]:
                    hits.append((expression, at - source + target))
        return hits


def _end(hit: Hit) -> int:
    return hit[1]


Seam: TypeAlias = "tuple[int, int]"  # where a copied run ends, and where the next begins


def seams_of(copies: Sequence[Copy], base_size: int, size: int) -> list[Seam]:
    """Return where copied runs do not go on as in the base."""
    found: list[Seam] = []
    at = source_at = 0
    for target, length, source in copies:
        if target != at or source != source_at:
            found.append((at, target))
        at, source_at = target + length, source + length
    if at != size or source_at != base_size:
        found.append((at, size))
    return found


def zones(seams: Sequence[Seam], size: int, reach: int, worth: float) -> list[tuple[int, int]] | None:
    """Return the closed intervals in which hits that copied runs do not bring along may end.

    `reach` is how many bytes before its end a hit depends on. None when the intervals, `worth` times, are no less than
    all of the data.
    """
    found: list[tuple[int, int]] = []
    total = 0
    for end, begin in seams:
        low, high = max(0, end - _AHEAD + 1), min(size, begin + reach - 1)
        if found and low <= found[-1][1] + reach:
            total -= found[-1][1] - found[-1][0]
            low, high = found[-1][0], max(high, found.pop()[1])
        found.append((low, high))
        total += high - low + reach
        if total * worth > size:
            return None
    return found
