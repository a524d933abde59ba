"""The format of ssh-keygen, `openssh-key-v1` (openssh-portable, PROTOCOL.key)."""

from __future__ import annotations

from typing import Final

from scanner.refine.keys import KeyFormatError, State
from scanner.refine.keys.wire import string

MAGIC: Final = b"openssh-key-v1\0"
_BLOCK: Final = 8  # bytes to which an unencrypted private part is filled up
# Fields between the type of a key and its comment.
_FIELDS: Final = {b"ssh-rsa": 6, b"ssh-dss": 5, b"ssh-ed25519": 2, b"ecdsa-sha2-": 3}


def parse(data: bytes) -> State:
    try:
        return _parse(data)
    except KeyFormatError:
        return "broken"


def _parse(data: bytes) -> State:
    if not data.startswith(MAGIC):
        raise KeyFormatError
    cipher, at = string(data, len(MAGIC))
    kdf, at = string(data, at)
    if cipher != b"none" and kdf != b"none":
        return "encrypted"  # whole or not, it opens nothing without the passphrase
    options, at = string(data, at)
    if (cipher, kdf, options) != (b"none", b"none", b""):
        raise KeyFormatError
    if data[at : at + 4] != b"\0\0\0\1":  # the number of keys, of which ssh-keygen only ever writes one
        raise KeyFormatError
    public, at = string(data, at + 4)
    private, at = string(data, at)
    if at != len(data) or len(private) % _BLOCK:
        raise KeyFormatError
    kind, _ = string(public, 0)
    return _private(private, kind)


def _private(private: bytes, kind: bytes) -> State:
    """The section that a passphrase would encrypt: the same number twice, the key, its comment, and filling."""
    if len(private) < 8 or private[:4] != private[4:8]:
        raise KeyFormatError
    own_kind, at = string(private, 8)
    if own_kind != kind or not kind:
        raise KeyFormatError
    if kind.startswith(b"sk-"):
        return "elsewhere"
    fields = next((count for name, count in _FIELDS.items() if kind.startswith(name)), None)
    if fields is None:  # a kind of key that is newer than this list
        return "open"
    for _ in range(fields):
        field, at = string(private, at)
        if not field:
            raise KeyFormatError
    _, at = string(private, at)
    filling = private[at:]
    if len(filling) >= _BLOCK or filling != bytes(range(1, len(filling) + 1)):
        raise KeyFormatError
    return "open"
