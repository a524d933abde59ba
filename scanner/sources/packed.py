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
from scanner.git.pack.pack import Pack
from scanner.git.pack.walk import walk
from scanner.model import (
    Blob,
    BlobOrigin,
    CommitOrigin,
    Names,
    ObjectOrigin,
    RefOrigin,
    RepositoryOrigin,
    Skip,
    TagOrigin,
    Target,
    TreeOrigin,
)
from scanner.sources.objects import ObjectReader
from scanner.sources.trees import TreeReader

_SHARE: Final = 16 << 20  # of estimated work, in bytes
ORIGINS: Final[Mapping[str, Callable[[str], ObjectOrigin]]] = {
    "blob": BlobOrigin,
    "commit": CommitOrigin,
    "tag": TagOrigin,
    "tree": TreeOrigin,
}


def shards(number: int, pack: Pack) -> Iterator[Target]:
    """Cut a pack, the `number`-th of its store, into shares of about the same work."""
    if not len(pack.fresh):
        return
    reached = np.cumsum(pack.forest.weights)
    cuts = np.flatnonzero(np.diff(reached // _SHARE)) + 1
    for begin, end in zip([0, *cuts.tolist()], [*cuts.tolist(), len(reached)], strict=True):
        share = _shard(number, pack, begin, end)
        if share.objects:
            yield share


def halves(target: Target, packs: Sequence[Pack]) -> list[Target]:
    """Return a shard as two smaller ones; none when it is a single object."""
    number, begin, end = _places(target)
    if end - begin < 2:
        return []
    middle = (begin + end) // 2
    both = (_shard(number, packs[number], begin, middle), _shard(number, packs[number], middle, end))
    return [half for half in both if half.objects]


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


class StoreReader:
    """Reads shards of packs, single objects by their ids, and the names of refs."""

    def __init__(self, git: Git, packs: Sequence[Pack], max_bytes: int) -> None:
        self._objects = ObjectReader(git, max_bytes)
        self._trees = TreeReader(max_bytes)
        self._packs = packs
        self._max_bytes = max_bytes
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
        return self._trees.whole(self._objects.read(targets))

    def _shards(self, targets: Sequence[Target]) -> Iterator[Blob | Skip | Names]:
        for target in targets:
            yield from self._shard(*_places(target))

    def _shard(self, number: int, begin: int, end: int) -> Iterator[Blob | Skip | Names]:
        pack = self._packs[number]
        unread: list[Target] = []
        if pack.kind(begin) == "tree":
            yield from self._trees.packed(pack, begin, end, unread)
            yield from self._trees.whole(self._objects.read(unread))
            return
        contents = walk(pack, begin, end, self._max_bytes)
        for place, fresh, content in zip(range(begin, end), pack.fresh[begin:end].tolist(), contents, strict=True):
            if not fresh:
                continue
            if isinstance(content, bytes):
                yield Blob(_origin(pack, place), content)
            else:
                unread.append(Target(_origin(pack, place), 0, pack.oid(place)))
        yield from self._objects.read(unread)

    def check(self, blob: Blob) -> Skip | None:
        """Whether the content is what its id says: asked for what a finding is in, as the pack's checksums are no
        proof of that.
        """
        oid = getattr(blob.origin, "oid", "")
        if not oid or self._digests.fit(oid, blob.origin.kind, blob.data):
            return None
        return Skip(blob.origin, "unreadable", "its content is not what its id says")


def _refs(targets: Sequence[Target]) -> Iterator[Blob | Skip | Names]:
    yield Names(frozenset(target.origin for target in targets), 0)
