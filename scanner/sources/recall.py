"""What an earlier run knows of a store: the same store with less to read, and what that less amounts to.

Known is an object whose id is remembered, and whose pack or file is what it was when it was read, or whose pack's
checksums all hold: damage is found as it would be by reading everything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from scanner.engine.batch import BatchResult, Quiet
from scanner.git.command import Git
from scanner.git.facts import Facts
from scanner.git.pack.check import is_intact
from scanner.git.pack.entries import find
from scanner.git.pack.forest import narrowed
from scanner.git.pack.index import Numbers, PackError
from scanner.git.pack.pack import Pack
from scanner.git.pack.treedelta import names
from scanner.git.special import contents
from scanner.git.spots import at_spots, spots_of
from scanner.git.store import Store, rows_of, tree_packs
from scanner.model import Leads, NameOrigin, ObjectOrigin, RefOrigin
from scanner.sources.history import History
from scanner.sources.memory import Memory, extended
from scanner.sources.past import Known, Past, binary, hexadecimal, to_read
from scanner.sources.said import is_plain, will_be_said_again


class Recalled(NamedTuple):
    """`store` and `trees` have left to read what is not known, `leads` say where to look in it. `known` is what the
    rest would have been read as, `rows` are those of the memory that are still true, `types` counts what is known by
    kind. `facts` are those of the packs and files that are sound or will be read now, `packs` those of the packs among
    them.
    """

    memory: Memory
    store: Store
    trees: tuple[Pack, ...]
    leads: Mapping[str, Leads]
    known: Known
    rows: Numbers
    types: dict[str, int]
    facts: frozenset[bytes]
    packs: frozenset[bytes]


def recall(store: Store, memory: Memory, facts: Facts, past: Past) -> Recalled:
    """Find what is known of a store. `facts` are those of now."""
    packs: list[Pack] = []
    rows: list[Numbers] = []
    sound: set[bytes] = set()
    for pack in store.packs:
        fact = facts.packs.get(pack.name, b"")
        is_seen = fact in memory.facts
        if not is_seen and not is_intact(pack):
            packs.append(pack)
            continue
        less, found = _less(pack, memory, is_seen)
        packs.append(less)
        rows.append(found)
        sound.add(fact)
    oids = [oid for oid in store.others if facts.loose.get(oid) in memory.facts]
    found = find(memory.ids, rows_of(oids), -1)
    known = frozenset(oid for oid, row in zip(oids, found.tolist(), strict=True) if row >= 0)
    rows.append(found[found >= 0])
    sound.update(facts.loose[oid] for oid in store.others if oid in facts.loose)
    others = tuple(oid for oid in store.others if oid not in known)
    kept = np.concatenate(rows)
    store = store._replace(packs=tuple(packs), others=others, known=known)
    trees, count = _trees(tree_packs(store), facts, past)
    told = memory.known(kept)
    types = memory.types(kept)
    types["tree"] += count
    told = told._replace(scope=told.scope + count)
    packs_read = frozenset(facts.packs.values()) & sound
    return Recalled(memory, store, trees, to_read(past, facts), told, kept, types, frozenset(sound) - {b""}, packs_read)


def _trees(packs: tuple[Pack, ...], facts: Facts, past: Past) -> tuple[tuple[Pack, ...], int]:
    """Return the packs of trees less those that are known, and how many these are: those in packs that were read to the
    end, less those with a name in which something matched, and those with a copy outside.
    """
    oids = list(at_spots(facts, past.folders).values())
    if len(oids) < len(past.folders):  # a name that stood there may stand elsewhere, too, and nobody knows where
        return packs, 0
    loud = rows_of(oids)
    made: list[Pack] = []
    count = 0
    for pack in packs:
        if facts.packs.get(pack.name, b"") not in past.packs:
            made.append(pack)
            continue
        again = pack.contested.copy()
        places = find(pack.index.ids[pack.forest.entries], loud, -1)
        again[places[places >= 0]] = True
        left = pack.fresh & again
        count += int((pack.fresh & ~again).sum())
        forest, places = narrowed(pack.forest, pack.entries.bases, again)
        made.append(replace(pack, forest=forest, fresh=left[places], contested=pack.contested[places]))
    return tuple(made), count


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


def learned(recalled: Recalled, quiet: Quiet, facts: Facts, is_whole: bool) -> Memory:
    """Return what to remember of single objects after a run: the same memory when that is nothing new.

    Unless it `is_whole`, what was still to be read may not have been: of packs and files that were not seen before,
    those loose objects are sound that were read.
    """
    memory = recalled.memory
    is_same = len(recalled.rows) == memory.count and recalled.facts == memory.facts
    if not (quiet.seals or quiet.dropped) and (is_same or not is_whole):
        return memory
    made = extended(memory, recalled.rows, quiet, recalled.facts)
    if is_whole:
        return made
    oids = [oid for oid in recalled.store.others if oid in facts.loose]
    found = find(made.ids[len(recalled.rows) :], rows_of(oids), -1)
    read = {facts.loose[oid] for oid, row in zip(oids, found.tolist(), strict=True) if row >= 0}
    return replace(made, facts=recalled.facts & memory.facts | read)


def remembered(
    git: Git, source: History, facts: Facts, memory: Memory, recalled: Recalled, result: BatchResult
) -> Past | None:
    """Return what to remember of the whole, of which `result` is all; None unless all that is there was read, as far as
    the limits go.
    """
    if not all(map(will_be_said_again, result.skips)) or not source.is_ordinary:
        return None
    folders = {oid for oid in result.names.values() if oid}
    again = {*_loud(result), *folders}
    spots = spots_of(facts, again)
    known = memory.known()
    known = known._replace(scope=known.scope + source.counts["trees"] - len(folders))
    missing = tuple(
        skip.origin.oid for skip in result.skips if is_plain(skip) and isinstance(skip.origin, ObjectOrigin)
    )
    if (
        known.scope + len(again) + sum(map(is_plain, result.skips)) != result.scope
        or spots is None
        or not _fit(git, result, folders)
    ):
        return None
    oid_at = {spot: oid for oid, spot in sorted(spots.items(), key=itemgetter(1))}
    has_loud_refs = any(isinstance(place.origin, RefOrigin) for place in result.skips) or any(
        isinstance(name, RefOrigin) for name in result.names
    )
    return Past(
        is_shallow=any(skip.reason == "shallow" for skip in result.skips),
        missing=missing,
        counts=dict(source.counts),
        again=tuple(oid_at),
        leads=tuple(result.leads.get(oid, {}) for oid in oid_at.values()),
        folders=tuple(sorted((spots_of(facts, folders) or {}).values())),
        known=known,
        names=b"" if has_loud_refs else source.names,
        tips=binary(oid for oid in hexadecimal(source.tips) if oid not in again),
        packs=recalled.packs,
    )


def _loud(result: BatchResult) -> Iterator[str]:
    """Yield the ids of the objects in which something was found, or of which something is to be said."""
    origins = [finding.location.origin for finding in result.findings]
    origins += [entry.finding.location.origin for entry in result.suppressed]
    origins += [skip.origin for skip in result.skips if not is_plain(skip)]
    yield from (origin.oid for origin in origins if isinstance(origin, ObjectOrigin))


def _fit(git: Git, result: BatchResult, folders: Collection[str]) -> bool:
    """Whether the folders in which names are to be read again are what their ids say, and have those names."""
    if not folders:
        return True
    found = contents(git, folders)
    try:
        told = {oid: {name.partition(b" ")[2] for name in names(data)} for oid, data in found.items()}
    except PackError:
        return False
    return all(name.path in told.get(oid, ()) for name, oid in result.names.items() if isinstance(name, NameOrigin))
