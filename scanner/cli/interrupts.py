"""What Ctrl-C does while a scan runs: the first ends the work, so that what was found is reported; the second ends all.

No process is left behind by either.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from types import FrameType
from typing import Final

from scanner.errors import INTERRUPTED
from scanner.git.command import Git

# Seconds in which a second one is the first one's echo: a terminal sends Ctrl-C to everybody in front of it, and a
# program that runs another (make, npm, a supervisor) often hands its own on.
_ECHO: Final = 0.2
_TWICE: Final = b"\nredhanded: interrupted twice; left at once, without a whole report\n"


class Interrupts:
    """A context manager. `came` says how often Ctrl-C did; `git` is what to end with it.

    The first raises KeyboardInterrupt, unless `reporting` is set: then the report is finished. What comes at once after
    it is the same press. Where Ctrl-C is not for this process (a job in the background), that stays so.
    """

    def __init__(self, git: Git | None) -> None:
        self.came = 0
        self.reporting = False
        self._git = git
        self._first = 0.0
        self._before = signal.getsignal(signal.SIGINT)

    def __enter__(self) -> Interrupts:
        if callable(self._before):
            signal.signal(signal.SIGINT, self._come)
        return self

    def __exit__(self, *error: object) -> None:
        if callable(self._before):
            signal.signal(signal.SIGINT, signal.SIG_IGN if self.came else self._before)  # the end is near

    def _come(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if self.came and now - self._first < _ECHO:
            return
        self._first = self._first or now
        self.came += 1
        if self._git:
            self._git.stop()
        if self.came > 1:
            _leave()
        if not self.reporting:
            raise KeyboardInterrupt


def _leave() -> None:
    """End now, whatever is being done. The workers first, as they would not notice before their work is done."""
    if "multiprocessing" in sys.modules:
        import multiprocessing

        from scanner.children import end

        for child in multiprocessing.active_children():
            end(child)
    try:
        os.write(2, _TWICE)
    finally:
        os._exit(INTERRUPTED)
