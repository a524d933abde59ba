"""Packs to blobs: shares of a pack as targets, and the reader that turns them into their objects' blobs.

What a pack does not yield (a damaged entry, an object too large) is asked of git, which may have another copy of it
or words for what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import groupby
from types import TracebackType
from typing import Final

import numpy as np

from scanner.git.command import Git
from scanner.git.digest import Digests
from scanner.git.pack.delta import copies
from scanner.git.pack.pack import Pack
from scanner.git.pack.walk import Step, walk
from scanner.model import Blob, BlobOrigin, CommitOrigin, Copy, Origin, RepositoryOrigin, Skip, TagOrigin, Target
from scanner.sources.memory import seal_of
from scanner.sources.objects import ObjectReader

_PACKS: Final = 20  # bits for the number of a pack
_WORTH: Final = 12  # bytes of content for each of a delta, less than which the delta is not worth reading
_SEAM: Final = 1000  # bytes that are searched in the time that a seam takes
_SHARE: Final = 16 << 20  # of estimated work, in bytes


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


def _origin(pack: Pack, place: int) -> Origin:
    kind, oid = pack.kind(place), pack.oid(place)
    return BlobOrigin(oid) if kind == "blob" else CommitOrigin(oid) if kind == "commit" else TagOrigin(oid)


class _Change:
    """A `Lineage`, from a step of the walk through the `pack`-th pack."""

    __slots__ = ("_delta", "base", "depth", "number")

    def __init__(self, pack: int, step: Step) -> None:
        self.number = step.number << _PACKS | pack
        self.base = step.base << _PACKS | pack
        self.depth = step.depth
        self._delta = step.delta

    def copies(self, size: int) -> list[Copy] | None:
        if not self._delta or len(self._delta) * _WORTH > size:
            return None
        return copies(self._delta, size // _SEAM)


class StoreReader:
    """Reads shards of packs, and single objects by their ids. `seals`: whether objects are to be remembered."""

    def __init__(self, git: Git, packs: Sequence[Pack], max_bytes: int, seals: bool = False) -> None:
        self._objects = ObjectReader(git, max_bytes)
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

    def read(self, targets: Sequence[Target]) -> Iterator[Blob | Skip]:
        for in_pack, group in groupby(targets, is_shard):
            if in_pack:
                for target in group:
                    yield from self._shard(*_places(target))
            else:
                yield from self._objects.read(list(group))

    def _shard(self, number: int, begin: int, end: int) -> Iterator[Blob | Skip]:
        pack = self._packs[number]
        unread: list[Target] = []
        steps = walk(pack, begin, end, self._max_bytes)
        for place, fresh, step in zip(range(begin, end), pack.fresh[begin:end].tolist(), steps, strict=True):
            if not fresh:
                continue
            if isinstance(step.content, bytes):
                yield Blob(_origin(pack, place), step.content, _Change(number, step))
            else:
                unread.append(Target(_origin(pack, place), 0, pack.oid(place)))
        yield from self._objects.read(unread)

    def check(self, blob: Blob) -> Skip | None:
        """Whether the content is what its id says: asked for what a finding is in, as the pack's checksums are no
        proof of that.
        """
        if self._is_itself(blob):
            return None
        return Skip(blob.origin, "unreadable", "its content is not what its id says")

    def seal(self, blob: Blob) -> bytes:
        """Return the object's id and the size of its content, if that is what its id says."""
        if not self._seals or not self._is_itself(blob):
            return b""
        return seal_of(getattr(blob.origin, "oid", ""), len(blob.data))

    def _is_itself(self, blob: Blob) -> bool:
        return self._digests.fit(getattr(blob.origin, "oid", ""), blob.origin.kind, blob.data)
