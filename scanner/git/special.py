"""What tells one kind of place from another: objects themselves, modes of files, which commits are notes or stashes."""

from __future__ import annotations

from collections.abc import Collection
from tempfile import TemporaryFile
from typing import Final

from scanner.git.catfile import CatFile, Object
from scanner.git.command import Git, failure
from scanner.git.namehistory import fields, new_mode

_CHANGES: Final = (
    *("diff-tree", "--stdin", "--always", "-r", "--root", "-c", "--raw", "-z", "--no-abbrev"),
    *("--no-renames", "--no-ext-diff", "--no-textconv"),
)
_LINK: Final = b"120000"


def contents(git: Git, oids: Collection[str]) -> dict[str, bytes]:
    """Return what these objects hold; those that git cannot read are left out."""
    with CatFile(git) as objects:
        return {found.oid: found.data for found in objects.read(list(oids)) if isinstance(found, Object)}


def links(git: Git, commits: Collection[str]) -> frozenset[tuple[str, bytes]]:
    """Return commit and path of each symbolic link that these commits brought in or changed. Raises GitError."""
    found: set[tuple[str, bytes]] = set()
    commit = ""
    with TemporaryFile() as requests:  # a pipe could fill up while git waits for its answers to be read
        requests.write("".join(f"{oid}\n" for oid in commits).encode())
        requests.flush()
        requests.seek(0)
        process = git.start(*_CHANGES, stdin=requests.fileno())
        try:
            answers = fields(process.stdout)
            for field in answers:
                if not field.startswith(b":"):
                    commit = field.decode()
                elif (path := next(answers)) and new_mode(field) == _LINK:
                    found.add((commit, path))
            if code := process.wait():
                raise failure(_CHANGES, code, process.messages())
        finally:
            process.close()
    return frozenset(found)


def note_commits(git: Git) -> frozenset[str]:
    """Return the commits of all refs under refs/notes. Raises GitError."""
    return frozenset(git.run("rev-list", "--glob=refs/notes/*").decode().split())


def stash_commits(git: Git) -> frozenset[str]:
    """Return the commits that stashes are made of: of each its own, its index's and its untracked files'."""
    listed = git.try_run("rev-list", "--walk-reflogs", "--parents", "refs/stash", "--")
    if not listed:  # a mirror has no reflogs, only the last stash
        listed = git.try_run("rev-list", "--parents", "--max-count=1", "refs/stash", "--") or b""
    entries = [line.split() for line in listed.decode().splitlines()]
    return frozenset(oid for stash, *parents in entries for oid in (stash, *parents[1:]))
