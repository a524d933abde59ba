"""Every blob, commit message and tag message that any ref reaches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from scanner.errors import GitError
from scanner.git.command import Git
from scanner.git.history import Entry, entries, is_shallow, stored
from scanner.model import BlobOrigin, CommitOrigin, RepositoryOrigin, Skip, TagOrigin, Target
from scanner.sources.objects import ObjectReader

MAX_BYTES: Final = 512 << 20
_WHOLE: Final = RepositoryOrigin(b"")


class History(NamedTuple):
    """`max_bytes` of one object; larger ones are not read, and said."""

    git: Git
    max_bytes: int = MAX_BYTES

    def targets(self) -> Iterator[Target | Skip]:
        """Yield all objects in scope.

        Git lists no file at all when a ref or a commit is broken. Then everything that the repository stores is read
        instead, whatever reaches it; the run is incomplete all the same, and says git's words.
        """
        if is_shallow(self.git):
            yield Skip(_WHOLE, "shallow", "a shallow clone lacks older commits; `git fetch --unshallow` gets them")
        seen = _Seen()
        try:
            for entry in entries(self.git):
                seen.add(entry.oid)
                yield self._target(entry)
        except GitError as error:
            yield Skip(_WHOLE, "git-error", f"{error.message}; so every object stored here was read instead")
            yield from self._others(seen.all())

    def _others(self, seen: frozenset[bytes]) -> Iterator[Target | Skip]:
        try:
            for entry in stored(self.git):
                if bytes.fromhex(entry.oid) not in seen:
                    yield self._target(entry)
        except GitError as error:
            yield Skip(_WHOLE, "git-error", error.message)

    def reader(self) -> ObjectReader:
        return ObjectReader(self.git, self.max_bytes)

    def _target(self, entry: Entry) -> Target | Skip:
        oid, kind, size, path = entry
        if kind == "missing":
            return Skip(BlobOrigin(oid), "missing-object", "a file, or a folder and all that is in it")
        origin = CommitOrigin(oid) if kind == "commit" else TagOrigin(oid) if kind == "tag" else BlobOrigin(oid, path)
        if size > self.max_bytes:
            return Skip(origin, "too-large", f"is over {self.max_bytes >> 20} MiB")
        return Target(origin, size, oid)


class _Seen:
    """Object ids in 20 bytes each. A set would take 150 of them, and is wanted once in a blue moon."""

    def __init__(self) -> None:
        self._ids = bytearray()
        self._width = 0

    def add(self, oid: str) -> None:
        binary = bytes.fromhex(oid)
        self._width = len(binary)
        self._ids += binary

    def all(self) -> frozenset[bytes]:
        width = self._width
        return frozenset(bytes(self._ids[at : at + width]) for at in range(0, len(self._ids), width or 1))
