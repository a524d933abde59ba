"""Work for the next time, done in a process of its own after this one has answered."""

from __future__ import annotations

import os
from collections.abc import Callable


def run_later(work: Callable[[], object]) -> None:
    """Fork; the child lets go of everything of the parent's, does the work in silence, and ends. POSIX only.

    It never returns in the child, and no failure of it is anyone's concern: what it was to make will be made again.
    """
    try:
        if os.fork():
            return
    except OSError:
        return
    try:
        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nowhere, descriptor)
        os.closerange(3, 256)  # whoever waits for the end of our pipes must not wait for us
        os.nice(10)
        work()
    finally:
        os._exit(0)
