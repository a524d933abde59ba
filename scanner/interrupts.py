"""Ctrl-C, held back where it must not strike: between the start of a process and the note that it runs, say.

Imported on every commit, so it imports next to nothing.
"""

from __future__ import annotations

import signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType


class Held:
    """A context in which Ctrl-C waits; what is done in it must be short. In other threads, where none comes, nothing.

    A signal mask would not do: with other threads about (numpy brings some), the system hands the signal to one of
    those, and Python still raises KeyboardInterrupt in the main one.
    """

    __slots__ = ("_before", "_came")

    def __enter__(self) -> None:
        self._came = False
        self._before = signal.getsignal(signal.SIGINT)
        if callable(self._before):
            try:
                signal.signal(signal.SIGINT, self._note)
            except ValueError:  # not the main thread
                self._before = None

    def __exit__(self, *error: object) -> None:
        if callable(self._before):
            signal.signal(signal.SIGINT, self._before)
            if self._came:
                self._before(signal.SIGINT, None)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._came = True
