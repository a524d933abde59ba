"""What an archive holds, and how much of it is worth unpacking."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple, Protocol

from scanner.stopwatch import Stopwatch

LARGEST: Final = 1 << 27  # bytes of a member
_RATIO: Final = 200  # bytes unpacked for each packed: text is packed to a tenth, bombs to a thousandth
_SECONDS: Final = 60.0  # of processor time, besides what the packed size adds; what was unpacked is scanned meanwhile
_SECONDS_PER_BYTE: Final = 2e-6


class Member(NamedTuple):
    """A file in an archive; a compressed file has one, without a name."""

    name: bytes
    data: bytes


class Unread(NamedTuple):
    """A member, or all of an archive (without a name), that was not read. `is_limit`: it was too much."""

    name: bytes
    detail: str
    is_limit: bool = False


class TooMuchError(Exception):
    """Unpacking would give more than it is worth."""


class Stream(Protocol):
    def read1(self, size: int, /) -> bytes: ...


class Allowance:
    """How much may still be unpacked: bytes, and members. Shared by all archives within one another."""

    def __init__(self, size: int, most: int, members: int) -> None:
        self._bytes = min(most, max(1 << 24, size * _RATIO))
        self._members = members
        self._seconds = _SECONDS + size * _SECONDS_PER_BYTE
        self._watch = Stopwatch()

    @property
    def is_late(self) -> bool:
        return self._watch.spent() > self._seconds

    def take(self, size: int) -> None:
        """Count these bytes. Raises TooMuchError."""
        self._bytes -= size
        if self._bytes < 0:
            raise TooMuchError("it unpacks to more than is worth reading")
        if self.is_late:
            raise TooMuchError("it takes too long to unpack")

    def begin(self) -> None:
        """Count a member. Raises TooMuchError."""
        self.take(0)
        self._members -= 1
        if self._members < 0:
            raise TooMuchError("it has more members than are worth reading")


Found = Iterator[Member | Unread]
Opener = Callable[[bytes, Allowance], Found]
