"""Objects out of a pack, in the order of its forest: each entry is inflated once, each delta applied once."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final, NamedTuple

from scanner.git.pack.delta import apply_delta, result_size
from scanner.git.pack.forest import Forest
from scanner.git.pack.index import PackError
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
    """An object: its content, its depth in its tree, its entry and its base's (-1: none), and how it differs from
    that (empty: not known).
    """

    content: Content
    depth: int
    number: int
    base: int
    delta: bytes


def walk(pack: Pack, begin: int, end: int, max_bytes: int) -> Iterator[Step]:
    """Yield what stands at the places from `begin` to before `end`. What is over `max_bytes` is Unreadable."""
    forest = pack.forest
    cut = _Cutter(pack, max_bytes)
    held = _ancestors(cut, pack, begin, end)
    wanted = zip(
        forest.entries[begin:end].tolist(),
        forest.depths[begin:end].tolist(),
        forest.last[begin:end].tolist(),
        forest.inner[begin:end].tolist(),
        pack.entries.bases[forest.entries[begin:end]].tolist(),
        strict=True,
    )
    for number, depth, is_last, is_inner, base in wanted:
        if depth == 0:
            content, delta = cut.whole(number), b""
        else:
            # The base is let go before its last child is worked on, or a chain would hold each of its links.
            content, delta = cut.applied(number, held.pop(depth - 1) if is_last else held[depth - 1])
        if is_inner:
            held[depth] = content
        yield Step(content, depth, number, base, delta)
        del content, delta


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
    for depth, number in enumerate(chain):
        content = cut.applied(number, content)[0] if depth else cut.whole(number)
        if number in needed:
            held[depth] = content
    return held


class _Cutter:
    """Reads single entries, given their base."""

    def __init__(self, pack: Pack, max_bytes: int) -> None:
        self._data = memoryview(pack.data)
        self._offsets = pack.index.offsets
        self._checksums = pack.index.checksums
        self._starts = pack.entries.starts
        self._sizes = pack.entries.sizes
        self._max_bytes = max_bytes

    def whole(self, number: int) -> Content:
        try:
            return self._inflated(number)
        except PackError as error:
            return Unreadable(str(error))

    def applied(self, number: int, base: Content) -> tuple[Content, bytes]:
        """Return what the entry makes of its base, and the delta."""
        if not isinstance(base, bytes):
            return base, b""
        try:
            delta = self._inflated(number)
            if result_size(delta) > self._max_bytes:
                return self._too_large(), b""
            return apply_delta(base, delta), delta
        except PackError as error:
            return Unreadable(str(error)), b""

    def _inflated(self, number: int) -> bytes:
        head, end = self._offsets[number : number + 2].tolist()
        size = int(self._sizes[number])
        if size > self._max_bytes:
            raise PackError(self._too_large().detail)
        if zlib.crc32(self._data[head:end]) != self._checksums[number]:
            raise PackError(_DAMAGED)
        return inflate(self._data[int(self._starts[number]) : end], size)

    def _too_large(self) -> Unreadable:
        return Unreadable(f"is over {self._max_bytes >> 20} MiB")


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
