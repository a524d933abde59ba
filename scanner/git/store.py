"""Everything that a repository stores: its packs, read directly where we can, and the ids of all else, for git to read.

Alternates are followed as git follows them (gitrepository-layout(5)).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np

from scanner.errors import GitError
from scanner.git.command import Git
from scanner.git.history import stored
from scanner.git.pack.entries import find
from scanner.git.pack.index import Bytes, PackError, packs_in
from scanner.git.pack.pack import Pack, open_pack

_NOT_SHA1: Final = "git reads everything: the repository's ids are not SHA-1"
_NESTED: Final = 5  # alternates of alternates, as deep as git goes
_FOLDER: Final = re.compile(r"[0-9a-f]{2}")
_ODD: Final = (b"#", b'"')  # a remark; a path in quotes
_REST: Final = re.compile(r"[0-9a-f]{38}")


class Store(NamedTuple):
    """`packs` are read directly. `others` are the ids of what git is to read. `remarks` say why it must.

    `folders` are the object stores, and `names` all packs in them, those for git to read too. `failure` says what is
    perhaps not in any of these: git could not list what only it can read. `known` are the ids, not among the others,
    of loose objects that need not be read.
    """

    packs: tuple[Pack, ...]
    others: tuple[str, ...]
    remarks: tuple[str, ...]
    folders: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()
    failure: str = ""
    known: frozenset[str] = frozenset()


def open_store(git: Git) -> Store:
    """Find out what there is. Raises GitError when git cannot say where."""
    if git.run("rev-parse", "--show-object-format").strip() != b"sha1":
        everything, failure = _listed(git)
        return Store((), tuple(everything), (_NOT_SHA1,), failure=failure)
    folders = tuple(_object_folders(git))
    names = tuple(_pack_names(folders))
    packs, remarks = _open(names)
    remarks += _odd_alternates(folders)
    packs = _without_copies(packs)
    left = frozenset(_left_out(packs))
    candidates = left.union(_loose(folders))
    failure = ""
    if remarks:  # some pack is git's to read, and only git knows what is in it
        listed, failure = _listed(git)
        candidates = candidates.union(listed)
    others = tuple(_not_in(packs, sorted(candidates), left))
    return Store(packs, others, tuple(remarks), folders, frozenset(names), failure)


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
    found = set(_loose(store.folders)).difference(store.others, store.known)
    for name in _pack_names(store.folders):
        if name not in store.names:
            found.update(_ids(name))
    return tuple(_not_in(store.packs, sorted(found), frozenset()))


def _ids(name: str) -> Iterator[str]:
    try:
        ids = open_pack(name).index.ids
    except (PackError, OSError) as error:
        message = f"{os.path.basename(name)}.pack came while the objects were read, and cannot be read: {error}"
        raise GitError(message) from None
    return (row.tobytes().hex() for row in ids)


def _object_folders(git: Git) -> Iterator[str]:
    first = git.run("rev-parse", "--path-format=absolute", "--git-path", "objects").rstrip(b"\n")
    seen: set[str] = set()
    level = [os.fsdecode(first)]
    for _ in range(_NESTED + 1):
        below: list[str] = []
        for folder in level:
            if (real := os.path.realpath(folder)) not in seen:
                seen.add(real)
                yield folder
                below += _alternates(folder)
        level = below


def _alternates(folder: str) -> list[str]:
    lines = _lines(folder)
    return [os.path.join(folder, os.fsdecode(line)) for line in lines if line and not line.startswith(_ODD)]


def _lines(folder: str) -> list[bytes]:
    try:
        with open(os.path.join(folder, "info", "alternates"), "rb") as file:
            return file.read().split(b"\n")
    except FileNotFoundError:
        return []


def _odd_alternates(folders: Sequence[str]) -> Iterator[str]:
    """Say which alternates are not followed here: their paths are quoted."""
    for folder in folders:
        if any(line.startswith(b'"') for line in _lines(folder)):
            yield "git reads what no pack here has: the path of an alternate is quoted"


def _pack_names(folders: Sequence[str]) -> Iterator[str]:
    for folder in folders:
        for name in packs_in(os.path.join(folder, "pack")):
            if os.path.exists(f"{name}.idx"):  # without one, git does not read it either: it is on its way in, or out
                yield name


def _open(names: Sequence[str]) -> tuple[tuple[Pack, ...], list[str]]:
    packs: list[Pack] = []
    remarks: list[str] = []
    for name in names:
        try:
            packs.append(open_pack(name))
        except (PackError, OSError) as error:
            reason = str(error) if isinstance(error, PackError) else error.strerror
            remarks.append(f"git reads {os.path.basename(name)}.pack: {reason}")
    return tuple(packs), remarks


def _without_copies(packs: Sequence[Pack]) -> tuple[Pack, ...]:
    """Mark what an earlier pack has as not fresh."""
    marked: list[Pack] = []
    for pack in packs:
        ids = pack.index.ids[pack.forest.entries]
        fresh = pack.fresh.copy()
        for earlier in marked:
            fresh &= _rows(earlier, ids) < 0
        marked.append(replace(pack, fresh=fresh))
    return tuple(marked)


def _left_out(packs: Sequence[Pack]) -> Iterator[str]:
    """Yield the ids of what cannot be read from its pack alone: deltas of something in another one."""
    for pack in packs:
        for row in pack.forest.outside.tolist():
            yield pack.index.ids[row].tobytes().hex()


def _rows(pack: Pack, ids: Bytes) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return find(pack.index.ids, ids, -1)


def _loose(folders: Sequence[str]) -> Iterator[str]:
    for folder in folders:
        for prefix in _names(folder):
            if _FOLDER.fullmatch(prefix):
                for rest in os.listdir(os.path.join(folder, prefix)):
                    if _REST.fullmatch(rest):
                        yield prefix + rest


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except FileNotFoundError:  # an alternate that is not there: git says so when it goes through the objects
        return []


def _not_in(packs: Sequence[Pack], oids: Sequence[str], left: frozenset[str]) -> Iterator[str]:
    """Yield the ids that no pack has, and those of `left`."""
    if not oids:
        return
    ids = np.frombuffer(bytes.fromhex("".join(oids)), np.uint8).reshape(-1, 20)
    packed = np.zeros(len(oids), np.bool_)
    for pack in packs:
        packed |= _rows(pack, ids) >= 0
    for oid, known in zip(oids, packed.tolist(), strict=True):
        if not known or oid in left:
            yield oid
