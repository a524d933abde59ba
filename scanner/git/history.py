"""The objects that a repository's refs reach, and what git says about the repository as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scanner.git.command import Git, failure
from scanner.git.process import Process


class Entry(NamedTuple):
    """A reachable object. `kind` is blob, commit or tag, or `missing`; `path` is one path that a blob has, else empty."""

    oid: str
    kind: str
    size: int
    path: bytes


def entries(git: Git, revisions: tuple[str, ...] = ()) -> Iterator[Entry]:
    """Yield every commit, tag and blob that the revisions (all refs and HEAD without any) reach. Raises GitError.

    `--missing=print` names objects that a partial clone has not fetched, instead of fetching them.
    """
    scope = ("--end-of-options", *revisions) if revisions else ("--all",)
    lister = git.start("rev-list", "--objects", "--missing=print", *scope)
    # Missing objects come as "?<oid>", which the second git calls missing in its turn.
    describer = git.start(
        "cat-file",
        "--batch-check=%(objecttype) %(objectname) %(objectsize) %(rest)",
        "--buffer",
        stdin=lister.stdout.fileno(),
    )
    lister.stdout.close()
    try:
        for line in describer.stdout:
            if not line.startswith(b"tree "):
                yield _entry(line)
        _check(describer, "cat-file")
        _check(lister, "rev-list")
    finally:
        for process in (lister, describer):
            process.close()


def _entry(line: bytes) -> Entry:
    fields = line.rstrip(b"\n").split(b" ", 3)
    if fields[-1] == b"missing":
        # "?<oid> missing", or "<oid> missing" when an object vanishes in between.
        return Entry(fields[0].lstrip(b"?").decode(), "missing", -1, b"")
    kind, oid, size, path = fields
    return Entry(oid.decode(), kind.decode(), int(size), path)


def _check(process: Process, name: str) -> None:
    if code := process.wait():
        raise failure((name,), code, process.messages())


def is_shallow(git: Git) -> bool:
    """Whether the clone lacks the commits before some boundary."""
    return git.run("rev-parse", "--is-shallow-repository").strip() == b"true"


def head_blobs(git: Git) -> set[str]:
    """Return the ids of all files in HEAD; empty when HEAD has no commit yet. Raises GitError."""
    if git.try_run("rev-parse", "--quiet", "--verify", "HEAD^{commit}") is None:
        return set()
    listing = git.run("ls-tree", "-r", "-z", "--full-tree", "HEAD")
    return {line.split(b"\t", 1)[0].split()[2].decode() for line in listing.split(b"\0") if line}
