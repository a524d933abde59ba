"""A part of history: its commits, the objects that they bring in, and what was there before."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple

from scanner.git.command import Git
from scanner.git.history import Entry, entries
from scanner.git.index import GITLINK, NOTHING
from scanner.git.pipeline import pipeline

_CHUNK: Final = 1 << 16
FOLDER: Final = "040000"  # the mode of one
_CHANGES: Final = (
    *("diff-tree", "--stdin", "--always", "-r", "--root", "-c", "--raw", "-z", "--no-abbrev"),
    *("--no-renames", "--no-ext-diff", "--no-textconv"),
)


class Scope(NamedTuple):
    """`revisions` as `git rev-list` takes them: ids, `^` and an id, `--all`, `--branches`; nothing at all is no commit.

    `max_count` leaves only the newest commits, in the order of `git rev-list`; 0 leaves all.
    """

    revisions: tuple[str, ...]
    max_count: int = 0

    @property
    def walk(self) -> tuple[str, ...]:
        """How to go through the commits. Another order would choose other ones as the newest."""
        limit = f"--max-count={self.max_count}" if self.max_count else "--date-order"
        return limit, *self.revisions


def in_scope(git: Git, scope: Scope) -> Iterator[Entry]:
    """Yield the commits in scope, tags among the revisions, and the blobs that come in with them. Raises GitError.

    A blob that stood in the commits just before the scope is not listed, whatever it is called now. Of the newest N
    commits it is what each puts at some path, and none of its parents has there, nor at a path that it takes away.
    """
    if not scope.revisions:
        return iter(())
    return _newest(git, scope) if scope.max_count else entries(git, scope.revisions)


class Paths(NamedTuple):
    """What the commits in scope put anywhere: `blobs` gives for each its paths, `new` are names of files and folders
    that they bring in, at whatever path.
    """

    blobs: dict[str, set[bytes]]
    new: set[bytes]


def paths(git: Git, scope: Scope) -> Paths:
    """Raises GitError."""
    blobs: dict[str, set[bytes]] = {}
    new: set[bytes] = set()
    if scope.revisions:
        with pipeline(git, ("rev-list", *scope.walk), (*_CHANGES, "-t")) as output:
            for _, changes in _commits(output):
                for change in changes:
                    if change.mode != FOLDER:
                        blobs.setdefault(change.oid, set()).add(change.path)
                    if change.is_new:
                        new.add(change.path.rpartition(b"/")[2])
    return Paths(blobs, new)


def boundary(git: Git, scope: Scope) -> list[str]:
    """Return the commits on which those in scope are built, none of which another one of them holds."""
    if not scope.revisions:
        return []
    lines = git.run("rev-list", "--boundary", *scope.revisions).decode().split()
    found = [line[1:] for line in lines if line.startswith("-")]
    return git.run("merge-base", "--independent", *found).decode().split() if len(found) > 1 else found


def is_cut_short(git: Git, scope: Scope) -> bool:
    """Whether a shallow clone ends within the scope, so that what comes before it, and what it changed, is not here."""
    path = os.path.join(git.folder, os.fsdecode(git.run("rev-parse", "--git-path", "shallow").rstrip(b"\n")))
    try:
        with open(path, "rb") as file:
            ends = frozenset(file.read().split())
    except FileNotFoundError:
        return False
    return bool(scope.revisions) and not ends.isdisjoint(git.run("rev-list", *scope.walk).split())


def files(git: Git, commit: str) -> list[tuple[str, bytes]]:
    """Return id and path of each file of a commit. Raises GitError."""
    found = []
    for line in git.run("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0"):
        facts, _, path = line.partition(b"\t")
        if b" blob " in facts:
            found.append((facts.split()[2].decode(), path))
    return found


def _newest(git: Git, scope: Scope) -> Iterator[Entry]:
    seen: set[str] = set()
    with pipeline(git, ("rev-list", *scope.walk), _CHANGES) as output:
        for commit, changes in _commits(output):
            yield Entry(commit, "commit", -1, b"")
            moved = {old for change in changes for old in change.olds}
            for change in changes:
                is_file = change.mode != GITLINK and change.oid.strip(NOTHING)
                if is_file and change.oid not in moved and change.oid not in seen:
                    seen.add(change.oid)
                    yield Entry(change.oid, "blob", -1, change.path)


class _Change(NamedTuple):
    """A path at which a commit differs from each of its parents. `olds`: what those have there."""

    mode: str
    oid: str
    olds: tuple[str, ...]
    path: bytes

    @property
    def is_new(self) -> bool:
        """Whether there is something now, and none of the parents has anything there."""
        return bool(self.oid.strip(NOTHING)) and not any(old.strip(NOTHING) for old in self.olds)


def _commits(output: BinaryIO) -> Iterator[tuple[str, list[_Change]]]:
    commit = ""
    changes: list[_Change] = []
    fields = _fields(output)
    for field in fields:
        if not field.startswith(b":"):
            if commit:
                yield commit, changes
            commit, changes = field.decode(), []
            continue
        changes.append(_change(field.decode(), next(fields)))
    if commit:
        yield commit, changes


def _change(record: str, path: bytes) -> _Change:
    """`:mode mode old new status`; a merge's has a colon, a mode and an old object for each parent."""
    facts = record.lstrip(":").split(" ")
    parents = len(record) - len(record.lstrip(":"))
    return _Change(facts[parents], facts[2 * parents + 1], tuple(facts[parents + 1 : 2 * parents + 1]), path)


def _fields(stream: BinaryIO) -> Iterator[bytes]:
    """Yield what stands before each NUL."""
    rest = b""
    while chunk := stream.read(_CHUNK):
        *found, rest = (rest + chunk).split(b"\0")
        yield from found
