"""The heads of a pack's entries, all at once: what each is, how long, and what it is a delta of.

A head is a type and a size in 7-bit groups, then for a delta the distance to its base, or its base's id
(gitformat-pack(5)).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scanner.git.pack.index import ID, Bytes, Index, Numbers

KINDS: Final = {1: "commit", 2: "tree", 3: "blob", 4: "tag"}
_OFS_DELTA: Final = 6
_REF_DELTA: Final = 7
_GROUPS: Final = 7  # of 7 bits, behind the first byte: more than any length here has, and no number overflows
_AT_ONCE: Final = 1 << 17  # heads
_ALIKE: Final = 8  # ids that may begin with the same eight bytes
ALONE: Final = -1  # not a delta
_NAMED: Final = -3  # a delta of what its head names, not looked up yet
OUTSIDE: Final = -2  # a delta of something that this pack does not hold; or its head makes no sense


class Entries(NamedTuple):
    """By entry, in the order of the pack: its type, the size of what is compressed, the offset at which that begins,
    and the number of its base entry (or ALONE, or OUTSIDE).
    """

    types: Bytes
    sizes: Numbers
    starts: Numbers
    bases: Numbers


def read_entries(
    pack: Bytes, index: Index, let_go: Callable[[], None] = lambda: None, at_once: int = _AT_ONCE
) -> Entries:
    """Read all heads. Damage to one costs no other: it is OUTSIDE, with all that is a delta of it.

    `at_once` are read together; `let_go` is called in between, for a map not to keep all of a large file in memory.
    """
    lots: list[Entries] = []
    names: list[Bytes] = []
    for first in range(0, max(index.count, 1), at_once):
        lot, named = _read(pack, index, first, min(first + at_once, index.count))
        lots.append(lot)
        names.append(named)
        let_go()
    entries = Entries(*map(np.concatenate, zip(*lots, strict=True)))
    by_name = entries.bases == _NAMED
    if by_name.any():
        entries.bases[by_name] = find(index.ids, np.concatenate(names), OUTSIDE)
    return entries


def _read(pack: Bytes, index: Index, begin: int, end: int) -> tuple[Entries, Bytes]:
    """Read the heads of the entries from `begin` to before `end`, and the ids of the bases that are NAMED."""
    at = index.offsets[begin:end].copy()
    first = _byte(pack, at)
    types = (first >> 4) & 7
    sizes = (first & 15).astype(np.int64)
    more, shift = np.flatnonzero(first & 128), 4
    at += 1
    for _ in range(_GROUPS):
        if not len(more):
            break
        group = _byte(pack, at[more])
        sizes[more] |= (group & 127).astype(np.int64) << shift
        at[more] += 1
        more, shift = more[(group & 128) != 0], shift + 7
    bases = np.full(end - begin, ALONE, np.int64)
    _near_bases(pack, index, begin, np.flatnonzero(types == _OFS_DELTA), at, bases)
    bases[types == _REF_DELTA] = _NAMED
    names_at = at[types == _REF_DELTA]
    at[types == _REF_DELTA] += ID
    bases[more] = OUTSIDE
    bases[~np.isin(types, (1, 2, 3, 4, _OFS_DELTA, _REF_DELTA)) | (at >= index.offsets[begin + 1 : end + 1])] = OUTSIDE
    sound = bases[types == _REF_DELTA] == _NAMED
    names = _byte(pack, names_at[sound][:, None] + np.arange(ID))
    return Entries(types.astype(np.uint8), sizes, at, bases), names


def _near_bases(pack: Bytes, index: Index, begin: int, deltas: Numbers, at: Numbers, bases: Numbers) -> None:
    """Resolve the deltas, counted from the entry `begin` on, whose base is so many bytes before them; move `at` behind
    that number.
    """
    if not len(deltas):
        return
    group = _byte(pack, at[deltas])
    distance = (group & 127).astype(np.int64)
    more = np.flatnonzero(group & 128)
    at[deltas] += 1
    for _ in range(_GROUPS):
        if not len(more):
            break
        group = _byte(pack, at[deltas[more]])
        distance[more] = ((distance[more] + 1) << 7) | (group & 127)
        at[deltas[more]] += 1
        more = more[(group & 128) != 0]
    places = index.offsets[begin + deltas] - distance
    found = np.searchsorted(index.offsets, places)  # a place before an entry is never behind the last one
    found[(index.offsets[found] != places) | (distance == 0)] = OUTSIDE
    found[more] = OUTSIDE
    bases[deltas] = found


def find(ids: Bytes, wanted: Bytes, absent: int) -> Numbers:
    """Return the row in `ids` of each wanted id, or `absent`."""
    rows = np.full(len(wanted), absent, np.int64)
    if not len(ids):
        return rows
    keys, order = sorted_keys(ids)
    low = np.searchsorted(keys, as_keys(wanted))
    if (keys[_ALIKE:] == keys[:-_ALIKE]).any():  # nobody has so many by chance
        texts = _texts(ids)
        order = np.argsort(texts, kind="stable")
        low = np.searchsorted(texts[order], _texts(wanted))
    for step in range(_ALIKE):  # ids that begin with the same eight bytes are next to each other; there is hardly one
        place = np.minimum(low + step, len(keys) - 1)
        same = (ids[order[place]] == wanted).all(axis=1)
        rows[same] = order[place[same]]
    return rows


def _texts(ids: Bytes) -> NDArray[np.bytes_]:
    """Return each id as one value that can be compared: slow, but exact."""
    return np.ascontiguousarray(ids).view("S20").ravel()


def first_of_each(ids: Bytes) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return of each row whether no row before it has the same id, and whether any other row has."""
    first, several_times = np.ones(len(ids), np.bool_), np.zeros(len(ids), np.bool_)
    if not len(ids):
        return first, several_times
    keys, order = sorted_keys(ids)
    alike = keys[1:] == keys[:-1]
    several = order[np.r_[alike, False] | np.r_[False, alike]]  # hardly any, where packs do not overlap
    words = np.ascontiguousarray(ids[several]).view(">u4")
    several = several[np.lexsort((several, *words.T))]
    same = (ids[several[1:]] == ids[several[:-1]]).all(axis=1)
    first[several[1:]] = ~same
    several_times[several] = np.r_[same, False] | np.r_[False, same]
    return first, several_times


def as_keys(ids: Bytes) -> NDArray[np.uint64]:
    """Return the first eight bytes of each id as a number."""
    return np.ascontiguousarray(ids[:, :8]).view(">u8").ravel().astype(np.uint64)


def sorted_keys(ids: Bytes) -> tuple[NDArray[np.uint64], Numbers]:
    keys = as_keys(ids)
    order = np.argsort(keys, kind="stable")
    return keys[order], order


def _byte(pack: Bytes, at: Numbers) -> Bytes:
    # One that runs on behind the end is damaged, and told by where it ends.
    found: Bytes = pack[np.minimum(at, len(pack) - 1)]
    return found
