"""Files that are versions of one another: what was seen in one need not be looked for in the next.

Objects come out of a pack as changes to another one: bytes copied from it, and bytes inserted. Where a copied run
holds a hit of the prefilter, with all that the hit looked at, it is a hit in the new version, too. Only around the
seams is anything to be searched. And where nothing came of any hit in the base, nothing will in what is copied with a
rule's whole reach around it. A test proves that the findings are those of a whole scan.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, runtime_checkable

from scanner.engine.owners import NARROW
from scanner.ruleset.gap import FIRST_LOOK_WIDTH

if TYPE_CHECKING:
    from scanner.engine.owners import Hit, Owners
    from scanner.engine.prefilter import Candidates
    from scanner.model import Copy, Lineage
    from scanner.ruleset.built import Rule

_AHEAD: Final = FIRST_LOOK_WIDTH  # bytes after a hit that decide whether it is one
_WORTH: Final = 2  # searching a part and mapping the rest costs as much as searching this times as many bytes


@runtime_checkable
class Searches(Protocol):
    """A prefilter that can search a part of the data, and say what its hits mean later."""

    @property
    def owners(self) -> Owners: ...

    def hits(self, data: bytes) -> list[Hit]: ...

    def hits_between(self, data: bytes, low: int, high: int) -> list[Hit]: ...

    def wide_hits(self, data: bytes) -> list[Hit]: ...


class Known(NamedTuple):
    """What was seen in an object: its hits by offset, those of wide expressions left out.

    `barren`: nothing came of any of them. `is_binary` and `size` are the content's.
    """

    number: int
    hits: list[Hit]
    barren: bool
    is_binary: bool
    size: int


class Versions:
    """Remembers the hits of the objects between the last one and the root of its tree."""

    def __init__(self, prefilter: Searches, rules: Sequence[Rule]) -> None:
        self._prefilter = prefilter
        self._rules = rules
        self._known: dict[int, Known] = {}
        self._reaches: dict[int, tuple[int, int]] = {}

    def live_hits(self, data: bytes, is_binary: bool, lineage: Lineage) -> list[Hit]:
        """Return the hits of which something may come. Call `settle` when it is known what did. Raises TooManyHits."""
        base = self._known.get(lineage.depth - 1)
        self._known.pop(lineage.depth, None)
        copies = lineage.copies(len(data)) if base and base.number == lineage.base else None
        places = zones(copies, base.size, len(data)) if base and copies is not None else None
        if base is None or copies is None or places is None:
            hits = self._prefilter.hits(data)
            live = hits
            reach = self._prefilter.owners.reach if hits else None
            hits = [hit for hit in hits if reach and reach(hit[0]) <= NARROW]
        else:
            trusted = base.barren and base.is_binary == is_binary
            hits, live = self._inherited(base, copies, len(data), trusted)
            fresh = [hit for low, high in places for hit in self._prefilter.hits_between(data, low, high)]
            wide = self._prefilter.wide_hits(data)
            hits = sorted((*hits, *fresh), key=_end)
            live = sorted((*live, *fresh, *wide), key=_end)
        self._known[lineage.depth] = Known(lineage.number, hits, False, is_binary, len(data))
        return live

    def candidates(self, hits: Sequence[Hit]) -> Candidates:
        return self._prefilter.owners.candidates(hits)

    def settle(self, lineage: Lineage) -> None:
        """Take note that nothing came of the hits of the last object."""
        self._known[lineage.depth] = self._known[lineage.depth]._replace(barren=True)

    def _inherited(self, base: Known, copies: Sequence[Copy], size: int, trusted: bool) -> tuple[list[Hit], list[Hit]]:
        """Return the hits that the copied runs bring along, and those of them of which something may come."""
        hits: list[Hit] = []
        live: list[Hit] = []
        for target, length, source in copies if base.hits else ():
            is_start = target == source == 0
            is_end = target + length == size and source + length == base.size
            low = 0 if is_start else source + NARROW
            high = source + length - (0 if is_end else _AHEAD)
            for expression, at in base.hits[bisect_left(base.hits, low, key=_end) :]:
                if at > high:
                    break
                hit = expression, at - source + target
                hits.append(hit)
                if not (trusted and self._is_whole(expression, at - source, length, is_start, is_end)):
                    live.append(hit)
        return hits, live

    def _is_whole(self, expression: int, at: int, length: int, is_start: bool, is_end: bool) -> bool:
        """Whether all that the rules behind a hit would look at is in a run of this length, the hit's end being at."""
        reach = self._reaches.get(expression)
        if reach is None:
            owners = self._prefilter.owners.speaks_for(expression)
            rules = [(self._rules[rule], least, most) for rule, least, most in owners]
            reach = self._reaches[expression] = (
                max(most + rule.behind for rule, _, most in rules),
                max(rule.max_width + rule.ahead - least for rule, least, _ in rules),
            )
        return (is_start or at >= reach[0]) and (is_end or at + reach[1] <= length)


def _end(hit: Hit) -> int:
    return hit[1]


def zones(copies: Sequence[Copy], base_size: int, size: int) -> list[tuple[int, int]] | None:
    """Return the closed intervals in which hits that copied runs do not bring along may end; None for too many."""
    found: list[tuple[int, int]] = []
    at = source_at = total = 0
    for target, length, source in (*copies, (size, 0, base_size)):
        if target != at or source != source_at:
            low, high = max(0, at - _AHEAD + 1), min(size, target + NARROW - 1)
            if found and low <= found[-1][1] + NARROW:
                total -= found[-1][1] - found[-1][0]
                low, high = found[-1][0], max(high, found.pop()[1])
            found.append((low, high))
            total += high - low + NARROW
            if total * _WORTH > size:
                return None
        at, source_at = target + length, source + length
    return found
