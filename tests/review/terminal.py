"""A real terminal for a command to run on: a pseudo-terminal, keys typed into it, and what it shows."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from pathlib import Path

from tests.support import token

PROMPT = "[q]uit > "


class Terminal:
    """`columns` wide. A command starts with `start`; `shows` waits for a text, and `type` sends keys."""

    def __init__(self, columns: int = 100, rows: int = 40) -> None:
        self._ours, self._theirs = pty.openpty()
        fcntl.ioctl(self._theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.before = termios.tcgetattr(self._theirs)
        self.raw = b""
        self._seen = 0
        self.child: subprocess.Popen[bytes] | None = None

    def start(self, *arguments: str, cwd: Path, env: Mapping[str, str] | None = None) -> None:
        def take_terminal() -> None:  # so that Ctrl-C is for the command
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self._seen = len(self.raw)
        self.child = subprocess.Popen(
            [sys.executable, "-m", "scanner", *arguments],
            cwd=cwd,
            env={**os.environ, "TERM": "xterm", **(env or {})},
            stdin=self._theirs,
            stdout=self._theirs,
            stderr=self._theirs,
            preexec_fn=take_terminal,
        )

    @property
    def text(self) -> str:
        return self.raw.decode("utf-8", "backslashreplace").replace("\r\n", "\n")

    def shows(self, wanted: str, seconds: float = 60) -> str:
        """Wait until the text is there, after what was waited for before; return what came up to its end."""
        sought = wanted.encode()
        end = time.monotonic() + seconds
        while (at := self.raw.find(sought, self._seen)) < 0:
            if time.monotonic() > end or not self._read(0.2):
                raise AssertionError(f"{wanted!r} does not come; there is:\n{self.text[self._seen :]}")
        told = self.raw[self._seen : at + len(sought)]
        self._seen = at + len(sought)
        return told.decode("utf-8", "backslashreplace").replace("\r\n", "\n")

    def _read(self, seconds: float) -> bool:
        """Return whether there may be more to come."""
        assert self.child is not None
        if not select.select([self._ours], [], [], seconds)[0]:
            return self.child.poll() is None
        self.raw += os.read(self._ours, 1 << 16)
        return True

    def type(self, keys: str | bytes) -> None:
        os.write(self._ours, keys if isinstance(keys, bytes) else keys.encode())

    def answer(self, keys: str, question: str = PROMPT) -> str:
        """Wait for the question, answer it, and return what stood before it."""
        told = self.shows(question)
        if question == PROMPT:
            self.wait_until_raw()
        self.type(keys)
        return told

    def end(self, seconds: float = 60) -> int:
        """Read what is left, wait for the end, and return the exit code, negative for a signal."""
        assert self.child is not None
        limit = time.monotonic() + seconds
        while self._read(0.1):
            assert time.monotonic() < limit, self.text
        return self.child.wait(10)

    @property
    def is_sane(self) -> bool:
        return termios.tcgetattr(self._theirs) == self.before

    def reset(self) -> None:
        termios.tcsetattr(self._theirs, termios.TCSANOW, self.before)

    def wait_until_raw(self, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while self.is_sane:
            assert time.monotonic() < end
            time.sleep(0.01)

    def signal(self, number: int) -> None:
        assert self.child is not None
        os.kill(self.child.pid, number)

    def hang_up(self) -> int:
        """Close the terminal's own end, as closing its window does; return how the command ended."""
        assert self.child is not None
        os.close(self._ours)
        return self.child.wait(60)

    def close(self) -> None:
        if self.child is not None and self.child.poll() is None:
            self.child.send_signal(signal.SIGKILL)
            self.child.wait()
        for descriptor in (self._ours, self._theirs):
            try:  # noqa: SIM105
                os.close(descriptor)
            except OSError:
                pass


def hides(terminal: Terminal, *seeds: object) -> bool:
    """Whether no part of the tokens has come to the terminal, but for their first four characters."""
    return not [seed for seed in seeds if token(seed=seed).encode()[4:12] in terminal.raw]
