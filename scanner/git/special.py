"""What tells one kind of place from another: objects themselves, which commits are notes or stashes."""

from __future__ import annotations

from collections.abc import Collection

from scanner.git.catfile import CatFile, Object
from scanner.git.command import Git


def contents(git: Git, oids: Collection[str]) -> dict[str, bytes]:
    """Return what these objects hold; those that git cannot read are left out."""
    with CatFile(git) as objects:
        return {found.oid: found.data for found in objects.read(list(oids)) if isinstance(found, Object)}


def special_commits(git: Git) -> tuple[frozenset[str], frozenset[str]]:
    """Return the commits of notes and those of stashes; mostly there are none. Raises GitError."""
    names = git.run("for-each-ref", "--format=%(refname)", "refs/notes", "refs/stash").split()
    has_notes = any(name.startswith(b"refs/notes/") for name in names)
    return note_commits(git) if has_notes else frozenset(), stash_commits(
        git
    ) if b"refs/stash" in names else frozenset()


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
