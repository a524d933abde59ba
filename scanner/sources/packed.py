"""Packs to blobs: shares of a pack as targets, and the reader that turns them into their objects' blobs.

What a pack does not yield (a damaged entry, an object too large) is asked of git, which may have another copy of it
or words for what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import groupby
from types import TracebackType
from typing import Final

import numpy as np

from scanner.git.command import Git
from scanner.git.digest import Digests
from scanner.git.pack.delta import copies
from scanner.git.pack.entries import KINDS
from scanner.git.pack.pack import Pack
from scanner.git.pack.walk import Step, walk
from scanner.model import (
    NO_LEADS,
    Blob,
    BlobOrigin,
    CommitOrigin,
    Copy,
    Leads,
    Names,
    ObjectOrigin,
    RefOrigin,
    RepositoryOrigin,
    Skip,
    TagOrigin,
    Target,
    TreeOrigin,
)
from scanner.sources.memory import seal_of
from scanner.sources.objects import ObjectReader
from scanner.sources.reftargets import names_of
from scanner.sources.trees import TreeReader

_PACKS: Final = 20  # bits for the number of a pack
_WORTH: Final = 12  # bytes of content for each of a delta, less than which the delta is not worth reading
_SMALL: Final = 20_000  # bytes of content that are searched sooner than compared
_SEAM: Final = 1000  # bytes that are searched in the time that a seam takes
_SHARE: Final = 16 << 20  # of estimated work, in bytes
ORIGINS: Final[Mapping[str, Callable[[str], ObjectOrigin]]] = {
    "blob": BlobOrigin,
    "commit": CommitOrigin,
    "tag": TagOrigin,
    "tree": TreeOrigin,
}


def shards(number: int, pack: Pack) -> Iterator[Target]:
    """Cut a pack, the `number`-th of its store, into shares of about the same work.

    Trees that another pack has, too, are read all the same: the names in them cost little, and one copy may be forged.
    """
    if not len(pack.fresh):
        return
    cuts = list(_cuts(pack))
    for begin, end in zip([0, *cuts], [*cuts, len(pack.fresh)], strict=True):
        share = _shard(number, pack, begin, end)
        if share.objects or pack.kind(begin) == "tree":
            yield share


def _cuts(pack: Pack) -> Iterator[int]:
    """Yield where one share ends and the next begins.

    A share begins by making the bases, anew, of what it begins with. No cut where that is much more work than the
    share before it was: of a chain of thousands of deltas each share would make the whole chain.
    """
    reached = np.cumsum(pack.forest.weights)
    places = np.flatnonzero(np.diff(reached // _SHARE)) + 1
    done = 0
    for place, work, again in zip(
        places.tolist(), reached[places - 1].tolist(), pack.forest.above[places].tolist(), strict=True
    ):
        if again <= 2 * (work - done):
            yield place
            done = work


def halves(target: Target, packs: Sequence[Pack]) -> list[Target]:
    """Return a shard as two smaller ones, each with half of the objects to be read; none when that is a single one."""
    number, begin, end = _places(target)
    fresh = begin + np.flatnonzero(packs[number].fresh[begin:end])
    if not len(fresh):
        return []
    if len(fresh) < 2:
        single = _shard(number, packs[number], int(fresh[0]), int(fresh[0]) + 1)
        return [] if single == target else [single]
    first, second = fresh[: len(fresh) // 2], fresh[len(fresh) // 2 :]
    return [_shard(number, packs[number], int(half[0]), int(half[-1]) + 1) for half in (first, second)]


def is_shard(target: Target) -> bool:
    return ":" in target.handle


def _shard(number: int, pack: Pack, begin: int, end: int) -> Target:
    origin = _origin(pack, begin) if end - begin == 1 else RepositoryOrigin(b"")
    size = int(pack.forest.weights[begin:end].sum())
    return Target(origin, size, f"{number}:{begin}:{end}", int(pack.fresh[begin:end].sum()))


def _places(target: Target) -> tuple[int, int, int]:
    number, begin, end = target.handle.split(":")
    return int(number), int(begin), int(end)


def _origin(pack: Pack, place: int) -> ObjectOrigin:
    return ORIGINS[pack.kind(place)](pack.oid(place))


def _origins(pack: Pack, begin: int, end: int) -> Iterator[ObjectOrigin]:
    """Yield `_origin` of all these places: the kinds and ids of many at once cost less."""
    ids = pack.index.ids[pack.forest.entries[begin:end]]
    width = ids.shape[1] * 2
    every = ids.tobytes().hex()
    for number, kind in enumerate(pack.forest.types[begin:end].tolist()):
        yield ORIGINS[KINDS[kind]](every[number * width : (number + 1) * width])


class _Change:
    """A `Lineage`, from a step of the walk through the `pack`-th pack."""

    __slots__ = ("_delta", "base", "base_content", "depth", "is_base", "number")

    def __init__(self, pack: int, step: Step) -> None:
        self.number = step.number << _PACKS | pack
        self.base = step.base << _PACKS | pack
        self.depth = step.depth
        self.is_base = step.is_base
        self.base_content = step.base_content
        self._delta = step.delta

    def copies(self, size: int) -> list[Copy] | None:
        if size < _SMALL or not self._delta or len(self._delta) * _WORTH > size:
            return None
        return copies(self._delta, size // _SEAM)


def _change(pack: int, step: Step) -> _Change | None:
    """Return what is to be known of an object that is a version of another, or has one; most are neither."""
    return _Change(pack, step) if step.is_base or step.delta else None


class StoreReader:
    """Reads shards of packs, single objects by their ids, and the names of refs. `seals`: whether objects are to be
    remembered. `leads`: see ObjectReader.
    """

    def __init__(
        self,
        git: Git,
        packs: Sequence[Pack],
        max_bytes: int,
        seals: bool = False,
        leads: Mapping[str, Leads] = NO_LEADS,
    ) -> None:
        self._objects = ObjectReader(git, max_bytes, leads)
        self._leads = leads
        self._trees = TreeReader(max_bytes)
        self._packs = packs
        self._max_bytes = max_bytes
        self._seals = seals
        self._digests = Digests()
        self._opened = ExitStack()

    def __enter__(self) -> StoreReader:
        self._opened.enter_context(self._objects)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()

    def read(self, targets: Sequence[Target]) -> Iterator[Blob | Skip | Names]:
        for read, group in groupby(targets, self._way):
            yield from read(list(group))

    def _way(self, target: Target) -> Callable[[Sequence[Target]], Iterator[Blob | Skip | Names]]:
        return _refs if isinstance(target.origin, RefOrigin) else self._shards if is_shard(target) else self._single

    def _single(self, targets: Sequence[Target]) -> Iterator[Blob | Skip | Names]:
        return self._trees.whole(self._objects.objects(targets))

    def _shards(self, targets: Sequence[Target]) -> Iterator[Blob | Skip | Names]:
        for target in targets:
            number, begin, end = _places(target)
            yield from self._shard(number, begin, end)
            self._packs[number].let_go()

    def _shard(self, number: int, begin: int, end: int) -> Iterator[Blob | Skip | Names]:
        pack = self._packs[number]
        unread: list[Target] = []
        if pack.kind(begin) == "tree":
            yield from self._trees.packed(pack, begin, end, unread)
            yield from self._trees.whole(self._objects.objects(unread))
            return
        steps = walk(pack, begin, end, self._max_bytes)
        fresh = pack.fresh[begin:end].tolist()
        contested = pack.contested[begin:end].tolist()
        for origin, is_fresh, is_contested, step in zip(
            _origins(pack, begin, end), fresh, contested, steps, strict=True
        ):
            if not is_fresh:
                continue
            content = step.content
            if isinstance(content, bytes) and not (is_contested and self._is_forged(origin, content)):
                yield Blob(origin, content, _change(number, step), self._leads.get(origin.oid))
            else:
                unread.append(Target(origin, 0, origin.oid))
        yield from self._objects.objects(unread)

    def _is_forged(self, origin: ObjectOrigin, content: bytes) -> bool:
        """Whether it is not what the index says: then another copy of it may be."""
        return not self._digests.fit(origin.oid, origin.kind, content)

    def check(self, blob: Blob) -> Skip | None:
        """Whether the content is what its id says: asked for what a finding is in, as the pack's checksums are no
        proof of that.
        """
        if self._is_itself(blob):
            return None
        return Skip(blob.origin, "unreadable", "its content is not what its id says")

    def seal(self, blob: Blob) -> bytes:
        """Return the object's id, its kind and the size of its content, if that is what its id says.

        Trees never come here: they are read each time, as an id says nothing of the names that came with it.
        """
        oid = getattr(blob.origin, "oid", "")
        if not self._seals or not oid or not self._is_itself(blob):
            return b""
        return seal_of(oid, blob.origin.kind, len(blob.data))

    def _is_itself(self, blob: Blob) -> bool:
        oid = getattr(blob.origin, "oid", "")
        return not oid or self._digests.fit(oid, blob.origin.kind, blob.data)


def _refs(targets: Sequence[Target]) -> Iterator[Blob | Skip | Names]:
    yield names_of(targets)
