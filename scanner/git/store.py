"""What a repository stores: its packs, to be read directly where we can, and the ids of all else, for git to read."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from mmap import mmap
from typing import Final, Literal, NamedTuple

import numpy as np

from scanner.errors import GitError
from scanner.git.command import Git
from scanner.git.folders import Folders
from scanner.git.history import stored
from scanner.git.pack.entries import find, first_of_each
from scanner.git.pack.index import Bytes, Numbers, PackError
from scanner.git.pack.pack import Pack, open_pack, with_trees
from scanner.git.place import Place, limited, place_of

_NOT_SHA1: Final = "git reads everything: the repository's ids are not SHA-1"
_MOST: Final = 128  # packs open at once: some systems allow a process 256 files


class Store(NamedTuple):
    """`packs` are read directly. `others` are the ids of what git is to read. `remarks` say why it must.

    `folders` are the object stores, and `names` all packs in them, those for git to read too. `failure` says what is
    perhaps not in any of these: git could not list what only it can read. `circular` are the ids of deltas that are
    their own bases, by way of others: git would never come to an end with one, and fill the memory, so it must not be
    asked. `doubtful`: there are such, or others that cannot be read as they stand; so git is kept on a short lead.
    `known` are the ids, not among the others, of loose objects that need not be read.
    """

    packs: tuple[Pack, ...]
    others: tuple[str, ...]
    remarks: tuple[str, ...]
    folders: Folders | None = None
    names: frozenset[str] = frozenset()
    failure: str = ""
    circular: tuple[str, ...] = ()
    doubtful: bool = False
    known: frozenset[str] = frozenset()


def open_store(git: Git, place: Place | None = None) -> Store:
    """Find out what there is. Raises GitError when git cannot say where."""
    place = place or place_of(git)
    if not place.is_sha1:
        everything, failure = _listed(limited(git, False))
        return Store((), tuple(everything), (_NOT_SHA1,), failure=failure)
    folders = Folders(place.objects)
    names = tuple(folders.packs())
    opened, remarks = _open(names)
    packs = _without_copies(opened)
    circular = tuple(sorted(_not_in(packs, set(_ids_of(packs, "circular")))))
    loose = frozenset(folders.loose())
    _contest(packs, loose)
    outside = set(_ids_of(packs, "outside"))
    git = limited(git, bool(outside or circular))
    candidates = outside.union(loose)
    failure = "; ".join(folders.problems)
    if remarks:  # some pack is git's to read, and only git knows what is in it
        listed, untold = _listed(git)
        candidates.update(listed)
        failure = "; ".join(filter(None, (failure, untold)))
    others = sorted(candidates.difference(circular))
    return Store(
        packs,
        tuple(_not_in(packs, others)),
        tuple(remarks),
        folders,
        frozenset(names),
        failure,
        circular,
        bool(outside or circular),
    )


def _listed(git: Git) -> tuple[list[str], str]:
    """Return the ids of all that git can list, and why that is not all, if it is not."""
    found: list[str] = []
    try:
        for entry in stored(git):
            found.append(entry.oid)
    except GitError as error:
        return found, error.message
    return found, ""


def appeared(store: Store) -> tuple[str, ...]:
    """Return the ids of what was stored since: someone fetched, pushed, committed, or ran gc. Raises GitError."""
    if store.folders is None:
        return ()
    found = set(store.folders.loose()).difference(store.others, store.circular, store.known)
    for name in store.folders.packs():
        if name not in store.names:
            found.update(_ids(name))
    return tuple(_not_in(store.packs, found))


def _ids(name: str) -> Iterator[str]:
    try:
        pack = open_pack(name)
        if len(pack.forest.circular):
            raise PackError("it has deltas of themselves, by way of others")
    except (PackError, OSError) as error:
        message = f"{os.path.basename(name)}.pack came while the objects were read, and cannot be read: {error}"
        raise GitError(message) from None
    return (row.tobytes().hex() for row in pack.index.ids)


def _open(names: Sequence[str]) -> tuple[tuple[Pack, ...], list[str]]:
    packs: list[Pack] = []
    remarks: list[str] = []
    mapped = 0
    for name in names:
        try:
            if mapped >= _MOST:
                raise PackError("more packs than may well be open at once")
            packs.append(open_pack(name))
            mapped += isinstance(packs[-1].data, mmap)
        except (PackError, OSError) as error:
            reason = str(error) if isinstance(error, PackError) else error.strerror
            remarks.append(f"git reads {os.path.basename(name)}.pack: {reason}")
    return tuple(packs), remarks


def _without_copies(packs: Sequence[Pack]) -> tuple[Pack, ...]:
    """Mark as not fresh what an earlier pack has, or an earlier place of the same one."""
    if not packs:
        return ()
    ends = np.cumsum([len(pack.fresh) for pack in packs])[:-1]
    first, contested = first_of_each(np.concatenate([pack.index.ids[pack.forest.entries] for pack in packs]))
    marks = zip(packs, np.split(first, ends), np.split(contested, ends), strict=True)
    return tuple(replace(pack, fresh=fresh, contested=others) for pack, fresh, others in marks)


def tree_packs(store: Store) -> tuple[Pack, ...]:
    """Return the same packs, with their trees to be read and nothing else.

    All copies in packs are read there, so contested are only those with a copy outside.
    """
    packs = _without_copies([with_trees(pack) for pack in store.packs])
    packs = tuple(replace(pack, contested=np.zeros(len(pack.fresh), np.bool_)) for pack in packs)
    if store.folders:
        _contest(packs, frozenset(store.folders.loose()))
    return packs


def _contest(packs: Sequence[Pack], loose: Collection[str]) -> None:
    """Mark what is stored outside the packs, too."""
    ids = rows_of(sorted(loose))
    for pack in packs if loose else ():
        places = find(pack.index.ids[pack.forest.entries], ids, -1)
        pack.contested[places[places >= 0]] = True


def rows_of(oids: Sequence[str]) -> Bytes:
    """Return ids in binary, a row for each."""
    return np.frombuffer(bytes.fromhex("".join(oids)), np.uint8).reshape(-1, 20)


def _ids_of(packs: Sequence[Pack], which: Literal["outside", "circular"]) -> Iterator[str]:
    """Yield the ids of what cannot be read from its pack alone."""
    for pack in packs:
        rows: Numbers = getattr(pack.forest, which)
        for row in rows.tolist():
            yield pack.index.ids[row].tobytes().hex()


def _not_in(packs: Sequence[Pack], oids: Collection[str]) -> Iterator[str]:
    """Yield, in order, the ids of what can be read from no pack here."""
    if not oids:
        return
    ordered = sorted(oids)
    ids = rows_of(ordered)
    packed = np.zeros(len(ordered), np.bool_)
    for pack in packs:
        readable = np.ones(pack.index.count, np.bool_)
        readable[pack.forest.outside] = readable[pack.forest.circular] = False
        packed |= find(pack.index.ids if readable.all() else pack.index.ids[readable], ids, -1) >= 0
    for oid, known in zip(ordered, packed.tolist(), strict=True):
        if not known:
            yield oid
