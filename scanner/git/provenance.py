"""Which commits brought a file's content into history, and under which paths. Asked only for what has findings.

A commit brings in a path when the path has that content there and in none of the commit's parents: so content that a
merge alone made is seen, and what a merge only took over is not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from tempfile import TemporaryFile
from typing import BinaryIO, Final, NamedTuple

from scanner.errors import GitError
from scanner.git.command import Git, failure

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
    git: Git,
    blobs: Collection[str],
    commits: Collection[str] = (),
    walk: Sequence[str] = EVERYTHING,
    jobs: int = 1,
) -> Introductions:
    """Go through history once, from its beginning, for these blobs and commits. `walk` says through what part of it.

    `jobs` gits share the work.
    """
    asked = frozenset(commit.encode() for commit in commits)
    found: dict[str, dict[bytes, str]] = {}
    ranks: dict[str, int] = {}
    listed, error = _listed(git, walk)
    share = -(-len(listed) // jobs) if listed else 1
    lots = [listed[at : at + share] for at in range(0, len(listed), share)]
    with ThreadPoolExecutor(max(1, len(lots))) as threads:
        for number, lot in enumerate(threads.map(lambda lot: _changes(git, lot, blobs, asked), lots)):
            for place, commit, changes in lot.seen:
                ranks[commit] = number * share + place
                for oid, path in changes:
                    found.setdefault(oid, {}).setdefault(path, commit)
            error = error or lot.error
    paths = {oid: [Introduced(commit, path) for path, commit in by_path.items()] for oid, by_path in found.items()}
    return Introductions(paths, ranks, error)


def _listed(git: Git, walk: Sequence[str]) -> tuple[list[bytes], GitError | None]:
    """Return the commits, oldest first, and why that is not all of them, if it is not."""
    arguments = ("rev-list", "--reverse", *walk)
    process = git.start(*arguments)
    try:
        output, code = process.finish()
        listed = [line for line in output.split(b"\n") if line]
        return listed, failure(arguments, code, process.messages()) if code else None
    finally:
        process.close()


class _Lot(NamedTuple):
    """Of those commits that bring one of the blobs in, or were asked for: the place in the lot, the commit, and
    (blob, path) of each of the blobs.
    """

    seen: list[tuple[int, str, list[tuple[str, bytes]]]]
    error: GitError | None


def _changes(git: Git, commits: Sequence[bytes], blobs: Collection[str], asked: frozenset[bytes]) -> _Lot:
    """Compare these commits with their parents."""
    arguments = (*_CHANGES, *(f"--find-object={oid}" for oid in (blobs if len(blobs) <= _MANY else ())))
    wanted = frozenset(oid.encode() for oid in blobs)
    seen: list[tuple[int, str, list[tuple[str, bytes]]]] = []
    with TemporaryFile() as names:
        names.write(b"\n".join(commits) + b"\n")
        names.seek(0)
        process = git.start(*arguments, stdin=names.fileno())
        try:
            fields = _fields(process.stdout)
            place = -1
            for field in fields:
                if not field.startswith(b":"):
                    place += 1
                    if field in asked:
                        seen.append((place, field.decode(), []))
                    commit = field
                    continue
                oid, path = field.rsplit(b" ", 2)[1], next(fields)
                if oid in wanted:
                    if not seen or seen[-1][0] != place:
                        seen.append((place, commit.decode(), []))
                    seen[-1][2].append((oid.decode(), path))
            code = process.wait()
            error = failure(arguments[:1], code, process.messages()) if code else None
        finally:
            process.close()
    return _Lot(seen, error)


def _fields(stream: BinaryIO) -> Iterator[bytes]:
    """Yield what stands before each NUL."""
    rest = b""
    while chunk := stream.read(_CHUNK):
        *fields, rest = (rest + chunk).split(b"\0")
        yield from fields
