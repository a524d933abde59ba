"""Every blob, commit message and tag message that a repository stores; and what it should have, but lacks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from scanner.errors import GitError
from scanner.git.command import Git
from scanner.git.history import Broken, Entry, Reach, facts, is_shallow
from scanner.git.store import Store, appeared
from scanner.model import BlobOrigin, CommitOrigin, RepositoryOrigin, Skip, TagOrigin, Target
from scanner.sources.packed import StoreReader, halves, is_shard, shards

MAX_BYTES: Final = 512 << 20
_WHOLE: Final = RepositoryOrigin(b"")


class History:
    """`max_bytes` of one object; larger ones are not read, and said.

    `remembers`: whether what is read is to be remembered. `is_whole`: whether it is known that nothing is missing.
    """

    def __init__(
        self, git: Git, store: Store, max_bytes: int = MAX_BYTES, remembers: bool = False, is_whole: bool = False
    ) -> None:
        self._git = git
        self._store = store
        self._max_bytes = max_bytes
        self._remembers = remembers
        self._is_whole = is_whole

    def targets(self) -> Iterator[Target | Skip]:
        """Yield all that is stored, whatever reaches it, and say what should be and is not.

        What only git can read comes last, when the workers have been busy for long.
        """
        if is_shallow(self._git):
            yield Skip(_WHOLE, "shallow", "a shallow clone lacks older commits; `git fetch --unshallow` gets them")
        if self._store.failure:
            yield Skip(_WHOLE, "git-error", f"{self._store.failure}; what else is stored here was read all the same")
        reach = None if self._is_whole else Reach(self._git)
        try:
            for number, pack in enumerate(self._store.packs):
                yield from shards(number, pack)
            yield from self._single(self._store.others)
            yield from self._single(appeared(self._store))
            for oid in reach.missing() if reach else ():
                yield Skip(BlobOrigin(oid), "missing-object", "a file, or a folder and all that is in it")
        except GitError as error:
            yield Skip(_WHOLE, "git-error", f"{error.message}; what is stored here was read all the same")
        finally:
            if reach:
                reach.close()

    def parts(self, target: Target) -> list[Target]:
        """Return what a shard is made of, when it is too much for a worker: its halves, in the end single objects."""
        return halves(target, self._store.packs) if is_shard(target) else []

    def reader(self) -> StoreReader:
        return StoreReader(self._git, self._store.packs, self._max_bytes, self._remembers)

    def _single(self, oids: tuple[str, ...]) -> Iterator[Target | Skip]:
        for entry in facts(self._git, oids) if oids else ():
            yield self._target(entry)

    def _target(self, entry: Entry | Broken) -> Target | Skip:
        if isinstance(entry, Broken):
            return Skip(BlobOrigin(entry.oid), "unreadable", entry.detail)
        oid, kind, size, _ = entry
        if kind == "missing":
            return Skip(BlobOrigin(oid), "missing-object", "it was there a moment ago")
        origin = CommitOrigin(oid) if kind == "commit" else TagOrigin(oid) if kind == "tag" else BlobOrigin(oid)
        if size > self._max_bytes:
            return Skip(origin, "too-large", f"is over {self._max_bytes >> 20} MiB")
        return Target(origin, size, oid)
