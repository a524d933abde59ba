"""Finds again what another scanner has kept as a hash only.

Scanners disagree on where a secret begins and ends. So the pieces of the line between two marks are tried that hold all
of what we have found, or most of it; a smaller piece could be a word that many secrets have. Values are read here,
compared and forgotten: they are never printed and never written.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator
from typing import Final

_MARK: Final = re.compile(rb"[\s\"'`=:,;@/()\[\]{}<>|&?\\-]")
_HEADER: Final = re.compile(rb"BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?")
_FAR: Final = 2_000  # bytes on each side of the secret
_NEAR: Final = 40  # marks that are tried on each side, and within

Digests = Collection[str]


def pieces(data: bytes, start: int, end: int) -> Iterator[bytes]:
    """Yield the pieces of the text that stand for the span; the span itself first."""
    yield data[start:end]
    begin, finish = _line(data, start, end)
    stop = min(end, finish)
    marks = [mark.start() for mark in _MARK.finditer(data, begin, finish)]
    within = [at for at in marks if start <= at < stop]
    within = within if len(within) <= _NEAR else []
    starts = [begin, *([at + 1 for at in marks if at < start][-_NEAR:]), start, *(at + 1 for at in within)]
    ends = [*within, stop, *([at for at in marks if at >= stop][:_NEAR]), finish]
    for left in starts:
        for right in ends:
            if left < right and _stands_for(data, left, right, start, end):
                yield data[left:right]


def _line(data: bytes, start: int, end: int) -> tuple[int, int]:
    newline = data.find(b"\n", start)
    finish = min(len(data) if newline < 0 else newline, max(end, start) + _FAR)
    return max(data.rfind(b"\n", 0, start) + 1, start - _FAR), finish


def _stands_for(data: bytes, left: int, right: int, start: int, end: int) -> bool:
    if left <= start and right >= end:
        return True
    if left < start or right > end:
        return False
    is_password = b"://" in data[start:left] and data[left - 1 : left] == b":" and data[right : right + 1] == b"@"
    return is_password or 2 * (right - left) >= end - start


def found_in(data: bytes, start: int, end: int, algorithm: str, digests: Digests) -> set[str]:
    """Return those of the digests that a piece of the text has. `algorithm` is `sha1` or `sha256`."""
    hashes = (
        hashlib.new(algorithm, piece.strip(), usedforsecurity=False).hexdigest() for piece in pieces(data, start, end)
    )
    return {digest for digest in hashes if digest in digests}


def header_of(data: bytes, start: int, end: int, algorithm: str, digests: Digests) -> set[str]:
    """Return those of the digests that the header of a private key has: some scanners take that for the secret, and it
    is the same for all keys.
    """
    begin, finish = _line(data, start, end)
    match = _HEADER.search(data, begin, finish)
    digest = hashlib.new(algorithm, match[0], usedforsecurity=False).hexdigest() if match else ""
    return {digest} & set(digests)


def holds(data: bytes, start: int, end: int, value: bytes) -> bool:
    """Return whether one of the pieces is this value."""
    return any(piece.strip() == value for piece in pieces(data, start, end))
