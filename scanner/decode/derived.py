"""A text that stands encoded in another one, and the way back from its offsets to those of the other."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple, Protocol

from scanner.model import Span


class Way(Protocol):
    """Leads from a span of the decoded bytes to that of the encoded ones, in the text that holds them."""

    def back(self, span: Span) -> Span: ...


class Claim(Enum):
    """When what is decoded stands for the encoded text, so that nobody judges that by its own looks."""

    NEVER = 0
    MATCHED = 1  # when anything in it looked like a secret, and be it none
    ALWAYS = 2


class Derived(NamedTuple):
    """What `region` of a text holds, decoded. `via` names the encoding, `at` the place in a document, if any."""

    data: bytes
    via: str
    region: Span
    way: Way
    at: str = ""
    claim: Claim = Claim.NEVER


class Piece(NamedTuple):
    """A run of decoded bytes from `start` on, and where it stands encoded. `width` is the length of an escape that
    stands for it; 0 when it stands there byte by byte.
    """

    start: int
    source: int
    width: int = 0


class Pieces:
    """The way back through escapes, each of them a piece, with plain runs between them. `size`: of what is decoded."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = pieces
        self._starts = [piece.start for piece in pieces]

    def back(self, span: Span) -> Span:
        first, last = self._at(span.start), self._at(max(span.start, span.end - 1))
        low = first.source + (0 if first.width else span.start - first.start)
        high = last.source + (last.width or span.end - last.start)
        return Span(low, high)

    def _at(self, offset: int) -> Piece:
        return self._pieces[bisect_right(self._starts, offset) - 1]


class Digits:
    """The way back through digits of so many `bits`, written in runs: (number of the first digit, its offset)."""

    def __init__(self, bits: int, runs: Sequence[tuple[int, int]]) -> None:
        self._bits = bits
        self._runs = runs
        self._starts = [start for start, _ in runs]

    def back(self, span: Span) -> Span:
        first = span.start * 8 // self._bits
        last = -(-span.end * 8 // self._bits) - 1
        return Span(self._offset(first), self._offset(max(first, last)) + 1)

    def _offset(self, digit: int) -> int:
        start, offset = self._runs[bisect_right(self._starts, digit) - 1]
        return offset + digit - start


class Whole:
    """The way back from what has no places of its own there: a compressed text is all of what holds it."""

    def __init__(self, region: Span) -> None:
        self._region = region

    def back(self, span: Span) -> Span:
        return self._region


class Strides:
    """The way back from characters that are `width` bytes each, from `start` on."""

    def __init__(self, start: int, width: int) -> None:
        self._start = start
        self._width = width

    def back(self, span: Span) -> Span:
        return Span(self._start + span.start * self._width, self._start + span.end * self._width)


class Shifted:
    """The way back from a text of `size` bytes that something was put before and behind: its key, its quotes."""

    def __init__(self, before: int, size: int, way: Way) -> None:
        self._before = before
        self._size = size
        self._way = way

    def back(self, span: Span) -> Span:
        start, end = (min(max(0, offset - self._before), self._size) for offset in span)
        return self._way.back(Span(start, end))
