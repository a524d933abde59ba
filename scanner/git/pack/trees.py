"""The names in a pack's trees. Most trees are deltas of one another: then only what the delta inserts is looked at."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from scanner.git.pack.delta import apply_delta, sizes
from scanner.git.pack.index import Numbers, PackError
from scanner.git.pack.pack import Pack
from scanner.git.pack.treedelta import Folder, changed, names
from scanner.git.pack.walk import inflate

_SHORT: Final = 256  # bytes; longer deltas are not kept, however long a chain of them is


Names = Collection[bytes]


def tree_names(pack: Pack, begin: int, end: int, max_bytes: int) -> Iterator[Names | None]:
    """Yield of each tree at these places all its names that its base has not, and perhaps more of them.

    Each name stands behind its mode and a space. None when the tree cannot be read here. `pack` has a forest of trees.
    """
    reader = _Reader(pack, max_bytes)
    held = reader.ancestors(begin)
    forest = pack.forest
    rows = forest.entries[begin:end]
    columns = (*reader.columns(rows), forest.depths[begin:end], forest.inner[begin:end])
    for *entry, depth, is_inner in zip(*(column.tolist() for column in columns), strict=True):
        try:
            data = reader.inflated(*entry)
            folder, found = read(data, held[depth - 1], is_inner, max_bytes) if depth else (Folder(data), names(data))
        except PackError:
            folder, found = None, None
        if is_inner:
            held[depth] = folder
        yield found


def read(delta: bytes, base: Folder | None, is_inner: bool, max_bytes: int) -> tuple[Folder | None, Names]:
    """Return the tree that a delta makes (not if nothing rests on it), and its names. Raises PackError."""
    if base is None:
        raise PackError("its base cannot be read")
    size, at = sizes(delta)
    if size > max_bytes:
        raise PackError("it is too large")
    try:
        found, has_moved = changed(delta, at, base)
    except (PackError, IndexError):  # of no kind that git makes: the tree itself tells
        content = apply_delta(base.true(), delta)
        return Folder(content), names(content)
    if not is_inner:
        return None, found
    if has_moved or len(delta) > _SHORT:
        return Folder(apply_delta(base.true(), delta)), found
    return Folder(base.content, base, delta), found


class _Reader:
    def __init__(self, pack: Pack, max_bytes: int) -> None:
        self._pack = pack
        self._data = memoryview(pack.data)
        self._max_bytes = max_bytes

    def columns(self, rows: Numbers) -> tuple[NDArray[np.generic], ...]:
        """Return what `inflated` wants to know of these entries, a column for each argument."""
        index, entries = self._pack.index, self._pack.entries
        offsets = index.offsets
        return offsets[rows], entries.starts[rows], offsets[rows + 1], entries.sizes[rows], index.checksums[rows]

    def ancestors(self, begin: int) -> dict[int, Folder | None]:
        """Return by depth the bases of what stands at `begin`."""
        chain: list[int] = []
        number = int(self._pack.forest.entries[begin])
        while (number := int(self._pack.entries.bases[number])) >= 0:
            chain.append(number)
        held: dict[int, Folder | None] = {}
        columns = self.columns(np.array(chain[::-1], np.int64))
        for depth, entry in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
            try:
                data = self.inflated(*entry)
                held[depth] = read(data, held[depth - 1], True, self._max_bytes)[0] if depth else Folder(data)
            except PackError:
                held[depth] = None
        return held

    def inflated(self, head: int, start: int, end: int, size: int, checksum: int) -> bytes:
        """Return the content of an entry: where it begins, what is compressed in it, and where it ends."""
        if size > self._max_bytes:
            raise PackError("it is too large")
        if crc32(self._data[head:end]) != checksum:
            raise PackError("an entry in it is damaged")
        return inflate(self._data[start:end], size)
