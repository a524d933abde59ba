"""A line on the terminal that tells how far a long scan has come; gone when it ends."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TextIO

from scanner.engine.batch import BatchResult

_PATIENCE: Final = 0.5  # seconds before the line appears: most scans are over by then
_EVERY: Final = 0.1  # seconds between two of its states
_CLEAR: Final = "\r\x1b[K"


class Progress:
    """Counts what comes in. `total` objects are expected, 0 when nobody knows."""

    def __init__(self, out: TextIO, total: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._out = out
        self._total = total
        self._clock = clock
        self._began = clock()
        self._shown = self._began + _PATIENCE - _EVERY
        self._is_visible = False
        self._objects = self._bytes = self._findings = 0

    def add(self, result: BatchResult) -> None:
        self._objects += result.scope
        self._bytes += result.bytes
        self._findings += len(result.findings)
        now = self._clock()
        if now - self._shown >= _EVERY:
            self._shown = now
            self._is_visible = True
            self._write(_CLEAR + self._line(now - self._began))

    def end(self) -> None:
        if self._is_visible:
            self._write(_CLEAR)

    def _line(self, seconds: float) -> str:
        of_all = f" of {self._total:,}" if self._total else ""
        found = f"{self._findings:,} finding{'s' * (self._findings != 1)}"
        parts = [f"{self._objects:,}{of_all} objects", f"{self._bytes / seconds / 1e6:,.0f} MB/s", found]
        if 0 < self._objects < self._total:
            parts.append(f"{_duration(seconds * (self._total - self._objects) / self._objects)} left")
        return ", ".join(parts)

    def _write(self, text: str) -> None:
        try:
            self._out.write(text)
            self._out.flush()
        except (OSError, ValueError):  # a terminal that has gone; what is found is no less for it
            self._is_visible = False


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
