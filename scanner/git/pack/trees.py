"""The names in a pack's trees. Most trees are deltas of one another: then only what the delta inserts is looked at."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final, NamedTuple

from scanner.git.pack.delta import apply_delta, sizes
from scanner.git.pack.index import PackError
from scanner.git.pack.pack import Pack
from scanner.git.pack.treedelta import Folder, changed, names
from scanner.git.pack.walk import inflate

TREE: Final = 2  # the type's number
_SHORT: Final = 256  # bytes; longer deltas are not kept, however long a chain of them is


class _Entry(NamedTuple):
    """Where a tree stands in the pack: its head, what is compressed, the end; and its size, checksum, and place."""

    head: int
    start: int
    end: int
    size: int
    checksum: int
    depth: int
    is_inner: bool


def tree_names(pack: Pack, begin: int, end: int, max_bytes: int) -> Iterator[set[bytes] | None]:
    """Yield of each tree at these places all its names that its base has not, and perhaps more of them.

    None when it cannot be read here. `pack` has a forest of trees.
    """
    reader = _Reader(pack, max_bytes)
    held = reader.ancestors(begin)
    for entry in reader.entries(begin, end):
        try:
            folder, found = reader.read(entry, held.get(entry.depth - 1))
        except PackError:
            yield None
            folder = None
        else:
            yield found
        if entry.is_inner:
            held[entry.depth] = folder


class _Reader:
    def __init__(self, pack: Pack, max_bytes: int) -> None:
        self._pack = pack
        self._data = memoryview(pack.data)
        self._max_bytes = max_bytes

    def entries(self, begin: int, end: int) -> Iterator[_Entry]:
        forest, index, entries = self._pack.forest, self._pack.index, self._pack.entries
        rows = forest.entries[begin:end]
        columns = (index.offsets[rows], entries.starts[rows], index.offsets[rows + 1], entries.sizes[rows])
        more = (index.checksums[rows], forest.depths[begin:end], forest.inner[begin:end])
        return map(_Entry, *(column.tolist() for column in (*columns, *more)))

    def ancestors(self, begin: int) -> dict[int, Folder | None]:
        """Return by depth the bases of what stands at `begin`."""
        chain: list[int] = []
        number = int(self._pack.forest.entries[begin])
        while (number := int(self._pack.entries.bases[number])) >= 0:
            chain.append(number)
        held: dict[int, Folder | None] = {}
        offsets, starts = self._pack.index.offsets, self._pack.entries.starts
        sizes, checksums = self._pack.entries.sizes, self._pack.index.checksums
        for depth, number in enumerate(reversed(chain)):
            head, end = offsets[number : number + 2].tolist()
            entry = _Entry(head, int(starts[number]), end, int(sizes[number]), int(checksums[number]), depth, True)
            try:
                held[depth] = self.read(entry, held.get(depth - 1))[0]
            except PackError:
                held[depth] = None
        return held

    def read(self, entry: _Entry, base: Folder | None) -> tuple[Folder | None, set[bytes]]:
        """Return a tree (not if nothing rests on it), and its names. Raises PackError."""
        data = self._inflated(entry)
        if not entry.depth:
            return Folder(data), names(data)
        if base is None:
            raise PackError("its base cannot be read")
        size, at = sizes(data)
        if size > self._max_bytes:
            raise PackError("it is too large")
        try:
            found, has_moved = changed(data, at, base)
        except (PackError, IndexError):  # of no kind that git makes: the tree itself tells
            content = apply_delta(base.true(), data)
            return Folder(content), names(content)
        if not entry.is_inner:
            return None, found
        if has_moved or len(data) > _SHORT:
            return Folder(apply_delta(base.true(), data)), found
        return Folder(base.content, base, data), found

    def _inflated(self, entry: _Entry) -> bytes:
        if entry.size > self._max_bytes:
            raise PackError("it is too large")
        if zlib.crc32(self._data[entry.head : entry.end]) != entry.checksum:
            raise PackError("an entry in it is damaged")
        return inflate(self._data[entry.start : entry.end], entry.size)
