"""The objects that a repository's refs reach, and what git says about the repository as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from scanner.errors import GitError
from scanner.git.command import Git, failure
from scanner.git.pipeline import pipeline

_FORMAT: Final = "--batch-check=%(objecttype) %(objectname) %(objectsize) %(rest)"


class Entry(NamedTuple):
    """An object. `kind` is blob, commit or tag, or `missing`; `path` is one path that a blob has, else empty.

    The path is a hint: git cuts it at a newline, and a blob has as many as it has had names.
    """

    oid: str
    kind: str
    size: int
    path: bytes


def entries(git: Git, revisions: Sequence[str] = ("--all",)) -> Iterator[Entry]:
    """Yield every commit, tag and blob that any ref reaches, HEAD and the other worktrees' HEADs among them.

    `revisions` are another beginning, and what is left out (`^` and an id): see `git rev-list`. What is missing is
    named, not fetched. Raises GitError, after what git listed before it gave up.
    """
    # Missing objects come as "?<oid>", which the second git calls missing in its turn.
    lister = ("rev-list", "--objects", "--missing=print", *revisions)
    with pipeline(git, lister, ("cat-file", "--buffer", _FORMAT)) as lines:
        for line in lines:
            if not line.startswith(b"tree "):
                yield _entry(line)


def stored(git: Git) -> Iterator[Entry]:
    """Yield every commit, tag and blob that the repository has, reachable or not, without paths. Raises GitError."""
    lister = ("cat-file", "--batch-all-objects", "--unordered", "--buffer", _FORMAT)
    process = git.start(*lister)
    try:
        for line in process.stdout:
            if not line.startswith(b"tree "):
                yield _entry(line)
        if code := process.wait():
            raise failure(lister, code, process.messages())
    finally:
        process.close()


def _entry(line: bytes) -> Entry:
    fields = line.rstrip(b"\n").split(b" ", 3)
    if fields[-1] == b"missing":
        # "?<oid> missing", or "<oid> missing" when an object vanishes in between.
        return Entry(fields[0].lstrip(b"?").decode(), "missing", -1, b"")
    kind, oid, size, path = fields
    return Entry(oid.decode(), kind.decode(), int(size), path)


def is_shallow(git: Git) -> bool:
    """Whether the clone lacks the commits before some boundary."""
    return git.run("rev-parse", "--is-shallow-repository").strip() == b"true"


def head_blobs(git: Git) -> frozenset[str] | None:
    """Return the ids of all files in HEAD; none when HEAD has no commit yet, None when git cannot read it."""
    if git.try_run("rev-parse", "--quiet", "--verify", "HEAD") is None:
        return frozenset()
    try:
        listing = git.run("ls-tree", "-r", "-z", "--full-tree", "HEAD")
    except GitError:
        return None
    return frozenset(line.split(b"\t", 1)[0].split()[2].decode() for line in listing.split(b"\0") if line)
