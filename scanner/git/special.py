"""What tells one kind of place from another: objects themselves, which commits are notes or stashes."""

from __future__ import annotations

from collections.abc import Collection

from scanner.git.catfile import CatFile, Object
from scanner.git.command import Git


def contents(git: Git, oids: Collection[str]) -> dict[str, bytes]:
    """Return what these objects hold; those that git cannot read are left out."""
    with CatFile(git) as objects:
        return {found.oid: found.data for found in objects.read(list(oids)) if isinstance(found, Object)}


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
