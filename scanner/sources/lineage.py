"""How long each incident lived: which tips of history still hold it, which reach it, and which commits took it out.

One pass over the graph of commits, parents first, for all incidents at once. For each commit three integers are kept,
used as sets: which (path, blob) pairs its files have, which incidents they hold, and which incidents its history does.
A commit that changes none of the paths shares those of its parent, so the pass costs about a microsecond a commit.

What a merge has under a path on which its parents differ is not guessed, but looked up.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import reduce
from operator import and_, or_
from typing import Final, NamedTuple

from scanner.git.provenance import Change

_PAIRS_AT_ONCE: Final = 8_192  # one bit each; more are followed in several passes, so memory stays bounded
_LEAST_PAIRS: Final = 1_024  # for fewer, going through all commits once more takes longer than it saves
MOST_LOOKUPS: Final = 1_000_000  # paths of merges, 20 us each; ansible's 244,704 commits need 133,737

Lookup = Callable[[str, Collection[bytes]], Mapping[bytes, str]]
Graph = Sequence[Sequence[str]]  # each commit, followed by its parents; all of them come before


class Trail(NamedTuple):
    """What to follow for an incident: the (path, blob) pairs with the secret, and commits whose message has it."""

    pairs: frozenset[tuple[bytes, str]]
    messages: frozenset[str] = frozenset()


class State(NamedTuple):
    """Sets of bits. `files`: pairs. `held`: incidents in a file now. `ever`: in a file now or before. `said`: in a
    message, of this commit or one before.
    """

    files: int = 0
    held: int = 0
    ever: int = 0
    said: int = 0


class Lineage(NamedTuple):
    """`tips`: the state at each commit asked for, bits numbered as the trails are. `last`: for each trail the last
    commit in which a file holds it, "" if none does. `removed`: for each trail the commits that took it out.

    A merge that takes over a removal has not removed anything; one that drops what nobody had dropped has.

    `left`: how many paths of merges may still be looked up; below zero when there were too many, and some merges are
    taken to have all that their parents have.
    """

    tips: dict[str, State]
    last: list[str]
    removed: list[list[str]]
    left: int


def follow(
    graph: Graph,
    changes: Mapping[str, Sequence[Change]],
    trails: Sequence[Trail],
    tips: Collection[str],
    find: Lookup,
    most: int = MOST_LOOKUPS,
) -> Lineage:
    """Go through history, looking at no more than `most` paths of merges. Raises what `find` raises.

    Memory grows with the product of trails and changes: see `lots`.
    """
    return _Pass(trails, changes, find, most).run(graph, tips)


def lots(trails: Sequence[Trail], jobs: int = 1) -> list[tuple[list[int], int]]:
    """Return the numbers of the trails to follow in one pass, one pass for each of so many processes if that is worth
    it; and how many paths of merges that pass may look up. What is found at the same path comes together.
    """
    order = sorted(range(len(trails)), key=lambda number: min(trails[number].pairs, default=(b"", "")))
    total = sum(len(trail.pairs) + 1 for trail in trails)
    count = max(-(-total // _PAIRS_AT_ONCE), min(jobs, total // _LEAST_PAIRS), 1)
    found: list[tuple[list[int], int]] = []
    lot: list[int] = []
    before = after = 0
    for number in order:
        lot.append(number)
        after += len(trails[number].pairs) + 1
        if after * count >= total * (len(found) + 1):
            found.append((lot, MOST_LOOKUPS * (after - before) // total))
            lot, before = [], after
    return found


class Pairs:
    """The pairs of some trails as bits: `all` in order, `bits` the number of each, `at` the set of those at a path."""

    def __init__(self, trails: Sequence[Trail]) -> None:
        self.all = list(dict.fromkeys(pair for trail in trails for pair in trail.pairs))
        self.bits = {pair: bit for bit, pair in enumerate(self.all)}
        self.at: dict[bytes, int] = {}
        for bit, (path, _) in enumerate(self.all):
            self.at[path] = self.at.get(path, 0) | 1 << bit

    def cleared(self, changes: Sequence[Change]) -> int:
        """Return the pairs at all paths that these changes touch."""
        return reduce(or_, (self.at.get(change.path, 0) for change in changes), 0)

    def made(self, changes: Sequence[Change]) -> int:
        """Return the pairs that these changes make."""
        return reduce(or_, (1 << self.bits[change] for change in changes if change in self.bits), 0)

    def paths(self, bits: int) -> set[bytes]:
        return {self.all[bit][0] for bit in ones(bits)}


class _Pass:
    """One pass, for some trails: their pairs and incidents as bits, and what is known so far."""

    def __init__(
        self, trails: Sequence[Trail], changes: Mapping[str, Sequence[Change]], find: Lookup, most: int
    ) -> None:
        self._left = most
        self._changes = changes
        self._find = find
        self._pairs = Pairs(trails)
        self._incidents = [0] * len(self._pairs.all)  # pair -> the incidents in that blob
        self._of: list[int] = []  # incident -> its pairs
        self._messages: dict[str, int] = {}
        for number, trail in enumerate(trails):
            bits = [self._pairs.bits[pair] for pair in trail.pairs]
            self._of.append(reduce(or_, (1 << bit for bit in bits), 0))
            for bit in bits:
                self._incidents[bit] |= 1 << number
            for commit in trail.messages:
                self._messages[commit] = self._messages.get(commit, 0) | 1 << number
        self._last: list[tuple[int, str]] = [(-1, "")] * len(trails)
        self._removed: list[list[str]] = [[] for _ in trails]

    def run(self, graph: Graph, tips: Collection[str]) -> Lineage:
        empty = State()
        states: dict[str, State] = {}
        ranks: dict[str, int] = {}
        has_child: set[str] = set()
        for rank, (commit, *parents) in enumerate(graph):
            ranks[commit] = rank
            has_child.update(parents)
            before = [states.get(parent, empty) for parent in parents] or [empty]
            own = commit in self._changes or commit in self._messages
            if not own and all(state is before[0] for state in before):
                states[commit] = before[0]
                continue
            after = states[commit] = self._after(commit, before, parents)
            self._note_dropped(commit, after, before, [(ranks.get(parent, -1), parent) for parent in parents])
        self._note_ends(graph, states, has_child)
        ends = {tip: states.get(tip, empty) for tip in tips}
        return Lineage(ends, [oid for _, oid in self._last], self._removed, self._left)

    def _after(self, commit: str, before: Sequence[State], parents: Sequence[str]) -> State:
        changes = self._changes.get(commit, ())
        cleared = self._pairs.cleared(changes)
        some = reduce(or_, (state.files for state in before)) & ~cleared
        files = reduce(and_, (state.files for state in before)) & ~cleared
        if unsure := some & ~files:
            files |= self._looked_up(commit, unsure)
        files |= self._pairs.made(changes)
        held = before[0].held
        touched = reduce(or_, (self._incidents[bit] for bit in ones(files ^ before[0].files)), 0)
        for incident in ones(touched):
            held = held | 1 << incident if files & self._of[incident] else held & ~(1 << incident)
        said = reduce(or_, (state.said for state in before)) | self._messages.get(commit, 0)
        ever = reduce(or_, (state.ever for state in before)) | held
        made = State(files, held, ever, said)
        return next((state for state in before if state == made), made)

    def _looked_up(self, commit: str, unsure: int) -> int:
        """Return the bits of the pairs that a merge has, out of those that only some of its parents have."""
        paths = self._pairs.paths(unsure)
        self._left = max(self._left - len(paths), -1)
        if self._left < 0:
            return unsure
        bits = (self._pairs.bits.get(pair) for pair in self._find(commit, paths).items())
        return reduce(or_, (1 << bit for bit in bits if bit is not None), 0)

    def _note_dropped(
        self, commit: str, after: State, before: Sequence[State], parents: Sequence[tuple[int, str]]
    ) -> None:
        taken_over = reduce(or_, (state.ever & ~state.held for state in before))
        for state, parent in zip(before, parents, strict=False):
            for incident in ones(state.held & ~after.held):
                self._last[incident] = max(self._last[incident], parent)
        for incident in ones(reduce(or_, (state.held for state in before)) & ~after.held & ~taken_over):
            self._removed[incident].append(commit)

    def _note_ends(self, graph: Graph, states: Mapping[str, State], has_child: Collection[str]) -> None:
        """Where a history ends, its last commit is the last to hold what it holds."""
        left = (1 << len(self._last)) - 1
        for rank in range(len(graph) - 1, -1, -1):
            commit = graph[rank][0]
            if commit not in has_child and (held := states[commit].held & left):
                left &= ~held
                for incident in ones(held):
                    self._last[incident] = max(self._last[incident], (rank, commit))


def ones(bits: int) -> Iterator[int]:
    """Yield the numbers of the bits that are set, lowest first."""
    text = f"{bits:b}"[::-1]
    at = text.find("1")
    while at >= 0:
        yield at
        at = text.find("1", at + 1)


class Tally:
    """Counts, for each bit, in how many sets it was: all of them at once, as adding by hand does, digit by digit."""

    def __init__(self) -> None:
        self._digits: list[int] = []  # the bits' counts in binary, the ones first

    def add(self, bits: int) -> None:
        for place, digit in enumerate(self._digits):
            if not bits:
                return
            self._digits[place], bits = digit ^ bits, digit & bits
        if bits:
            self._digits.append(bits)

    def counts(self) -> dict[int, int]:
        """Return the counts that are not zero."""
        found: dict[int, int] = {}
        for place, digit in enumerate(self._digits):
            for bit in ones(digit):
                found[bit] = found.get(bit, 0) + (1 << place)
        return found
