"""An open pack: its memory map, and where in it everything is."""

from __future__ import annotations

import mmap as mmap_module
import os
from dataclasses import dataclass, replace
from functools import partial
from mmap import ACCESS_READ, mmap
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from scanner.git.pack.entries import KINDS, Entries, read_entries
from scanner.git.pack.forest import Forest, plant
from scanner.git.pack.index import Index, PackError, read_index

_SMALL: Final = 1 << 16  # bytes: packs of less are read, not mapped; a map keeps a file open, and only so many may be
READ: Final = tuple(number for number, kind in KINDS.items() if kind != "tree")


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that this reader can read; `name` is its path without an ending.

    `fresh` tells of each place whether its object is to be read here: not when another pack has it, too. `contested`
    tells whether there is a copy that nobody will read: then this one had better be what its id says.
    """

    name: str
    data: mmap | bytes
    index: Index
    entries: Entries
    forest: Forest
    fresh: NDArray[np.bool_]
    contested: NDArray[np.bool_]

    def __reduce__(self) -> tuple[object, ...]:  # a process of its own maps the file anew
        return _reopened, (self.name, self.index, self.entries, self.forest, self.fresh, self.contested)

    def let_go(self) -> None:
        """Keep nothing of the file in this process's memory; what is read again comes from the system's cache."""
        _let_go(self.data)

    def oid(self, place: int) -> str:
        binary: bytes = self.index.ids[self.forest.entries[place]].tobytes()
        return binary.hex()

    def kind(self, place: int) -> str:
        return KINDS[int(self.forest.types[place])]


def with_trees(pack: Pack) -> Pack:
    """Return the same pack with its trees to be read, and nothing else."""
    forest = plant(pack.entries, [number for number in KINDS if number not in READ])
    count = len(forest.entries)
    return replace(pack, forest=forest, fresh=np.ones(count, np.bool_), contested=np.zeros(count, np.bool_))


def open_pack(name: str) -> Pack:
    """Open a pack and work out how to read it. Raises PackError when only git can, and OSError."""
    data = _mapped(name)
    if not data:
        raise PackError("it is empty")
    index = read_index(f"{name}.idx", data)
    entries = read_entries(np.frombuffer(data, np.uint8), index, partial(_let_go, data))
    forest = plant(entries, READ)
    count = len(forest.entries)
    return Pack(name, data, index, entries, forest, np.ones(count, np.bool_), np.zeros(count, np.bool_))


def _mapped(name: str) -> mmap | bytes:
    with open(f"{name}.pack", "rb") as file:
        if os.fstat(file.fileno()).st_size < _SMALL:
            return file.read()
        return mmap(file.fileno(), 0, access=ACCESS_READ)


def _let_go(data: mmap | bytes) -> None:
    if isinstance(data, mmap) and (advice := getattr(mmap_module, "MADV_DONTNEED", None)) is not None:
        data.madvise(advice)


def _reopened(name: str, *rest: Any) -> Pack:
    try:
        data = _mapped(name)
    except (OSError, ValueError):  # it went away meanwhile: nothing in it can be read, so git is asked for all of it
        data = b""
    return Pack(name, data, *rest)
