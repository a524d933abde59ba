"""What merges will probably be asked, before their answers are known: all of it can be looked up at once then.

`lineage` asks one merge after the other, as what it asks depends on what the merges before have. Here that is guessed.
Nothing is decided by a guess: what was not foreseen is asked when it comes to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from operator import or_

from scanner.git.provenance import Change
from scanner.sources.lineage import Graph, Trail, ones


def questions(
    graph: Graph, changes: Mapping[str, Sequence[Change]], trails: Sequence[Trail]
) -> Iterator[tuple[str, set[bytes]]]:
    """Yield merges, and the paths of which `lineage.follow` will want to know what is there."""
    pairs = list({pair: None for trail in trails for pair in trail.pairs})
    bits = {pair: number for number, pair in enumerate(pairs)}
    at: dict[bytes, int] = {}
    for number, (path, _) in enumerate(pairs):
        at[path] = at.get(path, 0) | 1 << number
    states: dict[str, tuple[int, int]] = {}  # pairs that are there, and those that are there no more
    for commit, *parents in graph:
        before = [states.get(parent, _NOTHING) for parent in parents] or [_NOTHING]
        own = changes.get(commit, ())
        if not own and all(state is before[0] for state in before):
            states[commit] = before[0]
            continue
        cleared = reduce(or_, (at.get(change.path, 0) for change in own), 0)
        some = every = before[0][0]
        gone = before[0][1]
        for there, lost in before[1:]:
            some, every, gone = some | there, every & there, gone | lost
        if unsure := some & ~every & ~cleared:
            yield commit, {pairs[bit][0] for bit in ones(unsure)}
        # Whoever has it no more has taken it out; whoever never had it says nothing.
        now = (every | some & ~gone) & ~cleared
        for change in own:
            if (bit := bits.get(change)) is not None:
                now |= 1 << bit
        states[commit] = now, (gone | some) & ~now


_NOTHING = (0, 0)
