"""What tells whether a repository has changed: facts of the files in which its objects and its refs stand.

Nothing here is more than a reason to believe. A file whose size, times and inode are those of before is taken for what
it was; so is git's word that nothing is missing, where what refs say and what is stored is the same to the byte.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from stat import S_ISREG
from typing import Final, NamedTuple

from scanner.git.folders import Folders
from scanner.git.place import Place

FACT: Final = 16  # bytes
_MOST: Final = 256 << 20  # bytes of refs and reflogs; with more, asking git is cheaper
_FOLDER: Final = re.compile(r"[0-9a-f]{2}")
# What `git rev-list --all --reflog` goes by, below the folder that all worktrees share (gitrepository-layout(5)).
_REFS: Final = ("HEAD", "packed-refs", "refs", "logs", "reftable", "worktrees")
_SETTINGS: Final = ("shallow", "config", "config.worktree")
_INDEX: Final = "index"  # a worktree's, which has nothing to do with its refs


class Facts(NamedTuple):
    """By a pack's path without ending, and by a loose object's id: `FACT` bytes that change when its files do."""

    packs: dict[str, bytes]
    loose: dict[str, bytes]


class _UnclearError(Exception):
    pass


class State(NamedTuple):
    """`whole` changes when anything is stored, removed or written to, or a ref, a HEAD or a reflog does; `settings`
    when the configuration does, or alternates, or where a shallow clone ends. Both are empty when that cannot be told.
    """

    whole: bytes = b""
    settings: bytes = b""


def gather(folders: Folders) -> Facts:
    """Look at the files of all objects; take this before they are read."""
    packs = {name: _digest([name, *map(_status, (f"{name}.pack", f"{name}.idx"))]) for name in sorted(folders.packs())}
    loose: dict[str, list[object]] = {}
    for folder in folders.paths:
        for oid, status in _loose(folder):
            loose.setdefault(oid, []).append(status)
    return Facts(packs, {oid: _digest([oid, *found]) for oid, found in loose.items()})


def state(place: Place, folders: Folders, facts: Facts) -> State:
    """Return the state of the repository as this worktree of it is seen, its objects being in `folders`."""
    try:
        info = [os.path.join(folder, "info") for folder in folders.paths]
        settings = _digest([_contents([*_in(place, _SETTINGS), *info]), sorted(folders.paths)])
        refs = _contents(_in(place, _REFS))
    except (OSError, _UnclearError):
        return State()
    stored = sorted(facts.packs.items()), sorted(facts.loose.items())
    return State(_digest([place.own, settings, refs, *stored]), settings)


def _in(place: Place, names: Sequence[str]) -> list[str]:
    return [os.path.join(place.common, name) for name in names]


def _contents(places: Sequence[str]) -> bytes:
    """Return a digest of all files there. Raises OSError and _UnclearError."""
    summary = blake2b(digest_size=FACT)
    left = _MOST
    for path in (path for place in places for path in _files(place)):
        content = _content(path)
        left -= len(content)
        if left < 0:
            raise _UnclearError
        summary.update(_digest([path]))
        summary.update(blake2b(content, digest_size=FACT).digest())
    return summary.digest()


def _digest(parts: Sequence[object]) -> bytes:
    return blake2b(repr(parts).encode("utf-8", "surrogateescape"), digest_size=FACT).digest()


def _status(path: str) -> tuple[int, ...]:
    try:
        return _numbers(os.stat(path))
    except OSError:
        return ()


def _numbers(status: os.stat_result) -> tuple[int, ...]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _loose(folder: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    for prefix in _listing(folder):
        if _FOLDER.fullmatch(prefix.name):
            for entry in _listing(prefix.path):
                yield prefix.name + entry.name, _status(entry.path)


def _listing(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []


def _files(place: str) -> Iterator[str]:
    """Yield the files below a place, in order. A folder behind a link is unclear: who knows what git makes of it."""
    if not os.path.isdir(place):
        if os.path.lexists(place):
            yield place
        return
    if os.path.islink(place):
        raise _UnclearError
    for folder, below, names in os.walk(place, onerror=_give_up):
        below.sort()
        if any(os.path.islink(os.path.join(folder, name)) for name in below):
            raise _UnclearError
        yield from (os.path.join(folder, name) for name in sorted(names) if name != _INDEX)


def _give_up(error: OSError) -> None:
    raise error


def _content(path: str) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | int(getattr(os, "O_NONBLOCK", 0)) | int(getattr(os, "O_BINARY", 0)))
    with open(descriptor, "rb") as file:
        if not S_ISREG(os.fstat(descriptor).st_mode):
            raise _UnclearError
        return file.read()
