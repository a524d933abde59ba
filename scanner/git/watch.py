"""An end to waiting for a git that hangs: one that says nothing for too long is ended.

Not every system can limit what a process uses up; and one that waits, for a disk or for a pipe in a file's place, uses
up nothing.
"""

from __future__ import annotations

import signal

from scanner.git.process import Process

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

PATIENCE = 600.0  # seconds; the largest objects take git less
_TICKS = 60


class _Waiting:
    """A context: its beginning is a sign of life."""

    __slots__ = ("is_on", "ticks")

    def __init__(self) -> None:
        self.is_on = False
        self.ticks = 0

    def __enter__(self) -> None:
        self.ticks = 0
        self.is_on = True

    def __exit__(self, *error: object) -> None:
        self.is_on = False


class Watch:
    """A context in which a process is ended when it is waited for, and says nothing, for `patience` seconds.

    `waiting` is a context in which it is waited for; call `hears` for every sign of life. Time in which both are
    stopped hardly counts: a timer ticks, and what it ticked meanwhile is one tick. Does nothing outside the main
    thread, and where there are no such timers (Windows).
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        self.patience = patience
        self.waiting = _Waiting()
        self.has_ended_it = False
        self._process: Process | None = None
        self._is_on = False

    def over(self, process: Process) -> Watch:
        self._process = process
        self.has_ended_it = False
        return self

    def hears(self) -> None:
        self.waiting.ticks = 0

    def __enter__(self) -> None:
        try:
            self._before = signal.signal(signal.SIGALRM, self._tick)
            signal.setitimer(signal.ITIMER_REAL, self.patience / _TICKS, self.patience / _TICKS)
            self._is_on = True
        except (AttributeError, ValueError):  # no such signal; not the main thread
            self._is_on = False

    def __exit__(self, *error: object) -> None:
        if self._is_on:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._before)

    def _tick(self, number: int, frame: FrameType | None) -> None:
        self.waiting.ticks += 1
        if self.waiting.is_on and self.waiting.ticks > _TICKS and self._process:
            self.has_ended_it = True
            self._process.kill()
