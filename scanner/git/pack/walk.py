"""Objects out of a pack, in the order of its forest: each entry is inflated once, each delta applied once."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from scanner.errors import over
from scanner.git.pack.delta import apply_delta, result_size
from scanner.git.pack.forest import Forest
from scanner.git.pack.index import Numbers, PackError
from scanner.git.pack.pack import Pack

# Deflate expands at most 1,032-fold: what is compressed to less than this cannot fill the memory, whatever it says.
_MOST: Final = 1_033
_HARMLESS: Final = 1 << 16
_DAMAGED: Final = "an entry in it is damaged"


class Unreadable(NamedTuple):
    """An object that could not be read here; so is everything that is a delta of it."""

    detail: str


Content = bytes | Unreadable


class Step(NamedTuple):
    """An object: its content, its depth in its tree, its entry and its base's (-1: none), how it differs from that
    (empty: not known), whether it is the base of another, and its base's content if that is not among the steps.
    """

    content: Content
    depth: int
    number: int
    base: int
    delta: bytes
    is_base: bool
    base_content: bytes = b""


def walk(pack: Pack, begin: int, end: int, max_bytes: int) -> Iterator[Step]:
    """Yield what stands at the places from `begin` to before `end`. What is over `max_bytes` is Unreadable."""
    forest = pack.forest
    cut = _Cutter(pack, max_bytes)
    held = _ancestors(cut, pack, begin, end)
    earlier = set(held)  # depths: what is held there stands before `begin`
    entries = forest.entries[begin:end]
    wanted = zip(
        entries.tolist(),
        cut.places(entries),
        forest.depths[begin:end].tolist(),
        forest.last[begin:end].tolist(),
        forest.inner[begin:end].tolist(),
        pack.entries.bases[entries].tolist(),
        strict=True,
    )
    for number, place, depth, is_last, is_base, base in wanted:
        before: Content = b""
        if depth == 0:
            content, delta = cut.whole(place), b""
        else:
            before = held[depth - 1] if depth - 1 in earlier else b""
            # The base is let go before its last child is worked on, or a chain would hold each of its links.
            content, delta = cut.applied(place, held.pop(depth - 1) if is_last else held[depth - 1])
        if is_base:
            held[depth] = content
            earlier.discard(depth)
        yield Step(content, depth, number, base, delta, is_base, before if isinstance(before, bytes) else b"")
        del content, delta, before


def _ancestors(cut: _Cutter, pack: Pack, begin: int, end: int) -> dict[int, Content]:
    """Return by depth those bases, of what stands from `begin` on, that stand before it."""
    forest: Forest = pack.forest
    chain: list[int] = []
    number = int(forest.entries[begin])
    while (number := int(pack.entries.bases[number])) >= 0:
        chain.append(number)
    chain.reverse()
    needed = frozenset(pack.entries.bases[forest.entries[begin:end]].tolist()) if chain else frozenset()
    held: dict[int, Content] = {}
    content: Content = b""
    for depth, (number, place) in enumerate(zip(chain, cut.places(np.array(chain, np.int64)), strict=True)):
        content = cut.applied(place, content)[0] if depth else cut.whole(place)
        if number in needed:
            held[depth] = content
    return held


Place = tuple[int, int, int, int, int]  # of an entry: its head's offset, its content's, its end's, its size, its CRC-32


class _Cutter:
    """Reads single entries, given their base."""

    def __init__(self, pack: Pack, max_bytes: int) -> None:
        self._pack = pack
        self._data = memoryview(pack.data)
        self._max_bytes = max_bytes

    def places(self, entries: Numbers) -> Iterator[Place]:
        """Yield where these entries are: many at once, as a single number of an array takes long to get."""
        index, heads = self._pack.index, self._pack.entries
        facts = (
            index.offsets[entries],
            heads.starts[entries],
            index.offsets[entries + 1],
            heads.sizes[entries],
            index.checksums[entries],
        )
        return zip(*(fact.tolist() for fact in facts), strict=True)

    def whole(self, place: Place) -> Content:
        try:
            return self._inflated(place)
        except PackError as error:
            return Unreadable(str(error))

    def applied(self, place: Place, base: Content) -> tuple[Content, bytes]:
        """Return what the entry makes of its base, and the delta."""
        if not isinstance(base, bytes):
            return base, b""
        try:
            delta = self._inflated(place)
            if result_size(delta) > self._max_bytes:
                return self._too_large(), b""
            return apply_delta(base, delta), delta
        except PackError as error:
            return Unreadable(str(error)), b""

    def _inflated(self, place: Place) -> bytes:
        head, start, end, size, checksum = place
        if size > self._max_bytes:
            raise PackError(self._too_large().detail)
        if zlib.crc32(self._data[head:end]) != checksum:
            raise PackError(_DAMAGED)
        return inflate(self._data[start:end], size)

    def _too_large(self) -> Unreadable:
        return Unreadable(over(self._max_bytes))


def inflate(data: memoryview, size: int) -> bytes:
    """Return the `size` bytes that the data inflates to. Raises PackError for more, or fewer, or what is damaged."""
    if size > len(data) * _MOST:
        raise PackError(_DAMAGED)
    try:
        if len(data) < _HARMLESS:
            content = zlib.decompress(data, bufsize=size + 1)
        else:
            content = zlib.decompressobj().decompress(data, size + 1)
    except zlib.error:
        raise PackError(_DAMAGED) from None
    if len(content) != size:
        raise PackError(_DAMAGED)
    return content
