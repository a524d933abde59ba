"""Whether the bytes of a pack are still those that its index was made for."""

from __future__ import annotations

from itertools import pairwise
from zlib import crc32

from scanner.git.pack.pack import Pack


def is_intact(pack: Pack) -> bool:
    """Whether the checksum of every entry holds: what reading would ask first, in a fraction of the time."""
    with memoryview(pack.data) as data:
        places = pairwise(pack.index.offsets.tolist())
        checksums = pack.index.checksums.tolist()
        return all(crc32(data[low:high]) == check for (low, high), check in zip(places, checksums, strict=True))
