"""What an earlier run knows of a store: the same store with less to read, and what that less amounts to.

Known is an object whose id is remembered, and whose pack or file is what it was when it was read, or whose pack's
checksums all hold: damage is found as it would be by reading everything.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from scanner.engine.batch import BatchResult, Quiet
from scanner.git.facts import Facts
from scanner.git.pack.check import is_intact
from scanner.git.pack.entries import find
from scanner.git.pack.forest import narrowed
from scanner.git.pack.index import Numbers
from scanner.git.pack.pack import Pack
from scanner.git.store import Store
from scanner.sources.memory import Memory, extended


class Recalled(NamedTuple):
    """`store` has left to read what is not known, `known` is what that would have been read as. `rows` are those of the
    memory that are still true, `types` counts what they are, `facts` are those of the packs and files that are sound or
    will be read now.
    """

    store: Store
    known: BatchResult
    rows: Numbers
    types: dict[str, int]
    facts: frozenset[bytes]


def recall(store: Store, memory: Memory, facts: Facts) -> Recalled:
    """Find what is known of a store. `facts` are those of now."""
    packs: list[Pack] = []
    rows: list[Numbers] = []
    sound: set[bytes] = set()
    for pack in store.packs:
        fact = facts.packs[pack.name]
        is_seen = fact in memory.facts
        if not is_seen and not is_intact(pack):
            packs.append(pack)
            continue
        less, found = _less(pack, memory, is_seen)
        packs.append(less)
        rows.append(found)
        sound.add(fact)
    oids = [oid for oid in store.others if facts.loose.get(oid) in memory.facts]
    found = find(memory.ids, np.frombuffer(bytes.fromhex("".join(oids)), np.uint8).reshape(-1, 20), -1)
    known = frozenset(oid for oid, row in zip(oids, found.tolist(), strict=True) if row >= 0)
    rows.append(found[found >= 0])
    sound.update(facts.loose[oid] for oid in store.others if oid in facts.loose)
    others = tuple(oid for oid in store.others if oid not in known)
    kept = np.concatenate(rows)
    store = store._replace(packs=tuple(packs), others=others, known=known)
    return Recalled(store, _result(memory, kept), kept, memory.types(kept), frozenset(sound))


def _less(pack: Pack, memory: Memory, is_seen: bool) -> tuple[Pack, Numbers]:
    """Return the pack without what is known, and the rows of that.

    In a pack that is new, an object with a copy that nobody reads must show that it is what its id says.
    """
    rows = find(memory.ids, pack.index.ids[pack.forest.entries], -1)
    known = (rows >= 0) & pack.fresh
    if not is_seen:
        known &= ~pack.contested
    if not known.any():
        return pack, rows[:0]
    left = pack.fresh & ~known
    forest, places = narrowed(pack.forest, pack.entries.bases, left)
    return replace(pack, forest=forest, fresh=left[places], contested=pack.contested[places]), rows[known]


def _result(memory: Memory, rows: Numbers) -> BatchResult:
    drops: Counter[str] = Counter()
    for reason, count in memory.drops(rows):
        drops[reason] += count
    count, size = len(rows), int(memory.rows["size"][rows].sum(dtype=np.int64))
    return BatchResult(drops=tuple(sorted(drops.items())), scope=count, read=count, bytes=size, known=count)


def learned(memory: Memory, recalled: Recalled, quiet: Quiet, state: bytes) -> Memory | None:
    """Return what to remember after a run; None when that is nothing new."""
    is_same = not (quiet.seals or quiet.dropped) and len(recalled.rows) == memory.count
    if is_same and (recalled.facts, state) == (memory.facts, memory.state):
        return None
    return extended(memory, recalled.rows, quiet, recalled.facts, state)
