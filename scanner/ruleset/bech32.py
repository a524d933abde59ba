"""The checksum of Bech32 (BIP 173), which age identities carry."""

from __future__ import annotations

from typing import Final

ALPHABET: Final = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def bech32_checksum(prefix: bytes, data: bytes) -> bytes:
    """Return the six check characters of lower-case `data` under a prefix; characters outside the alphabet
    give nonsense.
    """
    values = [c >> 5 for c in prefix] + [0] + [c & 31 for c in prefix] + [ALPHABET.find(c) & 31 for c in data]
    check = 1
    for value in values + [0] * 6:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATOR):
            if top >> bit & 1:
                check ^= generator
    check ^= 1
    return bytes(ALPHABET[check >> 5 * (5 - place) & 31] for place in range(6))
