"""Every blob, commit message and tag message that any ref reaches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scanner.errors import GitError
from scanner.git.command import Git
from scanner.git.history import Entry, entries, is_shallow
from scanner.model import BlobOrigin, CommitOrigin, RepositoryOrigin, Skip, TagOrigin, Target
from scanner.sources.objects import ObjectReader

MAX_BYTES = 512 << 20


class History(NamedTuple):
    git: Git

    def targets(self) -> Iterator[Target | Skip]:
        """Yield all objects in scope."""
        if is_shallow(self.git):
            detail = "a shallow clone lacks older commits; `git fetch --unshallow` gets them"
            yield Skip(RepositoryOrigin(b"."), "shallow", detail)
        try:
            for entry in entries(self.git):
                yield _target(entry)
        except GitError as error:
            # What git listed before it gave up is scanned; the run is incomplete, and says git's words.
            yield Skip(RepositoryOrigin(b"."), "git-error", error.message)

    def reader(self) -> ObjectReader:
        return ObjectReader(self.git)


def _target(entry: Entry) -> Target | Skip:
    oid, kind, size, path = entry
    if kind == "missing":
        return Skip(BlobOrigin(oid), "missing-object", "the clone does not have it (partial clone or damage)")
    origin = CommitOrigin(oid) if kind == "commit" else TagOrigin(oid) if kind == "tag" else BlobOrigin(oid, path)
    if size > MAX_BYTES:
        return Skip(origin, "too-large", f"is over {MAX_BYTES >> 20} MiB")
    return Target(origin, size, oid)
