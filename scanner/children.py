"""Processes of our own: silent, deaf to Ctrl-C, ended with all that they have started; and work shared among them.

A process prints nothing, whatever happens: an exception could quote what was being scanned.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, Generic, Literal, TypeVar

from scanner.garbage import collect_seldom
from scanner.interrupts import Held

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

Start = Literal["fork", "spawn"]
Answer = TypeVar("Answer")

# Forked processes share everything with the parent and start in a millisecond; spawned ones get a copy.
START: Final[Start] = "fork" if sys.platform == "linux" else "spawn"
OUT_OF_MEMORY: Final = 12  # exit code; ENOMEM's number


@contextmanager
def started(process: BaseProcess) -> Iterator[None]:
    """Start a process, and run what notes that it runs: Ctrl-C waits, or one could run that nobody knows of."""
    with Held():
        _mask(signal.SIG_BLOCK)
        try:
            process.start()
            yield
            _lead(process.pid or 0)
        finally:
            _mask(signal.SIG_UNBLOCK)


def settle_in(parents: Sequence[Connection]) -> None:
    """What a new process does first.

    `parents` are the parent's ends of all pipes, of which a forked process holds copies: while they are open, no
    process would see its pipe close, and all would outlive a parent that is killed. What the parent knows is left out
    of garbage collection here: going through it would copy all of it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    _mask(signal.SIG_UNBLOCK)
    _lead(0)
    for pipe in parents:
        pipe.close()
    gc.freeze()
    collect_seldom()  # a process that is no fork of ours does not know
    _be_silent()


def end(process: BaseProcess) -> None:
    """End a process and its gits, whatever they are doing. The system must still know it: before it is waited for."""
    if hasattr(os, "killpg") and process.pid:
        with suppress(OSError):  # it has ended, and so has all that it started
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()


def in_processes(works: Sequence[Callable[[], Answer]], jobs: int) -> Iterator[Answer]:
    """Yield what each of the works returns, in order, done by so many forked processes, which know all that is known
    here; only answers pass between.

    What no process answers (it was killed, an exception came) is done here, and raises here.
    """
    count = min(jobs, len(works)) if START == "fork" else 0
    crew = _Crew[Answer]()
    try:
        if count > 1:
            for first in range(count):
                crew.start(works[first::count])
        for number, work in enumerate(works):
            answer = crew.answer(number % count) if count > 1 else None
            yield answer[0] if answer else work()
    finally:
        crew.end()


class _Crew(Generic[Answer]):
    """The parent's side of `in_processes`: the processes, and for each the end of its pipe."""

    def __init__(self) -> None:
        self._processes: list[BaseProcess] = []
        self._pipes: list[Connection | None] = []

    def start(self, works: Sequence[Callable[[], Answer]]) -> None:
        """Start a process that does these works one after the other; none where the system has no room for it."""
        ours = None
        with suppress(OSError):
            ours = self._started(works)
        self._pipes.append(ours)

    def _started(self, works: Sequence[Callable[[], Answer]]) -> Connection:
        import multiprocessing  # where nothing is shared out, it is not loaded

        context = multiprocessing.get_context("fork")
        ours, theirs = context.Pipe(duplex=False)
        parents = [ours, *(pipe for pipe in self._pipes if pipe)]
        process = context.Process(target=_work, args=(theirs, parents, works), daemon=True)
        try:
            with started(process):
                self._processes.append(process)
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        return ours

    def answer(self, number: int) -> tuple[Answer] | None:
        """Return the next answer of a process, None when there is none."""
        pipe = self._pipes[number]
        try:
            answer: tuple[Answer] | None = pipe.recv() if pipe else None
        except (EOFError, OSError):
            return None
        return answer

    def end(self) -> None:
        with Held():  # a second Ctrl-C must not leave half of them
            for process in self._processes:
                end(process)
        for process in self._processes:
            process.join()
        for pipe in self._pipes:
            if pipe:
                pipe.close()


def _work(pipe: Connection, parents: list[Connection], works: Sequence[Callable[[], object]]) -> None:
    settle_in(parents)
    try:
        for work in works:
            pipe.send(_answered(work))
    except BaseException:  # noqa: BLE001 what is not answered the parent does itself; or it has finished, or has gone
        os._exit(1)


def _answered(work: Callable[[], object]) -> tuple[object] | None:
    try:
        return (work(),)
    except Exception:  # noqa: BLE001 the parent does it again and meets the exception itself
        return None


def _be_silent() -> None:
    """Let no message out, not even of native code that gives up."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _lead(process: int) -> None:
    """Let a process (0: this one) lead a group of its own, so that the gits that it starts can be ended with it."""
    if hasattr(os, "setpgid"):
        with suppress(OSError):  # it has done so itself, or has ended
            os.setpgid(process, process)


def _mask(how: int) -> None:
    """Hold Ctrl-C back, or let it through: a process must not meet it before it has learned to ignore it."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(how, {signal.SIGINT})
