"""Tokens that hold something within: JSON, a text, a record. What is there as its vendor writes it is no accident.

Each function takes the whole secret and tells whether it is so. None of them raises.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from typing import Final

_LONGEST: Final = 16_384  # bytes; no token here has a tenth of that
_PRINTED: Final = re.compile(rb"[ -~]{24,}")  # by chance once in 10^10
_DATA_CENTER: Final = re.compile(rb"\d{12}:(?s:.){20}")
_USER_ID: Final = re.compile(rb"\d{17,20}")

# Macaroons of version 2 (libmacaroons, doc/format.txt): a version, then packets of a type, a length and content.
_END, _LOCATION, _IDENTIFIER, _VERIFIER, _SIGNATURE = 0, 1, 2, 4, 6
_SIGNATURE_BYTES: Final = 32


def _decoded(text: bytes) -> bytes:
    """Return what base64 of either alphabet, padded or not, stands for; empty when it is none."""
    text = text.rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
    if len(text) > _LONGEST:
        return b""
    try:
        return b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except ValueError:
        return b""


def _keys(text: bytes) -> frozenset[str]:
    """Return the keys of the JSON object in base64, of those that have a value."""
    try:
        found = json.loads(_decoded(text))
    except (ValueError, RecursionError):
        return frozenset()
    return frozenset(key for key in found if found[key]) if isinstance(found, dict) else frozenset()


def sentry_org(secret: bytes) -> bool:
    """`sntrys_`, JSON with the time and the organisation, `_`, a secret: as Sentry's server writes and reads it."""
    payload = secret.removeprefix(b"sntrys_").rpartition(b"_")[0]
    return {"iat", "org"} <= _keys(payload)


def grafana_cloud(secret: bytes) -> bool:
    """`glc_` and JSON with organisation, name and key."""
    return {"o", "n", "k"} <= _keys(secret.removeprefix(b"glc_"))


def grafana_api_key(secret: bytes) -> bool:
    """JSON with key, name and organisation; Grafana's server refuses anything else."""
    return {"k", "n", "id"} <= _keys(secret)


def onepassword(secret: bytes) -> bool:
    """`ops_` and JSON with what a device needs to sign in."""
    return {"signInAddress", "email", "secretKey"} <= _keys(secret.removeprefix(b"ops_"))


def mapbox(secret: bytes) -> bool:
    """`sk.`, JSON with user and id, a dot, a signature."""
    parts = secret.split(b".")
    return len(parts) == 3 and {"u", "a"} <= _keys(parts[1])


def base64_text(secret: bytes) -> bool:
    """A prefix that ends in `_` or `-`, or Amazon's `ABSK`, and base64 of plain text."""
    text = re.split(rb"[_-]", secret)[-1].removeprefix(b"ABSK")
    return bool(_PRINTED.fullmatch(_decoded(text)))


def atlassian_data_center(secret: bytes) -> bool:
    """Base64 of twelve digits, a colon and 20 bytes, perhaps after `BBDC-`."""
    return bool(_DATA_CENTER.fullmatch(_decoded(secret.removeprefix(b"BBDC-"))))


def discord_bot(secret: bytes) -> bool:
    """Base64 of the bot's number, a dot, the time, a dot, a signature."""
    return bool(_USER_ID.fullmatch(_decoded(secret.partition(b".")[0])))


def macaroon(secret: bytes) -> bool:
    """A prefix that ends in a hyphen, and a macaroon: where it is for, an identifier, conditions, a signature."""
    data = _decoded(secret.partition(b"-")[2])
    if data[:1] != b"\2":
        return False
    kinds: list[int] = []
    at = 1
    while at < len(data) and len(kinds) < 200:
        kind, at = data[at], at + 1
        kinds.append(kind)
        if kind == _END:
            continue
        length, at = _number(data, at)
        if kind not in (_LOCATION, _IDENTIFIER, _VERIFIER, _SIGNATURE) or length > len(data) - at:
            return False
        if kind == _SIGNATURE:
            in_order = kinds[:3] == [_LOCATION, _IDENTIFIER, _END] and kinds[-2:] == [_END, _SIGNATURE]
            return in_order and length == len(data) - at == _SIGNATURE_BYTES
        at += length
    return False


def _number(data: bytes, at: int) -> tuple[int, int]:
    """Return the number of variable length (seven bits a byte, the least significant first) at `at`, and its end."""
    number = 0
    for place, byte in enumerate(data[at : at + 4]):
        number |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return number, at + place + 1
    return len(data), at
