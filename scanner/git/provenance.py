"""Which commits brought a file's content into history, and under which paths. Asked only for what has findings.

A commit brings in a path when the path has that content there and in none of the commit's parents: so content that a
merge alone made is seen, and what a merge only took over is not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import BinaryIO, Final, NamedTuple

from scanner.errors import GitError
from scanner.git.command import Git
from scanner.git.pipeline import pipeline

_MANY: Final = 300  # object ids that still fit into a command line everywhere
_CHUNK: Final = 1 << 16
_COMMITS: Final = ("rev-list", "--all", "--reflog", "--date-order", "--reverse")
_CHANGES: Final = (
    *("diff-tree", "--stdin", "--always", "-r", "--root", "-c", "--raw", "-z", "--no-abbrev"),
    *("--no-renames", "--no-ext-diff", "--no-textconv"),
)


class Introduced(NamedTuple):
    commit: str
    path: bytes


class Change(NamedTuple):
    """What a commit did to a path that has one of the blobs after it, or had one before it in any of its parents.

    `new` is the blob that it has now, empty when that is none of those asked about, or the path is gone.
    """

    path: bytes
    new: str


class Introductions(NamedTuple):
    """`blobs`: for each blob the first commit of each of its paths, oldest first. `ranks`: a number for each commit
    that is named there or was asked for; an ancestor's is always lower; otherwise, where
    dates are in order, the older commit's is.

    `changes`: for each commit all that it did to the paths of these blobs, those of a merge as its own changes only:
    where it differs from every parent.

    `error` says why this is not all, if it is not.
    """

    blobs: dict[str, list[Introduced]]
    ranks: dict[str, int]
    error: GitError | None = None
    changes: Mapping[str, list[Change]] = {}


def introductions(git: Git, blobs: Collection[str], commits: Collection[str] = ()) -> Introductions:
    """Go through history once, from its beginning, for these blobs and commits."""
    found: dict[str, dict[bytes, str]] = {}
    ranks: dict[str, int] = {}
    changed: dict[str, list[Change]] = {}
    asked = frozenset(commits)
    error = None
    try:
        for rank, (commit, changes) in enumerate(_commits(git, blobs)):
            if commit in asked or any(change.new for change in changes):
                ranks[commit] = rank
            if changes:
                changed[commit] = changes
            for path, new in changes:
                if new:
                    found.setdefault(new, {}).setdefault(path, commit)
    except GitError as failed:
        error = failed
    paths = {oid: [Introduced(commit, path) for path, commit in by_path.items()] for oid, by_path in found.items()}
    return Introductions(paths, ranks, error, changed)


def _commits(git: Git, blobs: Collection[str]) -> Iterator[tuple[str, list[Change]]]:
    """Yield every commit, oldest first, with what it does to paths of the blobs. Raises GitError."""
    only = [f"--find-object={oid}" for oid in blobs] if len(blobs) <= _MANY else []
    wanted = frozenset(oid.encode() for oid in blobs)
    commit = ""
    changes: list[Change] = []
    with pipeline(git, _COMMITS, (*_CHANGES, *only)) as output:
        fields = _fields(output)
        for field in fields:
            if field.startswith(b":"):
                path, (*old, new) = next(fields), _objects(field)
                if new in wanted:
                    changes.append(Change(path, new.decode()))
                elif not wanted.isdisjoint(old):
                    changes.append(Change(path, ""))
            else:
                if commit:
                    yield commit, changes
                commit, changes = field.decode(), []
        if commit:
            yield commit, changes


def _objects(record: bytes) -> list[bytes]:
    """Return the objects of a raw record, the new one last: of `:mode mode old new status`, or of a merge's, with a
    colon, a mode and an old object for each parent.
    """
    parents = len(record) - len(record.lstrip(b":"))
    return record.split(b" ")[parents + 1 : -1]


def _fields(stream: BinaryIO) -> Iterator[bytes]:
    """Yield what stands before each NUL."""
    rest = b""
    while chunk := stream.read(_CHUNK):
        *fields, rest = (rest + chunk).split(b"\0")
        yield from fields
