"""Places in a text, put one after the other: to search many small ones takes no longer than one as large."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

_BETWEEN: Final = b"\n"


class Pieces:
    """`text` holds, one after the other, what stands in the places and so many bytes before each."""

    def __init__(self, data: bytes, places: Sequence[tuple[int, int]], before: int) -> None:
        parts: list[bytes] = []
        self._ends: list[int] = []
        self._shifts: list[int] = []  # from an offset in `text` to one in the data
        self._lows: list[int] = []
        size = 0
        for low, high in places:
            start = max(0, low - before)
            parts.append(data[start:high])
            self._lows.append(low)
            self._shifts.append(start - size)
            size += high - start
            self._ends.append(size)
            size += len(_BETWEEN)
        self.text = _BETWEEN.join(parts) if len(parts) > 1 else parts[0] if parts else b""

    def original(self, end: int) -> int:
        """Return where in the data stands what ends there in `text`; -1 when that is not one of the places."""
        number = bisect_left(self._ends, end)
        at = end + self._shifts[number]
        return at if at >= self._lows[number] else -1
