"""What merges will probably be asked, before their answers are known: all of it can be looked up at once then.

`lineage` asks one merge after the other, as what it asks depends on what the merges before have. Here that is guessed.
Nothing is decided by a guess: what was not foreseen is asked when it comes to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from scanner.git.provenance import Change
from scanner.sources.lineage import Graph, Pairs, Trail

_NOTHING = (0, 0)


def questions(
    graph: Graph, changes: Mapping[str, Sequence[Change]], trails: Sequence[Trail]
) -> Iterator[tuple[str, set[bytes]]]:
    """Yield merges, and the paths of which `lineage.follow` will want to know what is there."""
    pairs = Pairs(trails)
    states: dict[str, tuple[int, int]] = {}  # pairs that are there, and those that are there no more
    for commit, *parents in graph:
        before = [states.get(parent, _NOTHING) for parent in parents] or [_NOTHING]
        own = changes.get(commit, ())
        if not own and all(state is before[0] for state in before):
            states[commit] = before[0]
            continue
        cleared = pairs.cleared(own)
        some = every = before[0][0]
        gone = before[0][1]
        for there, lost in before[1:]:
            some, every, gone = some | there, every & there, gone | lost
        if unsure := some & ~every & ~cleared:
            yield commit, pairs.paths(unsure)
        # Whoever has it no more has taken it out; whoever never had it says nothing.
        now = (every | some & ~gone) & ~cleared | pairs.made(own)
        states[commit] = now, (gone | some) & ~now
