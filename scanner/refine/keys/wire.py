"""Strings as SSH writes them: four bytes of length, most significant first, and the content (RFC 4251)."""

from __future__ import annotations

from scanner.refine.keys import KeyFormatError


def string(data: bytes, at: int) -> tuple[bytes, int]:
    """Return the string that begins at `at`, and where the next one does. Raises KeyFormatError."""
    start = at + 4
    stop = start + int.from_bytes(data[at:start], "big")
    if start > len(data) or stop > len(data):
        raise KeyFormatError
    return data[start:stop], stop


def packed(*strings: bytes) -> bytes:
    return b"".join(len(text).to_bytes(4, "big") + text for text in strings)
