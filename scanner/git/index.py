"""What the index would record: the changed entries against HEAD, and the lines that a commit adds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from scanner.errors import GitError
from scanner.git.command import Git, finish
from scanner.git.process import Process

GITLINK: Final = "160000"
NOTHING: Final = "0"  # an object id of zeros only: there was no such file before
_RAW: Final = ("diff", "--cached", "--raw", "-z", "--no-abbrev", "--no-relative")
# The last one is git's documented way to switch off `diff.orderFile`, which names a file to read.
_PLAIN: Final = ("--no-ext-diff", "--no-textconv", "--no-color", "--ignore-submodules=none", "-O/dev/null")
# Each is a change of its own, whatever `diff.interHunkContext` says.
_PATCH: Final = ("diff", "--unified=0", "--inter-hunk-context=0", "--text", "--no-renames", *_PLAIN)
_HUNK: Final = re.compile(rb"^@@ -\S+ \+(\d+)(?:,(\d+))? @@", re.MULTILINE)


class Change(NamedTuple):
    """An entry that the commit adds or changes. `status` is git's letter: A, M, T, R, or U for an unmerged path.

    `old` is the object that it replaces, all zeros for a new file; with renames followed, that of the old name.
    """

    path: bytes
    mode: str
    oid: str
    status: str
    old: str

    @property
    def is_new(self) -> bool:
        return not self.old.strip(NOTHING)


def start_changes(git: Git, paths: Sequence[str]) -> Process:
    """Start asking for the changes, renames not followed; `read_changes` waits for the answer."""
    return git.start(*_RAW, "--no-renames", *_PLAIN, "--", *paths)


def read_changes(git: Git, asked: Process, gone: bool = False) -> list[Change]:
    """Return the changes, deletions (status D) only when they are asked for. Raises GitError."""
    try:
        output = finish(asked, _RAW)
    except GitError:
        # Outside a repository, or in one that git does not trust, `git diff` prints its usage; this says what is wrong.
        git.run("rev-parse", "--git-dir")
        raise
    fields = iter(output.split(b"\0"))
    changes = []
    for head in fields:
        if not head:
            break
        _, mode, old, oid, status = head.decode().split()
        path = next(fields)
        if status[0] in "RC":
            path = next(fields)
        if gone or status != "D":
            changes.append(Change(path, mode, oid, status[0], old))
    return changes


def entries(git: Git, top: str) -> list[Change]:
    """Return all that the index of the work tree at `top` holds, each as if it replaced itself; unmerged paths left
    out. Raises GitError.
    """
    listing = git.run("-C", top, "ls-files", "--stage", "-z")
    found = []
    for head, _, path in (line.partition(b"\t") for line in listing.split(b"\0") if line):
        mode, oid, stage = head.decode().split()
        if stage == "0":
            found.append(Change(path, mode, oid, "M", oid))
    return found


def followed_changes(git: Git) -> list[Change]:
    """Return all changes with renames followed, so that `old` is what a renamed file was before. Raises GitError."""
    return read_changes(git, git.start(*_RAW, "-M", *_PLAIN))


def added_lines(git: Git, change: Change) -> list[range]:
    """Return the line numbers that the commit adds to a changed file, as git counts lines: by line feeds, from 1.

    In rising order. An empty range `n, n` says that lines were taken out before line `n`. The two objects are compared
    as bytes, so no attribute (`-diff`, `binary`, a diff driver) can hide a line. Raises GitError.
    """
    patch = git.run(*_PATCH, change.old, change.oid, "--")
    return [_range(int(m[1]), int(m[2] or 1)) for m in _HUNK.finditer(patch)]


def _range(start: int, count: int) -> range:
    # For a hunk that adds nothing git gives the line before it.
    return range(start, start + count) if count else range(start + 1, start + 1)


def first_unknown(git: Git, paths: Sequence[str]) -> str | None:
    """Return the first path that covers nothing in the index and nothing in HEAD, None when all do."""
    has_commit = git.try_run("rev-parse", "--quiet", "--verify", "HEAD^{commit}") is not None
    listing = ("ls-files", "--error-unmatch", *(("--with-tree=HEAD",) if has_commit else ()), "--")
    if git.try_run(*listing, *paths) is not None:
        return None
    return next((path for path in paths if git.try_run(*listing, path) is None), None)
