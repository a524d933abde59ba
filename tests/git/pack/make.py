"""A writer of packs and their indexes, for shapes that git does not make: damaged, hostile, or merely unusual ones."""

from __future__ import annotations

import zlib
from bisect import bisect_left
from collections.abc import Sequence
from hashlib import sha1
from pathlib import Path
from typing import Final, NamedTuple

TYPES: Final = {"commit": 1, "tree": 2, "blob": 3, "tag": 4}
_FAR: Final = 0x80000000


class Made(NamedTuple):
    """An entry: the id that the index gives it, the offset at which it begins, and its bytes."""

    oid: str
    offset: int
    data: bytes


def object_id(kind: str, data: bytes) -> str:
    return sha1(b"%s %d\0" % (kind.encode(), len(data)) + data).hexdigest()


def number(value: int) -> bytes:
    """Return a number in 7-bit groups, the low ones first, as in a delta."""
    made = bytearray()
    while value > 127:
        made.append(value & 127 | 128)
        value >>= 7
    return bytes((*made, value))


def head(kind: int, size: int) -> bytes:
    """Return the head of an entry: its type, and the size of what it inflates to."""
    low, rest = size & 15, size >> 4
    return bytes([kind << 4 | low | (128 if rest else 0)]) + (number(rest) if rest else b"")


def distance(value: int) -> bytes:
    """Return how far before a delta its base begins, as the format spells it."""
    made = [value & 127]
    while value := value >> 7:
        value -= 1
        made.append(value & 127 | 128)
    return bytes(reversed(made))


def delta(base: bytes, result: bytes) -> bytes:
    """Return a delta: what both have in front and at the end is copied, the middle inserted."""
    shorter = min(len(base), len(result))
    # False as long as it is the same: the last place where it is
    front = bisect_left(range(1, shorter + 1), True, key=lambda n: base[:n] != result[:n])
    most = range(1, shorter - front + 1)
    back = bisect_left(most, True, key=lambda n: base[len(base) - n :] != result[len(result) - n :])
    middle = result[front : len(result) - back]
    inserts = (middle[at : at + 127] for at in range(0, len(middle), 127))
    parts = (
        number(len(base)),
        number(len(result)),
        *copies(0, front),
        *(bytes([len(part)]) + part for part in inserts),
        *copies(len(base) - back, back),
    )
    return b"".join(parts)


def copies(at: int, size: int) -> list[bytes]:
    """Return the instructions that copy so many bytes of the base from there on."""
    starts = range(at, at + size, 0xFFFF)
    return [
        b"\xbf" + start.to_bytes(4, "little") + min(0xFFFF, at + size - start).to_bytes(2, "little") for start in starts
    ]


class PackWriter:
    """Collects entries; each method returns the one that it added. `oid` overrides what the index is to say."""

    def __init__(self) -> None:
        self.made: list[Made] = []
        self._end = 12

    def raw(self, oid: str, data: bytes) -> Made:
        """Add an entry of exactly these bytes."""
        entry = Made(oid, self._end, data)
        self.made.append(entry)
        self._end += len(data)
        return entry

    def whole(self, kind: str, data: bytes, *, size: int | None = None, oid: str = "") -> Made:
        """Add an object that is no delta; `size` is a lie about its length."""
        begin = head(TYPES[kind], len(data) if size is None else size)
        return self.raw(oid or object_id(kind, data), begin + zlib.compress(data))

    def near(self, oid: str, back: int, change: bytes, *, size: int | None = None) -> Made:
        """Add a delta of the entry that begins so many bytes before it."""
        return self.raw(oid, head(6, len(change) if size is None else size) + distance(back) + zlib.compress(change))

    def after(self, base: Made, oid: str, change: bytes) -> Made:
        """Add a delta of an earlier entry."""
        return self.near(oid, self._end - base.offset, change)

    def named(self, oid: str, base: str, change: bytes) -> Made:
        """Add a delta of the object of this id, wherever it is."""
        return self.raw(oid, head(7, len(change)) + bytes.fromhex(base) + zlib.compress(change))

    def write(self, folder: Path, name: str = "pack-made", *, count: int | None = None, far: bool = False) -> Path:
        """Write pack and index and return the pack's path. `far`: each offset stands in the table of 8-byte ones."""
        folder.mkdir(parents=True, exist_ok=True)
        total = len(self.made) if count is None else count
        pack = b"PACK\0\0\0\2" + total.to_bytes(4, "big") + b"".join(entry.data for entry in self.made)
        pack += sha1(pack).digest()
        path = folder / f"{name}.pack"
        path.write_bytes(pack)
        path.with_suffix(".idx").write_bytes(index_of(self.made, pack[-20:], far=far))
        return path


def index_of(made: Sequence[Made], checksum: bytes, *, far: bool = False) -> bytes:
    """Return the index, version 2, of these entries in a pack that ends with this checksum."""
    rows = sorted(made, key=lambda entry: entry.oid)
    firsts = [int(entry.oid[:2], 16) for entry in rows]
    fanout = b"".join(sum(first <= byte for first in firsts).to_bytes(4, "big") for byte in range(256))
    offsets = [_FAR + place if far else entry.offset for place, entry in enumerate(rows)]
    return sealed(
        b"\xfftOc\0\0\0\2"
        + fanout
        + b"".join(bytes.fromhex(entry.oid) for entry in rows)
        + b"".join(zlib.crc32(entry.data).to_bytes(4, "big") for entry in rows)
        + b"".join(offset.to_bytes(4, "big") for offset in offsets)
        + (b"".join(entry.offset.to_bytes(8, "big") for entry in rows) if far else b"")
        + checksum
    )


def sealed(data: bytes) -> bytes:
    """Return the data with its checksum behind it."""
    return data + sha1(data).digest()
