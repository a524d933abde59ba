"""Marvin32, the keyed checksum in Microsoft's identifiable keys (microsoft/security-utilities describes
where it stands).
"""

from __future__ import annotations

_MASK = 0xFFFFFFFF


def _rotate(value: int, bits: int) -> int:
    return (value << bits | value >> 32 - bits) & _MASK


def _mix(low: int, high: int) -> tuple[int, int]:
    high ^= low
    low = _rotate(low, 20)
    low = (low + high) & _MASK
    high = _rotate(high, 9)
    high ^= low
    low = _rotate(low, 27)
    low = (low + high) & _MASK
    return low, _rotate(high, 19)


def marvin32(data: bytes, seed: bytes) -> bytes:
    """Return the checksum's four bytes, least significant first. `seed` is eight ASCII characters, the first
    most significant.
    """
    number = int.from_bytes(seed, "big")
    low, high = number & _MASK, number >> 32
    whole = len(data) & ~3
    padded = data[whole:] + b"\x80" + bytes(3 - len(data[whole:]))
    for at in range(0, whole, 4):
        low = (low + int.from_bytes(data[at : at + 4], "little")) & _MASK
        low, high = _mix(low, high)
    low = (low + int.from_bytes(padded, "little")) & _MASK
    low, high = _mix(*_mix(low, high))
    return (low ^ high).to_bytes(4, "little")
