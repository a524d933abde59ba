"""What the index would record: the changed entries against HEAD, and the lines that a commit adds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from scanner.git.command import Git, finish
from scanner.git.process import Process

GITLINK: Final = "160000"
NOTHING: Final = "0"  # an object id of zeros only: there was no such file before
_RAW: Final = ("diff", "--cached", "--raw", "-z", "--no-abbrev", "--no-relative")
_PLAIN: Final = ("--no-ext-diff", "--no-textconv", "--no-color", "--ignore-submodules=none")
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


def read_changes(process: Process) -> list[Change]:
    """Return the changes, deletions left out. Raises GitError."""
    fields = iter(finish(process, _RAW).split(b"\0"))
    changes = []
    for head in fields:
        if not head:
            break
        _, mode, old, oid, status = head.decode().split()
        path = next(fields)
        if status[0] in "RC":
            path = next(fields)
        if status != "D":
            changes.append(Change(path, mode, oid, status[0], old))
    return changes


def followed_changes(git: Git) -> list[Change]:
    """Return all changes with renames followed, so that `old` is what a renamed file was before. Raises GitError."""
    return read_changes(git.start(*_RAW, "-M", *_PLAIN))


def added_lines(git: Git, change: Change) -> list[range]:
    """Return the line numbers that the commit adds to a changed file, as git counts lines: by line feeds, from 1.

    The two objects are compared as bytes, so no attribute (`-diff`, `binary`, a diff driver) can hide a line.
    Raises GitError.
    """
    patch = git.run("diff", "--unified=0", "--text", "--no-renames", *_PLAIN, change.old, change.oid)
    return [range(int(m[1]), int(m[1]) + int(m[2] or 1)) for m in _HUNK.finditer(patch)]
