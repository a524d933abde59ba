"""Every blob, commit, tag and name that a repository stores; and what it should have, but lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from mmap import mmap
from types import MappingProxyType
from typing import Final

import numpy as np

from scanner.errors import GitError
from scanner.git.command import Git
from scanner.git.history import Entry, Reach, identified, is_shallow
from scanner.git.pack.entries import KINDS
from scanner.git.pack.pack import Pack
from scanner.git.refs import list_refs
from scanner.git.store import Store, appeared, limited, tree_packs
from scanner.model import BlobOrigin, ObjectOrigin, RefOrigin, RepositoryOrigin, Skip, Target
from scanner.sources.packed import ORIGINS, StoreReader, halves, is_shard, shards

MAX_BYTES: Final = 512 << 20
_WHOLE: Final = RepositoryOrigin(b"")
COUNTED: Final = {"commit": "commits", "tree": "trees", "blob": "blobs", "tag": "tags"}
NOTHING: Final[Mapping[str, int]] = MappingProxyType({})


class History:
    """`max_bytes` of one object; larger ones are not read, and said.

    `counts` tells, when all targets have been asked for, how many refs, commits, trees, blobs and tags are in scope,
    the `known` ones of an earlier run among them. `remembers`: whether what is read is to be remembered. `is_whole`:
    whether it is known that nothing is missing.
    """

    def __init__(
        self,
        git: Git,
        store: Store,
        max_bytes: int = MAX_BYTES,
        remembers: bool = False,
        is_whole: bool = False,
        known: Mapping[str, int] = NOTHING,
        trees: tuple[Pack, ...] | None = None,
    ) -> None:
        self._git = limited(git, store.doubtful)
        self._store = store
        # Shares of trees are short, and so keep all workers busy at the end.
        self._trees = tree_packs(store) if trees is None else trees
        self._packs = (*store.packs, *self._trees)
        self.counts: Counter[str] = Counter({COUNTED[kind]: number for kind, number in known.items()})
        self._max_bytes = max_bytes
        self._remembers = remembers
        self._is_whole = is_whole

    def less(self, store: Store, known: Mapping[str, int], is_whole: bool) -> History:
        """Return a source that reads this store, which lacks of ours what is known, and all trees; to be remembered."""
        return History(self._git, store, self._max_bytes, True, is_whole, known, self._trees)

    def expected(self) -> int:
        """Return about how many objects there are to be read."""
        return sum(int(pack.fresh.sum()) for pack in self._packs) + len(self._store.others)

    def targets(self) -> Iterator[Target | Skip]:
        """Yield all that is stored, whatever reaches it, and say what should be and is not.

        What only git can read comes last, when the workers have been busy for long.
        """
        if is_shallow(self._git):
            yield Skip(_WHOLE, "shallow", "a shallow clone lacks older commits; `git fetch --unshallow` gets them")
        if self._store.failure:
            yield Skip(_WHOLE, "git-error", f"{self._store.failure}; what else is stored here was read all the same")
        for oid in self._store.circular:
            yield Skip(BlobOrigin(oid), "unreadable", "it is a delta of itself, by way of others")
        reach = None if self._is_whole else Reach(self._git)
        try:
            yield from self._refs()
            for number, pack in enumerate(self._packs):
                self._count(pack)
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
        return halves(target, self._packs) if is_shard(target) else []

    def is_perilous(self) -> bool:
        """Whether some pack is read through a map of its file, which anyone may cut short."""
        return any(isinstance(pack.data, mmap) for pack in self._packs)

    def reader(self) -> StoreReader:
        return StoreReader(self._git, self._packs, self._max_bytes, self._remembers)

    def _refs(self) -> Iterator[Target | Skip]:
        try:
            refs = list_refs(self._git, self._store.circular)
        except GitError as error:
            yield Skip(_WHOLE, "git-error", f"{error.message}; so the names of refs were not read")
            return
        self.counts["refs"] += len(refs.names)
        for name in refs.names:
            yield Target(RefOrigin(name), len(name), objects=0)
        for name, why in refs.unresolved.items():
            yield Skip(RefOrigin(name), "unresolved-ref", why)
        for name in refs.dangling:
            yield Skip(RefOrigin(name), "dangling-ref", "the ref that it names does not exist")

    def _count(self, pack: Pack) -> None:
        kinds, numbers = np.unique(pack.forest.types[pack.fresh], return_counts=True)
        for kind, number in zip(kinds.tolist(), numbers.tolist(), strict=True):
            self.counts[COUNTED[KINDS[kind]]] += number

    def _single(self, oids: tuple[str, ...]) -> Iterator[Target | Skip]:
        for entry in identified(self._git, oids) if oids else ():
            yield self._target(entry)

    def _target(self, entry: Entry) -> Target | Skip:
        oid, kind, size, _, detail = entry
        if detail:
            self.counts["blobs"] += 1  # what it is, nobody can say
            return Skip(BlobOrigin(oid), "unreadable", detail)
        if kind == "missing":
            return Skip(BlobOrigin(oid), "missing-object", "git has it no more, or cannot read it")
        self.counts[COUNTED[kind]] += 1
        origin = ORIGINS[kind](oid)
        if size > self._max_bytes:
            return Skip(origin, "too-large", f"is over {self._max_bytes >> 20} MiB", size)
        return Target(origin, size, oid)


def sized(git: Git, skips: Iterable[Skip], unreadable: Collection[str] = ()) -> tuple[Skip, ...]:
    """Return the skips with the sizes of the objects that they are about, as far as git knows them.

    `unreadable` are those that it must not be asked for.
    """
    skips = tuple(skips)
    oids = {skip.origin.oid for skip in skips if isinstance(skip.origin, ObjectOrigin) and skip.incomplete}
    sizes: dict[str, int] = {}
    with suppress(GitError):  # one that git cannot even look up has no size
        sizes.update(
            (entry.oid, entry.size) for entry in identified(git, sorted(oids.difference(unreadable))) if entry.size >= 0
        )
    return tuple(
        skip._replace(size=sizes.get(skip.origin.oid, skip.size)) if isinstance(skip.origin, ObjectOrigin) else skip
        for skip in skips
    )
