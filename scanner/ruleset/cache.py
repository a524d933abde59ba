"""A small file store in the user's cache folder: bytes under a key, believed only when whole and ours.

No pickle. A file that is corrupt, half written, of another key, or that someone else could have written counts as
absent. A folder that cannot be written is no error: the next run just has to compute again. What is not used for long
is removed by scanner.ruleset.tidy.
"""

from __future__ import annotations

import os
from time import time
from zlib import crc32

try:
    from _blake2 import blake2b  # hashlib itself loads OpenSSL, 3 ms for nothing
except ImportError:
    from hashlib import blake2b

_MAGIC = b"redhanded cache 2\n"
_DAY = 86_400  # seconds


def digest(*parts: bytes) -> str:
    """Return 32 hex digits that name these parts, each with its length, in this order."""
    state = blake2b(digest_size=16)
    for part in parts:
        state.update(len(part).to_bytes(8, "little"))
        state.update(part)
    return state.hexdigest()


def load(folder: str, key: str) -> bytes | None:
    """Return what is stored under the key, or None."""
    head = _head(key)
    try:
        # O_NONBLOCK: a FIFO in the file's place must not hang the hook.
        descriptor = os.open(os.path.join(folder, key), os.O_RDONLY | _flag("O_NONBLOCK") | _flag("O_BINARY"))
        with open(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not _is_ours(status) or file.read(len(head)) != head:
                return None
            check, data = file.read(4), file.read()
            _note_use(descriptor, status)
    except OSError:
        return None
    return data if check == crc32(data).to_bytes(4, "little") else None


def stamp(folder: str, key: str) -> tuple[int, ...]:
    """Return what tells that the file under the key is the same as before: whose it is, its mode, its inode, its size
    and its times; nothing when there is none.
    """
    try:
        status = os.lstat(os.path.join(folder, key))
    except OSError:
        return ()
    return status.st_uid, status.st_mode, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _head(key: str) -> bytes:
    return _MAGIC + key.encode() + b"\n"


def _is_ours(status: os.stat_result) -> bool:
    if not hasattr(os, "getuid"):
        return True
    return status.st_uid == os.getuid() and not status.st_mode & 0o022


def _note_use(descriptor: int, status: os.stat_result) -> None:
    """Let the file's time say, to the day, when it was last used: what nobody uses is removed some day."""
    if os.utime in os.supports_fd and time() - status.st_mtime > _DAY:
        try:  # noqa: SIM105 contextlib is not for the hook path
            os.utime(descriptor)
        except OSError:
            pass  # a cache that is not to be written to


def store(folder: str, key: str, data: bytes) -> bool:
    """Write the data under the key, all at once or not at all; say whether that went well."""
    # The name is random: process ids are the same in every container that shares a home.
    temporary = os.path.join(folder, f".{key}.{os.urandom(8).hex()}")
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _flag("O_BINARY"), 0o600)
    except OSError:
        return False
    try:
        with open(descriptor, "wb") as file:
            file.write(_head(key) + crc32(data).to_bytes(4, "little") + data)
        os.replace(temporary, os.path.join(folder, key))
    except OSError:
        _remove(temporary)
        return False
    except BaseException:  # Ctrl-C
        _remove(temporary)
        raise
    return True


def _remove(path: str) -> None:
    try:  # noqa: SIM105 contextlib is not for the hook path
        os.unlink(path)
    except OSError:
        pass  # the whole folder has gone, or has become read-only


def _flag(name: str) -> int:
    return int(getattr(os, name, 0))  # not every system has each
