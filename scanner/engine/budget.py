"""How much of what stands encoded in a content is worth decoding."""

from __future__ import annotations

from functools import cached_property
from typing import Final

from scanner.decode.member import Allowance
from scanner.model import Span

_RATIO: Final = 10  # bytes decoded for each of the content
_LEAST: Final = 1 << 20
_MOST: Final = 256 << 20
_MEMBERS: Final = 1_000  # of archives that stand encoded


class Budget:
    """How much may still be decoded of a content of this size. `exceeded` says that there was more. `claimed` are the
    places for which what is decoded there stands.
    """

    def __init__(self, size: int) -> None:
        self._left = min(_MOST, max(_LEAST, size * _RATIO))
        self._size = size
        self.exceeded = False
        self.claimed: list[Span] = []

    @cached_property
    def allowance(self) -> Allowance:
        return Allowance(self._size, _MOST, _MEMBERS)

    def takes(self, size: int) -> bool:
        self._left -= size
        return self._left >= 0
