"""Single keys and lines from a terminal, which is left as it was found, whatever happens.

The terminal gives single keys only while one is waited for; so whatever else goes wrong leaves it as it should be.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO, Final, TextIO

ESCAPE: Final = "\x1b"
_END: Final = ("", "\x04", "\0")  # the terminal has gone; Ctrl-D; the same, come before keys came singly
_MOMENT: Final = 0.2  # s


class Keyboard:
    """`single` is false when the terminal gives whole lines only; then a key is the first letter of a line."""

    def __init__(self, stdin: BinaryIO, out: TextIO, encoding: str) -> None:
        self._stdin = stdin
        self._out = out
        self._encoding = encoding
        self.single = _can_be_raw(stdin.fileno())

    def key(self) -> str:
        """Return one key in lower case, ESCAPE for those that send more than one character, "" at the end of input."""
        if not self.single:
            line = self.line()
            return "" if line is None else (line.strip()[:1].lower() or "\n")
        got = _raw_key(self._stdin.fileno())
        self._out.write(f"{got if got.isalnum() or got == '?' else ''}\n")
        return "" if got in _END else got.lower()

    def line(self) -> str | None:
        """Return a line without its end, None at the end of input. What its encoding does not have is U+FFFD."""
        self._out.flush()
        try:
            _wait(self._stdin.fileno())
            got = os.read(self._stdin.fileno(), 1 << 16)
        except OSError:
            return None
        return got.decode(self._encoding, "replace").rstrip("\r\n") if got else None

    @contextmanager
    def steady(self) -> Iterator[None]:
        """A context after which the terminal is as before, whatever another program has done to it."""
        if sys.platform == "win32" or not self.single:
            yield
            return
        import termios

        before = termios.tcgetattr(self._stdin.fileno())
        try:
            yield
        finally:
            with suppress(termios.error):
                termios.tcsetattr(self._stdin.fileno(), termios.TCSADRAIN, before)


if sys.platform == "win32":

    def _wait(descriptor: int) -> None:
        """A console is read at once: there is nothing to ask whether a key has come."""

    def _can_be_raw(descriptor: int) -> bool:
        return True

    def _raw_key(descriptor: int) -> str:
        import msvcrt

        got = msvcrt.getwch()
        if got == "\x03":
            raise KeyboardInterrupt
        if got in "\x00\xe0":
            msvcrt.getwch()
            return ESCAPE
        return got

else:

    def _wait(descriptor: int) -> None:
        """Wait until there is something to read.

        A signal that comes between Python's last look for one and the start of a read is noticed only when the read
        ends; so Ctrl-C at that moment would do nothing. Here it is noticed a moment later.
        """
        import select

        while not select.select([descriptor], [], [], _MOMENT)[0]:
            pass

    def _can_be_raw(descriptor: int) -> bool:
        try:
            import termios
        except ImportError:
            return False
        try:
            termios.tcgetattr(descriptor)
        except termios.error:
            return False
        return True

    def _raw_key(descriptor: int) -> str:
        with _raw(descriptor):
            try:
                _wait(descriptor)
                got = os.read(descriptor, 1)
            except OSError:  # the terminal has been closed
                return ""
            if got == b"\x1b" or got >= b"\x80":
                _drain(descriptor)
                return ESCAPE
            return got.decode("ascii")

    def _drain(descriptor: int) -> None:
        """Read away what comes at once: the rest of an arrow key, say, none of which is a decision."""
        import select

        while select.select([descriptor], [], [], 0.02)[0]:
            if not os.read(descriptor, 64):
                return

    @contextmanager
    def _raw(descriptor: int) -> Iterator[None]:
        """A context in which keys come one by one, without an echo. Ctrl-C and the other signals stay what they are."""
        import termios

        before = termios.tcgetattr(descriptor)
        wanted = termios.tcgetattr(descriptor)
        wanted[3] &= ~(termios.ICANON | termios.ECHO)
        wanted[6][termios.VMIN], wanted[6][termios.VTIME] = 1, 0

        def restore(number: int, frame: object) -> None:
            with suppress(termios.error):
                termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

        def again(number: int, frame: object) -> None:  # `fg`, after Ctrl-Z: the shell has set it as it likes
            with suppress(termios.error):
                termios.tcsetattr(descriptor, termios.TCSADRAIN, wanted)

        handlers = {signal.SIGTERM: restore, signal.SIGHUP: restore, signal.SIGCONT: again}
        old = {number: signal.getsignal(number) for number in handlers}
        try:
            for number, handler in handlers.items():
                if old[number] == signal.SIG_DFL:
                    signal.signal(number, handler)
            termios.tcsetattr(descriptor, termios.TCSADRAIN, wanted)
            yield
        finally:
            with suppress(termios.error):
                termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
            for number, previous in old.items():
                if previous == signal.SIG_DFL:
                    signal.signal(number, previous)
