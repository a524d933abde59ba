"""How much processor time something takes, for next to nothing: asking the system for it costs as much as a search."""

from __future__ import annotations

from time import perf_counter, process_time
from typing import Final

_UNSEEN: Final = 0.25  # seconds; before so much time has passed on the wall, less than that was spent


class Stopwatch:
    """Runs from when it is made."""

    def __init__(self) -> None:
        self._began = perf_counter()
        self._base: float | None = None

    def spent(self) -> float:
        """Return the seconds of processor time since; too few by 0.25 at most in all, and 0 at first."""
        if self._base is None:
            if perf_counter() - self._began < _UNSEEN:
                return 0.0
            self._base = process_time() - _UNSEEN
        return process_time() - self._base
