"""Secret keys of OpenPGP (RFC 9580, and RFC 4880 before it): armour, packets, and how the secret part is kept."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from scanner.refine.keys import MAX_BYTES, KeyFormatError, State
from scanner.refine.keys.text import base64_of

_SECRET_KEY: Final = 5
_SECRET_SUBKEY: Final = 7
_GNU: Final = 101  # GnuPG's kind of string-to-key: the secret is not here, or on a card
_NUMBERS: Final = {1: 2, 2: 2, 3: 2, 16: 3, 17: 4, 20: 3}  # algorithm -> numbers in its public part
_NATIVE: Final = {25: 32, 26: 56, 27: 32, 28: 57}  # X25519, X448, Ed25519, Ed448 -> bytes of its public part
_ECDH: Final = 18
_ON_CURVES: Final = (_ECDH, 19, 22)


def parse(found: list[bytes]) -> State:
    """Tell what the lines between the armour's first and last one hold."""
    try:
        has_sum = bool(found) and found[-1].startswith(b"=") and len(found[-1]) == 5
        data = base64_of(found[:-1] if has_sum else found)
        if has_sum and crc24(data).to_bytes(3, "big") != _sum(found[-1]):
            raise KeyFormatError
        return parse_packets(data)
    except KeyFormatError:
        return "broken"


def parse_packets(data: bytes) -> State:
    """Tell what a secret key in packets is: open when any part of it is."""
    try:
        packets = list(_packets(data))
        if not packets or packets[0][0] != _SECRET_KEY:
            raise KeyFormatError
        states = {_secret(body) for tag, body in packets if tag in (_SECRET_KEY, _SECRET_SUBKEY)}
    except (KeyFormatError, IndexError):
        return "broken"
    order: tuple[State, ...] = ("broken", "open", "encrypted", "elsewhere")
    return min(states, key=order.index)


def _sum(line: bytes) -> bytes:
    try:
        return b64decode(line[1:], validate=True)
    except ValueError:
        raise KeyFormatError from None


@lru_cache(maxsize=1)
def _crc24_table() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        crc = byte << 16
        for _ in range(8):
            crc = crc << 1 ^ (0x1864CFB if crc & 0x800000 else 0)
        table.append(crc & 0xFFFFFF)
    return tuple(table)


def crc24(data: bytes) -> int:
    table = _crc24_table()
    crc = 0xB704CE
    for byte in data:
        crc = (crc << 8 & 0xFFFFFF) ^ table[crc >> 16 ^ byte]
    return crc


def _packets(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield tag and body of each packet. Raises KeyFormatError, and IndexError where the data ends too early."""
    if len(data) > MAX_BYTES:
        raise KeyFormatError
    at = 0
    while at < len(data):
        head = data[at]
        if head & 0xC0 == 0xC0:
            tag, (length, start) = head & 0x3F, _new_length(data, at + 1)
        elif head & 0x80 and head & 3 != 3:
            size = 1 << (head & 3)
            tag, start = head >> 2 & 0x0F, at + 1 + size
            length = int.from_bytes(data[at + 1 : start], "big")
        else:
            raise KeyFormatError
        at = start + length
        if at > len(data):
            raise KeyFormatError
        yield tag, data[start:at]


def _new_length(data: bytes, at: int) -> tuple[int, int]:
    """Return the length written at `at`, and where the body begins. Keys have no partial lengths."""
    first = data[at]
    if first < 192:
        return first, at + 1
    if first < 224:
        return (first - 192 << 8) + data[at + 1] + 192, at + 2
    if first == 255:
        return int.from_bytes(data[at + 1 : at + 5], "big"), at + 5
    raise KeyFormatError


def _secret(body: bytes) -> State:
    """Tell how the secret part of a key packet is kept. Raises KeyFormatError and IndexError."""
    version = body[0]
    if version not in (3, 4, 6):
        raise KeyFormatError
    at = 7 if version == 3 else 5
    algorithm = body[at]
    at = _public_end(body, at + (5 if version == 6 else 1), algorithm)
    usage, rest = body[at], body[at + 1 :]
    if usage == 0:
        if version == 6:
            return "open" if rest else "broken"
        return "open" if len(rest) > 2 and sum(rest[:-2]) & 0xFFFF == int.from_bytes(rest[-2:], "big") else "broken"
    if usage in (254, 255) and version != 6 and rest[1] == _GNU:
        return "elsewhere"
    return "encrypted"


def _public_end(body: bytes, at: int, algorithm: int) -> int:
    """Return where the public part of a key ends. Raises KeyFormatError for an unknown algorithm, and IndexError."""
    if algorithm in _NATIVE:
        return at + _NATIVE[algorithm]
    if algorithm in _ON_CURVES:
        at += 1 + body[at]  # the curve
    elif algorithm not in _NUMBERS:
        raise KeyFormatError
    for _ in range(_NUMBERS.get(algorithm, 1)):
        bits = body[at] << 8 | body[at + 1]
        at += 2 + (bits + 7) // 8
    return at + 1 + body[at] if algorithm == _ECDH else at
