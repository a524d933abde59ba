"""Reading keys and lines, and the signal that comes at the worst moment."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import pytest

if sys.platform == "win32":
    pytest.skip("there is no pseudo-terminal", allow_module_level=True)

from scanner.cli.reviewing.keyboard import Keyboard

# Ctrl-C is blocked in the thread that reads and comes to another one; so it does not break off the read, as one does
# not that comes just before it.
_PROGRAM = """
import os, pty, signal, sys, threading
from scanner.cli.reviewing.keyboard import Keyboard

ours, theirs = pty.openpty()
keyboard = Keyboard(os.fdopen(theirs, "rb", buffering=0), sys.stdout, "utf-8")
threading.Thread(target=threading.Event().wait, daemon=True).start()  # which takes the signal
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    print("read", repr(keyboard.%s()))
except KeyboardInterrupt:
    print("ended")
sys.stdout.flush()
os._exit(0)
"""


@pytest.mark.parametrize("way", ["key", "line"])
def test_ctrl_c_just_before_a_read_is_noticed(way: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import signal; signal.signal(2, signal.default_int_handler)" + _PROGRAM % way],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.strip() == "ended", done.stderr


def test_a_line_and_its_end() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb", buffering=0) as stdin:
        keyboard = Keyboard(stdin, io.StringIO(), "utf-8")
        os.write(writing, b"the sandbox\r\n")
        assert keyboard.line() == "the sandbox" and not keyboard.single
        os.close(writing)
        assert keyboard.line() is None
