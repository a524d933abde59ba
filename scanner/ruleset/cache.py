"""A small file store in the user's cache folder: sections of bytes under a key, believed only when whole and ours.

No pickle. A file that is corrupt, half written, of another key, or that someone else could have written counts as
absent. A folder that cannot be written is no error: the next run just has to compute again.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

_MAGIC: Final = b"redhanded cache 1\n"
_DIGEST: Final = 32


def digest(*parts: bytes) -> str:
    """Return 32 hex digits that name these parts, each with its length, in this order."""
    state = blake2b(digest_size=16)
    for part in parts:
        state.update(len(part).to_bytes(8, "little"))
        state.update(part)
    return state.hexdigest()


def load(folder: str, key: str) -> list[bytes] | None:
    """Return the sections stored under the key, or None."""
    try:
        with open(os.path.join(folder, key), "rb") as file:
            if not _is_ours(os.fstat(file.fileno())):
                return None
            data = file.read()
    except OSError:
        return None
    return _sections(data, key)


def _is_ours(status: os.stat_result) -> bool:
    if not hasattr(os, "getuid"):
        return True
    return status.st_uid == os.getuid() and not status.st_mode & 0o022


def _sections(data: bytes, key: str) -> list[bytes] | None:
    head = _MAGIC + key.encode() + b"\n"
    body = data[len(head) + _DIGEST :]
    if not data.startswith(head) or blake2b(body, digest_size=_DIGEST).digest() != data[len(head) :][:_DIGEST]:
        return None
    sections, at = [], 0
    while at < len(body):
        size = int.from_bytes(body[at : at + 8], "little")
        sections.append(body[at + 8 : at + 8 + size])
        at += 8 + size
    return sections


def store(folder: str, key: str, sections: Sequence[bytes]) -> bool:
    """Write the sections under the key, all at once or not at all; say whether that went well."""
    body = b"".join(len(section).to_bytes(8, "little") + section for section in sections)
    checked = blake2b(body, digest_size=_DIGEST).digest()
    temporary = os.path.join(folder, f".{key}.{os.getpid()}")
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with open(descriptor, "wb") as file:
                file.write(_MAGIC + key.encode() + b"\n" + checked + body)
            os.replace(temporary, os.path.join(folder, key))
        except OSError:
            os.unlink(temporary)
            return False
    except OSError:
        return False
    return True
