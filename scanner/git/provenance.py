"""Which commits brought a file's content into history, and under which paths. Asked only for what has findings.

A commit brings in a path when the path has that content there and in none of the commit's parents: so content that a
merge alone made is seen, and what a merge only took over is not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import BinaryIO, Final, NamedTuple

from scanner.errors import GitError
from scanner.git.command import Git
from scanner.git.pipeline import pipeline

_MANY: Final = 300  # object ids that still fit into a command line everywhere
_CHUNK: Final = 1 << 16
EVERYTHING: Final = ("--all", "--reflog", "--date-order")
_CHANGES: Final = (
    *("diff-tree", "--stdin", "--always", "-r", "--root", "-c", "--raw", "-z", "--no-abbrev"),
    *("--no-renames", "--no-ext-diff", "--no-textconv"),
)


class Introduced(NamedTuple):
    commit: str
    path: bytes


class Introductions(NamedTuple):
    """`blobs`: for each blob the first commit of each of its paths, oldest first. `ranks`: a number for each commit
    that is named there or was asked for; an ancestor's is always lower; otherwise, where
    dates are in order, the older commit's is.

    `error` says why this is not all, if it is not.
    """

    blobs: dict[str, list[Introduced]]
    ranks: dict[str, int]
    error: GitError | None = None


def introductions(
    git: Git, blobs: Collection[str], commits: Collection[str] = (), walk: Sequence[str] = EVERYTHING
) -> Introductions:
    """Go through history once, from its beginning, for these blobs and commits. `walk` says through what part of it."""
    found: dict[str, dict[bytes, str]] = {}
    ranks: dict[str, int] = {}
    asked = frozenset(commits)
    error = None
    try:
        for rank, (commit, changes) in enumerate(_commits(git, blobs, walk)):
            if changes or commit in asked:
                ranks[commit] = rank
            for oid, path in changes:
                found.setdefault(oid, {}).setdefault(path, commit)
    except GitError as failed:
        error = failed
    paths = {oid: [Introduced(commit, path) for path, commit in by_path.items()] for oid, by_path in found.items()}
    return Introductions(paths, ranks, error)


def _commits(git: Git, blobs: Collection[str], walk: Sequence[str]) -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """Yield every commit, oldest first, with (blob, path) of each of the blobs that it brings in. Raises GitError."""
    only = [f"--find-object={oid}" for oid in blobs] if len(blobs) <= _MANY else []
    wanted = frozenset(blobs)
    commit = ""
    changes: list[tuple[str, bytes]] = []
    with pipeline(git, ("rev-list", "--reverse", *walk), (*_CHANGES, *only)) as output:
        fields = _fields(output)
        for field in fields:
            if field.startswith(b":"):
                oid, path = _new_object(field), next(fields)
                if oid in wanted:
                    changes.append((oid, path))
            else:
                if commit:
                    yield commit, changes
                commit, changes = field.decode(), []
        if commit:
            yield commit, changes


def _new_object(record: bytes) -> str:
    """Return the new object of a raw record: of `:mode mode old new status`, or of a merge's, with a colon, a mode and
    an old object for each parent.
    """
    return record.rsplit(b" ", 2)[1].decode()


def _fields(stream: BinaryIO) -> Iterator[bytes]:
    """Yield what stands before each NUL."""
    rest = b""
    while chunk := stream.read(_CHUNK):
        *fields, rest = (rest + chunk).split(b"\0")
        yield from fields
