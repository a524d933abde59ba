"""Check characters that vendors put into their tokens, computed offline.

Each entry computes the check characters from the part of the secret that stands before them. Sources of the facts
are named where they are used, in the rules.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple
from zlib import crc32

_BASE62: Final = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class Checksum(NamedTuple):
    """`length` check characters of `alphabet` (a class of the shape language) close the secret."""

    alphabet: str
    length: int
    compute: Callable[[bytes], bytes]

    def holds(self, secret: bytes) -> bool:
        return self.compute(secret[: -self.length]) == secret[-self.length :]


def _crc32_base62(before: bytes) -> bytes:
    """CRC32 of what follows the first underscore, in base 62, padded with zeros to six digits (GitHub, npm)."""
    body = before.partition(b"_")[2]
    number, digits = crc32(body), bytearray()
    for _ in range(6):
        number, digit = divmod(number, 62)
        digits.append(_BASE62[digit])
    return bytes(reversed(digits))


CHECKSUMS: Final[dict[str, Checksum]] = {
    "crc32-base62": Checksum("base62", 6, _crc32_base62),
}
