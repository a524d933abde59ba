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

from scanner.git.command import Git
from scanner.git.store import Store

FACT: Final = 16  # bytes
_MOST: Final = 256 << 20  # bytes of refs and reflogs; with more, asking git is cheaper
_FOLDER: Final = re.compile(r"[0-9a-f]{2}")
# What `git rev-list --all --reflog` goes by, below the folder that all worktrees share (gitrepository-layout(5)).
_REFS: Final = ("HEAD", "packed-refs", "shallow", "config", "config.worktree", "refs", "logs", "reftable", "worktrees")
_INDEX: Final = "index"  # a worktree's, which has nothing to do with its refs


class Facts(NamedTuple):
    """By a pack's path without ending, and by a loose object's id: `FACT` bytes that change when its files do."""

    packs: dict[str, bytes]
    loose: dict[str, bytes]


class _UnclearError(Exception):
    pass


def gather(store: Store) -> Facts:
    """Look at the files of all objects; take this before they are read."""
    packs = {name: _digest([name, *map(_status, (f"{name}.pack", f"{name}.idx"))]) for name in sorted(store.names)}
    loose: dict[str, list[object]] = {}
    for folder in _folders(store):
        for oid, status in _loose(folder):
            loose.setdefault(oid, []).append(status)
    return Facts(packs, {oid: _digest([oid, *found]) for oid, found in loose.items()})


def state(git: Git, store: Store, facts: Facts) -> bytes:
    """Return what changes when anything is stored, removed or written to, or a ref, a HEAD or a reflog does; empty when
    that cannot be told. Raises GitError.
    """
    top = os.fsdecode(git.run("rev-parse", "--path-format=absolute", "--git-common-dir").rstrip(b"\n"))
    places = [*(os.path.join(top, name) for name in _REFS), *(os.path.join(f, "info") for f in _folders(store))]
    summary = blake2b(digest_size=FACT)
    left = _MOST
    try:
        for path in (path for place in places for path in _files(place)):
            content = _content(path)
            left -= len(content)
            if left < 0:
                return b""
            summary.update(_digest([path, content]))
    except (OSError, _UnclearError):
        return b""
    summary.update(_digest([sorted(_folders(store)), sorted(facts.packs.items()), sorted(facts.loose.items())]))
    return summary.digest()


def _folders(store: Store) -> list[str]:
    return store.folders.paths if store.folders else []


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
