"""Which names a tree has that its base has not, from the delta alone.

A tree is a row of entries: mode, space, name, NUL, and an id of 20 bytes that may hold anything, so a name cannot be
told from an id without knowing where its entry begins. That is known of the base; it is followed through the delta.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import Final

from scanner.git.pack.delta import apply_delta
from scanner.git.pack.index import PackError

_ID: Final = 20
_ENTRY: Final = {
    width: re.compile(rb"[^ \0]* [^\0]*\0.{%d}" % width, re.DOTALL)
    for width in (_ID, 32)  # SHA-1 and SHA-256
}
_EXPLICIT: Final = -1


class Folder:
    """A tree, whose content may be put off: as long as `delta` is there, `content` is that of its base, which has the
    same names in the same places. `ends` tells where each entry ends; worked out when first asked for.
    """

    __slots__ = ("_base", "_delta", "_ends", "content")

    def __init__(self, content: bytes, base: Folder | None = None, delta: bytes = b"") -> None:
        self.content = content
        self._base = base
        self._delta = delta
        self._ends = base.ends if base else None

    def true(self) -> bytes:
        """Return the content, ids and all. Raises PackError."""
        chain = []
        folder = self
        while folder._base:
            chain.append(folder._delta)
            folder = folder._base
        self.content = functools.reduce(apply_delta, reversed(chain), folder.content)
        self._base = None
        return self.content

    @property
    def ends(self) -> list[int]:
        if self._ends is None:
            self._ends = list(accumulate(map(len, entries(self.content))))
        return self._ends

    def state(self, at: int) -> tuple[int, bytes]:
        """Return how many bytes of an id are left at this place; or, with 0, what the entry has before it."""
        ends = self.ends
        number = bisect_left(ends, at)
        if at and number < len(ends) and (left := ends[number] - at) <= _ID:
            return left, b""
        return 0, self.content[ends[number - 1] if number else 0 : at]

    def has_names_of(self, piece: bytes, at: int) -> bool:
        """Whether the piece, put in at this place instead of what is there, would change nothing but ids."""
        ends, content = self.ends, self.content
        stop = at + len(piece)
        if stop > len(content):
            return False
        number, start = bisect_right(ends, at), at
        while start < stop:
            id_ = ends[number] - _ID
            if start < id_ and piece[start - at : id_ - at] != content[start : min(id_, stop)]:
                return False
            start = ends[number]
            number += 1
        return True


def entries(content: bytes, width: int = _ID) -> list[bytes]:
    """Return the entries of a tree with ids of so many bytes. Raises PackError for what is no tree."""
    found = _ENTRY[width].findall(content)
    if sum(map(len, found)) != len(content):
        raise PackError("it is no well-formed folder")
    return found


def names(content: bytes, width: int = _ID) -> set[bytes]:
    """Return the names in a tree, each behind its mode and a space. Raises PackError for what is no tree."""
    return {entry[: -width - 1] for entry in entries(content, width)}


def changed(delta: bytes, at: int, base: Folder) -> tuple[set[bytes], bool]:
    """Return the names that the delta inserts, as `names` does, and whether entries have moved. `at` is where its
    operations begin.

    Raises PackError (or IndexError) when the delta is damaged, or makes names out of pieces of others.
    """
    end = len(delta)
    place = 0  # in the base, where an entry is as far as the result's is; or _EXPLICIT
    left, begun = 0, b""  # then this is how far it is
    found: set[bytes] = set()
    has_moved = False
    while at < end:
        if delta[at] & 128:
            at, offset, size = _copy(delta, at)
            if offset != place:
                state = base.state(place) if place >= 0 else (left, begun)
                if state != base.state(offset):
                    raise PackError("its delta makes a name out of pieces")
                has_moved = True
            place = offset + size
            continue
        at, inserted = _inserted(delta, at)
        if place >= 0:
            if base.has_names_of(inserted, place):
                place += len(inserted)
                continue
            left, begun = base.state(place)
        place, has_moved = _EXPLICIT, True
        left, begun = _follow(left, begun, inserted, found)
    return found, has_moved or place != len(base.content)


def _follow(left: int, begun: bytes, inserted: bytes, found: set[bytes]) -> tuple[int, bytes]:
    """Read on through what is inserted; add the names that end in it, and return how far the last entry is."""
    if len(inserted) <= left:
        return left - len(inserted), b""
    data = begun + inserted[left:]
    whole = _ENTRY[_ID].findall(data)
    rest = data[sum(map(len, whole)) :]
    if not data.startswith(b"".join(whole)):
        raise PackError("it is no well-formed folder")
    found.update([entry[: -_ID - 1] for entry in whole])
    name, end, id_ = rest.partition(b"\0")
    if not end:
        return 0, rest
    found.add(name)
    return _ID - len(id_), b""


def _inserted(delta: bytes, at: int) -> tuple[int, bytes]:
    """Return where the next copying begins, and all that is inserted before it."""
    end = at + 1 + delta[at]
    data = delta[at + 1 : end]
    while end < len(delta) and not delta[end] & 128:
        at, end = end, end + 1 + delta[end]
        data += delta[at + 1 : end]
    return end, data


def _copy(delta: bytes, at: int) -> tuple[int, int, int]:
    """Return where the operation after this one begins, and what is copied: offset and size."""
    operation = delta[at]
    at += 1
    offset = size = 0
    if operation & 1:
        offset, at = delta[at], at + 1
    if operation & 2:
        offset, at = offset | delta[at] << 8, at + 1
    if operation & 4:
        offset, at = offset | delta[at] << 16, at + 1
    if operation & 8:
        offset, at = offset | delta[at] << 24, at + 1
    if operation & 16:
        size, at = delta[at], at + 1
    if operation & 32:
        size, at = size | delta[at] << 8, at + 1
    if operation & 64:
        size, at = size | delta[at] << 16, at + 1
    return at, offset, size or 0x10000
