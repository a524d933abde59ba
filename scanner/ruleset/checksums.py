"""Check characters that vendors put into their tokens, computed offline.

Most stand at the end of the secret and are computed from what stands before them, so the same function makes examples
and judges findings. `certain` ones are documented by their vendor or were recomputed on public sample tokens: a token
that fails was never issued. The others can only raise a grade.
"""

from __future__ import annotations

from base64 import b32decode, b32encode, b64decode, b64encode
from collections.abc import Callable
from typing import Final, NamedTuple
from zlib import crc32

from scanner.ruleset import structures
from scanner.ruleset.bech32 import bech32_checksum
from scanner.ruleset.marvin import marvin32

_BASE62: Final = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE36: Final = b"0123456789abcdefghijklmnopqrstuvwxyz"


class Checksum(NamedTuple):
    """`length` check characters of `alphabet` (a name of the shape language) close the secret; 0 when they
    stand elsewhere.

    `compute` makes them from what stands before them; `verify` judges the whole secret, and has the last word where
    both are given. `inside`: it looks at what the token holds, not at check characters. `own_prefix`: it covers the
    prefix, before which an installation may put one of its own.
    """

    alphabet: str
    length: int
    compute: Callable[[bytes], bytes] | None = None
    verify: Callable[[bytes], bool] | None = None
    certain: bool = True
    inside: bool = False
    own_prefix: bool = False

    def holds(self, secret: bytes) -> bool:
        if self.verify is not None:
            return self.verify(secret)
        return self.compute is not None and self.compute(secret[: -self.length]) == secret[-self.length :]


def _digits(number: int, alphabet: bytes, length: int) -> bytes:
    """Return a number in the base of the alphabet, padded to `length` digits."""
    digits = bytearray()
    for _ in range(length):
        number, digit = divmod(number, len(alphabet))
        digits.append(alphabet[digit])
    return bytes(reversed(digits))


def _body(before: bytes) -> bytes:
    """What follows the prefix, which ends in the last underscore."""
    return before.rpartition(b"_")[2]


def _crc32_base62(before: bytes) -> bytes:
    """CRC32 of the body, base 62, padded with zeros to six digits (GitHub, npm, Vercel)."""
    return _digits(crc32(_body(before)), _BASE62, 6)


def _crc32_hex(before: bytes) -> bytes:
    """CRC32 of the body in lower-case hex (Cloudflare)."""
    return b"%08x" % crc32(_body(before))


def _crc32_hex_joined(before: bytes) -> bytes:
    """As `_crc32_hex`, with an underscore between body and checksum (Zuplo)."""
    return _crc32_hex(before[:-1])


def _crc32_hex_all(before: bytes) -> bytes:
    """CRC32 of everything before, prefix and `=` included, in upper-case hex (Atlassian, Bitbucket)."""
    return b"%08X" % crc32(before)


def _crc32_hex_swapped(before: bytes) -> bytes:
    """CRC32 of everything before the underscore, least significant byte first, in lower-case hex (Grafana)."""
    return crc32(before[:-1]).to_bytes(4, "little").hex().encode()


def _crc32_base64(before: bytes) -> bytes:
    """The first six base64 characters of the CRC32, least significant byte first, of what follows `cflt`
    (Confluent).
    """
    return b64encode(crc32(before[4:]).to_bytes(4, "little"))[:6]


def _gitlab_routable(before: bytes) -> bytes:
    """Two base-36 digits for the payload's length, seven for the CRC32 of all before them (GitLab, `.01.` form)."""
    payload = before.partition(b"-")[2].rpartition(b".01.")[0]
    length = _digits(len(payload), _BASE36, 2)
    return length + _digits(crc32(before + length), _BASE36, 7)


def _age(before: bytes) -> bytes:
    """Bech32 of an age identity (the age specification, `AGE-SECRET-KEY-1` and 58 characters of which 6 are
    the checksum).
    """
    prefix, _, data = before.lower().rpartition(b"1")
    return bech32_checksum(prefix, data).upper()


def _crc16(data: bytes) -> bytes:
    """CRC-16/XMODEM, least significant byte first."""
    crc = 0
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc.to_bytes(2, "little")


def _nkey(before: bytes) -> bytes:
    """The last four characters of a NATS nkey seed: the last bits of the key, zeros here, and the CRC-16 of all."""
    try:
        raw = b32decode(before + b"A" * (-len(before) % 8))[: -(-len(before) * 5 // 8)]
    except ValueError:  # not base32: nonsense gives nonsense
        return b"AAAA"
    return b32encode(raw + _crc16(raw)).rstrip(b"=")[-4:]


def _is_nkey(secret: bytes) -> bool:
    """Base32 of 36 bytes: two that say seed and whose, 32 of the key, the CRC-16 of those (nats-io/nkeys)."""
    try:
        raw = b32decode(secret + b"=" * (-len(secret) % 8))
    except ValueError:
        return False
    return len(raw) == 36 and _crc16(raw[:34]) == raw[34:] and b32encode(raw).rstrip(b"=") == secret


_AZURE_SEEDS: Final = (
    *(
        b"Default0",
        b"ACRDflt0",
        b"MastRW00",
        b"MastRO00",
        b"AbAcct00",
        b"PAdmin00",
        b"Query000",
        b"Access00",
        b"Classic0",
    ),
    *(
        b"Send0000",
        b"Listen00",
        b"Manage00",
        b"Functi00",
        b"Master00",
        b"System00",
        b"Tenant00",
        b"Gateway0",
        b"GitKey00",
    ),
    *(b"IoTHub00", b"Device00", b"DpsKey00"),
)


def _azure_key(secret: bytes) -> bool:
    """The last four bytes of an identifiable Azure key are the Marvin32 of the others, under the seed of its
    service.
    """
    text = secret.replace(b"-", b"+").replace(b"_", b"/")
    try:
        raw = b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except ValueError:
        return False
    return any(marvin32(raw[:-4], seed) == raw[-4:] for seed in _AZURE_SEEDS)


def _within(verify: Callable[[bytes], bool], certain: bool = False) -> Checksum:
    return Checksum("base64", 0, verify=verify, certain=certain, inside=True)


CHECKSUMS: Final[dict[str, Checksum]] = {
    "crc32-base62": Checksum("base62", 6, _crc32_base62),
    "crc32-base62-unconfirmed": Checksum("base62", 6, _crc32_base62, certain=False),
    "crc32-hex": Checksum("hex", 8, _crc32_hex),
    "crc32-hex-joined": Checksum("hex", 8, _crc32_hex_joined),
    "crc32-hex-all": Checksum("HEX", 8, _crc32_hex_all),
    "crc32-hex-swapped": Checksum("hex", 8, _crc32_hex_swapped),
    "crc32-base64": Checksum("base64", 6, _crc32_base64),
    "gitlab-routable": Checksum("base36", 9, _gitlab_routable, own_prefix=True),
    "age-bech32": Checksum("BECH32", 6, _age),
    "nats-crc16": Checksum("base32", 4, _nkey, _is_nkey),
    "azure-marvin32": Checksum("base64", 0, verify=_azure_key, certain=False),
    "sentry-json": _within(structures.sentry_org, certain=True),
    "grafana-key-json": _within(structures.grafana_api_key, certain=True),
    "grafana-cloud-json": _within(structures.grafana_cloud),
    "1password-json": _within(structures.onepassword),
    "mapbox-json": _within(structures.mapbox),
    "base64-text": _within(structures.base64_text),
    "atlassian-dc": _within(structures.atlassian_data_center),
    "discord-id": _within(structures.discord_bot),
    "macaroon": _within(structures.macaroon),
}
