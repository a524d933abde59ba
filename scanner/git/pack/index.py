"""A pack's index (`.idx`, version 2): which objects it holds, where, and the checksum of each entry.

Format: gitformat-pack(5). Anything else (version 1, SHA-256) is refused, and `git cat-file` reads that pack.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha1
from mmap import mmap
from typing import Final

import numpy as np
from numpy.typing import NDArray

_MAGIC: Final = b"\xfftOc\x00\x00\x00\x02"
ID: Final = 20  # bytes of an object id
_FANOUT: Final = 256 * 4
_FAR: Final = 0x80000000  # set in an offset that stands in the table of 8-byte ones

Bytes = NDArray[np.uint8]
Numbers = NDArray[np.int64]


class PackError(Exception):
    """A pack, or its index, that is damaged or of a kind that only git reads; the message says what about it."""


@dataclass(frozen=True, slots=True)
class Index:
    """What a pack holds, in the order of its entries: ids (n rows of 20 bytes), the offset at which each entry begins
    and, last, the one at which the pack's own checksum stands (n + 1 numbers), and the CRC-32 of each entry's bytes.
    """

    ids: Bytes
    offsets: Numbers
    checksums: NDArray[np.uint32]

    @property
    def count(self) -> int:
        return len(self.checksums)


def read_index(path: str, pack: bytes | mmap) -> Index:
    """Read the index of a pack of these bytes. Raises PackError, and OSError when it cannot be read."""
    with open(path, "rb") as file:
        data = file.read()
    if data[:8] != _MAGIC:
        raise PackError("its index is of a version that only git reads")
    if len(data) < 8 + _FANOUT + 2 * ID:
        raise PackError("its index is cut short")
    if sha1(data[:-ID], usedforsecurity=False).digest() != data[-ID:]:
        raise PackError("its index is damaged")
    _check_pack(pack, data)
    return _tables(data, len(pack) - ID)


def _check_pack(pack: bytes | mmap, index: bytes) -> None:
    count = int.from_bytes(index[8 + _FANOUT - 4 : 8 + _FANOUT], "big")
    if len(pack) < 12 + ID or pack[:4] != b"PACK":
        raise PackError("it is no pack, or is cut short")
    if pack[4:8] != b"\0\0\0\2":
        raise PackError("it is of a version that only git reads")
    if int.from_bytes(pack[8:12], "big") != count or pack[-ID:] != index[-2 * ID : -ID]:
        raise PackError("it is not the pack that its index is for, or is damaged")


def _tables(data: bytes, end: int) -> Index:
    count = int.from_bytes(data[8 + _FANOUT - 4 : 8 + _FANOUT], "big")
    at = 8 + _FANOUT
    near = at + count * (ID + 4)
    far = near + count * 4
    if len(data) - 2 * ID < far:
        raise PackError("its index is cut short")
    ids = np.frombuffer(data, np.uint8, count * ID, at).reshape(count, ID)
    checksums = np.frombuffer(data, ">u4", count, at + count * ID)
    offsets = np.frombuffer(data, ">u4", count, near).astype(np.int64)
    distant = offsets >= _FAR
    if distant.any():
        table = np.frombuffer(data, ">u8", (len(data) - 2 * ID - far) // 8, far).astype(np.int64)
        places = offsets[distant] - _FAR
        if len(places) and (not len(table) or int(np.max(places)) >= len(table)):
            raise PackError("its index is damaged")
        offsets[distant] = table[places]
    order = np.argsort(offsets, kind="stable")
    offsets = offsets[order]
    offsets = np.append(offsets, end)
    if offsets[0] != 12 or (np.diff(offsets) <= 0).any():
        raise PackError("its index names impossible places")
    return Index(ids[order], offsets, checksums[order].astype(np.uint32))
