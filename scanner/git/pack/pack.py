"""An open pack: its memory map, and where in it everything is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from mmap import ACCESS_READ, mmap

import numpy as np
from numpy.typing import NDArray

from scanner.git.pack.entries import KINDS, Entries, read_entries
from scanner.git.pack.forest import Forest, plant
from scanner.git.pack.index import Index, PackError, read_index

READ = tuple(number for number, kind in KINDS.items() if kind != "tree")


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that this reader can read; `name` is its path without an ending.

    `fresh` tells of each place whether its object is to be read here: not when another pack has it, too.
    """

    name: str
    data: mmap
    index: Index
    entries: Entries
    forest: Forest
    fresh: NDArray[np.bool_]

    def __reduce__(self) -> tuple[object, ...]:  # a process of its own maps the file anew
        return _reopened, (self.name, self.index, self.entries, self.forest, self.fresh)

    def oid(self, place: int) -> str:
        binary: bytes = self.index.ids[self.forest.entries[place]].tobytes()
        return binary.hex()

    def kind(self, place: int) -> str:
        return KINDS[int(self.forest.types[place])]


def with_trees(pack: Pack) -> Pack:
    """Return the same pack with its trees to be read, and nothing else."""
    forest = plant(pack.entries, [number for number in KINDS if number not in READ])
    return replace(pack, forest=forest, fresh=np.ones(len(forest.entries), np.bool_))


def open_pack(name: str) -> Pack:
    """Open a pack and work out how to read it. Raises PackError when only git can, and OSError."""
    data = _mapped(name)
    index = read_index(f"{name}.idx", data)
    entries = read_entries(np.frombuffer(data, np.uint8), index)
    forest = plant(entries, READ)
    return Pack(name, data, index, entries, forest, np.ones(len(forest.entries), np.bool_))


def _mapped(name: str) -> mmap:
    with open(f"{name}.pack", "rb") as file:
        try:
            return mmap(file.fileno(), 0, access=ACCESS_READ)
        except ValueError:  # an empty file
            raise PackError("it is empty") from None


def _reopened(name: str, index: Index, entries: Entries, forest: Forest, fresh: NDArray[np.bool_]) -> Pack:
    return Pack(name, _mapped(name), index, entries, forest, fresh)
