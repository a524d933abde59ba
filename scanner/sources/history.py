"""Every blob, commit, tag and name that a repository stores; and what it should have, but lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from mmap import mmap
from typing import TYPE_CHECKING, Final

import numpy as np

from scanner.errors import GitError, over
from scanner.git.command import Git
from scanner.git.graph import Listing
from scanner.git.history import Entry, identified, is_shallow
from scanner.git.pack.entries import KINDS
from scanner.git.pack.pack import Pack
from scanner.git.place import limited
from scanner.git.reach import Reach
from scanner.git.store import Store, appeared, tree_packs
from scanner.model import BlobOrigin, Leads, RepositoryOrigin, Skip, Target
from scanner.sources.packed import ORIGINS, StoreReader, halves, is_shard, shards
from scanner.sources.past import NOTHING, Past, hexadecimal
from scanner.sources.reftargets import ref_targets
from scanner.sources.said import GONE, SHALLOW

if TYPE_CHECKING:
    from scanner.sources.recall import Recalled

MAX_BYTES: Final = 512 << 20
_WHOLE: Final = RepositoryOrigin(b"")
COUNTED: Final = {"commit": "commits", "tree": "trees", "blob": "blobs", "tag": "tags"}


class History:
    """`max_bytes` of one object; larger ones are not read, and said.

    `counts` tells, when all targets have been asked for, how many refs, commits, trees, blobs and tags are in scope,
    the known ones of an earlier run among them; `names` is a digest of the names of the refs, `tips` are the binary ids
    that they have.
    """

    def __init__(self, git: Git, store: Store, max_bytes: int = MAX_BYTES) -> None:
        self._git = limited(git, store.doubtful)
        self.store = store
        self._trees: tuple[Pack, ...] | None = None
        self._max_bytes = max_bytes
        self._remembers = False
        self._past = NOTHING
        self._leads: Mapping[str, Leads] = {}
        self._listing: Listing | None = None
        self.counts: Counter[str] = Counter()
        self.names = self.tips = b""

    def less(self, left: Recalled, past: Past, listing: Listing | None) -> History:
        """Return a source that reads what is left of ours when what is known is taken away; to be remembered. What
        `past` says of refs and of what they reach is still true. `listing` are the commits of now.
        """
        made = History(self._git, left.store, self._max_bytes)
        made._trees = left.trees
        made._leads = left.leads
        made._remembers = True
        made._past = past
        made._listing = listing
        made.counts.update({COUNTED[kind]: number for kind, number in left.types.items()})
        return made

    def __getstate__(self) -> dict[str, object]:  # workers need to know nothing of what is remembered
        return {**self.__dict__, "_past": NOTHING, "_listing": None}

    @property
    def _packs(self) -> tuple[Pack, ...]:
        """The packs, and once more for their trees: shares of those are short, so all workers are busy to the end."""
        if self._trees is None:
            self._trees = tree_packs(self.store)
        return (*self.store.packs, *self._trees)

    @property
    def is_ordinary(self) -> bool:
        """Whether there is nothing to be said of how it is stored."""
        return not (self.store.remarks or self.store.failure or self.store.circular)

    def expected(self) -> int:
        """Return about how many objects there are to be read."""
        return sum(int(pack.fresh.sum()) for pack in self._packs) + len(self.store.others)

    def targets(self) -> Iterator[Target | Skip]:
        """Yield all that is stored, whatever reaches it, and say what should be and is not.

        What only git can read comes last, when the workers have been busy for long.
        """
        if is_shallow(self._git):
            yield SHALLOW
        if self.store.failure:
            yield Skip(_WHOLE, "git-error", f"{self.store.failure}; what else is stored here was read all the same")
        for oid in self.store.circular:
            yield Skip(BlobOrigin(oid), "unreadable", "it is a delta of itself, by way of others")
        reach = Reach(self._git, self._past.tips)
        try:
            yield from self._refs()
            for number, pack in enumerate(self._packs):
                self._count(pack)
                yield from shards(number, pack)
            yield from self._single(self.store.others)
            yield from self._single(appeared(self.store))
            for oid in self._missing(reach):
                yield Skip(BlobOrigin(oid), "missing-object", GONE)
        except GitError as error:
            yield Skip(_WHOLE, "git-error", f"{error.message}; what is stored here was read all the same")
        finally:
            reach.close()

    def _missing(self, reach: Reach) -> Iterator[str]:
        """Yield what is missing: what `reach` says is, and what was missing before, if it is still referred to."""
        if self._past.missing and not self._is_as_before():
            reach.close()
            reach = Reach(self._git)
            yield from reach.missing()
            return
        found = frozenset(reach.missing())
        yield from sorted(found.union(self._past.missing))

    def _is_as_before(self) -> bool:
        """Whether all that was reached in the past still is, and what was missing of it still is, too."""
        before = frozenset(hexadecimal(self._past.story.commits))
        if not before or not self._listing or self._listing.commits()[1]:
            return False
        now = {line[0] for line in self._listing.commits()[0]}
        tips = frozenset(hexadecimal(self._past.tips)).difference(hexadecimal(self.tips))
        still = all(entry.kind == "missing" for entry in identified(self._git, self._past.missing))
        return still and before <= now and tips <= now

    def parts(self, target: Target) -> list[Target]:
        """Return what a shard is made of, when it is too much for a worker: its halves, in the end single objects."""
        return halves(target, self._packs) if is_shard(target) else []

    def is_perilous(self) -> bool:
        """Whether some pack is read through a map of its file, which anyone may cut short."""
        return any(isinstance(pack.data, mmap) for pack in self.store.packs)

    def reader(self) -> StoreReader:
        return StoreReader(self._git, self._packs, self._max_bytes, self._remembers, self._leads)

    def _refs(self) -> Iterator[Target | Skip]:
        refs = ref_targets(self._git, self.store.circular)
        self.counts["refs"] += len(refs.names)
        self.names, self.tips = refs.digest, refs.tips
        if refs.digest != self._past.names:  # otherwise the names are known, and nothing is in them
            yield from refs.names
        yield from refs.skips

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
            return Skip(origin, "too-large", over(self._max_bytes), size)
        return Target(origin, size, oid)
