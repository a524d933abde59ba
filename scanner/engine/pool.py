"""Many batches over several processes. Results are the same, and in the same order, for any number of them.

A worker that dies (killed, out of memory, a crash in native code) takes nothing with it but the target that it died
on: its batch is halved until that one is alone, and that one is reported as unread. The parent waits on the workers'
pipes, which close when they die, so it cannot hang.

A worker prints nothing, whatever happens: an exception could quote what was being scanned. It hands the batch back,
and the parent, scanning that batch itself, meets the same exception in the place where it is dealt with.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Final, NamedTuple

import regex  # noqa: F401 here, once, and not in each worker; so is the judge, which nearly every worker needs

import scanner.refine.generic.judge  # noqa: F401
from scanner.children import OUT_OF_MEMORY, START, Start, end, settle_in, started
from scanner.engine.batch import BatchResult, Scans, lost, scan_batch, split
from scanner.engine.source import Reader, Source
from scanner.interrupts import Held
from scanner.model import Target

_MAX_DEATHS: Final = 64  # after so many, something is wrong with the machine; batches are no longer halved

Task = tuple[tuple[int, ...], list[Target]]  # where its result belongs, and the targets


class _Worker(NamedTuple):
    process: BaseProcess
    pipe: Connection


def scan_parallel(
    tasks: Iterable[list[Target]],
    source: Source,
    scanner: Scans,
    jobs: int,
    notice: Callable[[BatchResult], None] = lambda result: None,
    start: Start = START,
) -> list[BatchResult]:
    """Scan in `jobs` worker processes; results in the order of the tasks. Raises what one process would raise.

    `notice` is told of each result, in the order in which they come.
    """
    pool = _Pool(source, scanner, notice, start)
    try:
        return pool.run(tasks, jobs)
    finally:
        pool.stop()


def _work(pipe: Connection, parents: list[Connection], source: Source, scanner: Scans) -> None:
    """A worker's life: take a batch, scan it, send the result, until the pipe closes. `parents`: see `settle_in`."""
    settle_in(parents)
    try:
        _serve(pipe, source, scanner)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # the system might have killed it just as well
    except (EOFError, OSError):
        os._exit(0)  # the parent has finished, or has gone


def _serve(pipe: Connection, source: Source, scanner: Scans) -> None:
    reader: Reader | None = None
    with ExitStack() as opened:
        while True:
            targets = pipe.recv()
            result: BatchResult | None
            try:
                reader = reader or opened.enter_context(source.reader())
                result = scan_batch(targets, reader, scanner)
            except MemoryError:
                raise
            except Exception:  # noqa: BLE001 the parent scans the batch again and meets the exception itself
                result = None
            pipe.send(result)


class _Pool:
    """The parent's side: who works on what, and what came back."""

    def __init__(self, source: Source, scanner: Scans, notice: Callable[[BatchResult], None], start: Start) -> None:
        get_context = multiprocessing.get_context
        self._context = get_context("fork") if start == "fork" else get_context("spawn")
        self._forks = start == "fork"
        self._source = source
        self._scanner = scanner
        self._notice = notice
        self._deaths = 0
        self._again: deque[Task] = deque()
        self._results: dict[tuple[int, ...], BatchResult] = {}
        self._workers: list[_Worker] = []
        self._busy: dict[Connection, tuple[_Worker, Task]] = {}
        self._idle: list[_Worker] = []

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        parents = [ours, *(worker.pipe for worker in self._workers)] if self._forks else []
        arguments = (theirs, parents, self._source, self._scanner)
        process = self._context.Process(target=_work, args=arguments, daemon=True)
        worker = _Worker(process, ours)
        with started(process):
            self._workers.append(worker)
        theirs.close()
        return worker

    def run(self, tasks: Iterable[list[Target]], jobs: int) -> list[BatchResult]:
        source: Iterator[Task] = (((number,), targets) for number, targets in enumerate(tasks))
        while True:
            while len(self._busy) < jobs and (task := self._next(source)):
                self._give(self._idle.pop() if self._idle else self._start(), task)
            if not self._busy:
                return [self._results[place] for place in sorted(self._results)]
            for pipe in wait(list(self._busy)):
                assert isinstance(pipe, Connection)
                self._collect(pipe)

    def _next(self, source: Iterator[Task]) -> Task | None:
        return self._again.popleft() if self._again else next(source, None)

    def _give(self, worker: _Worker, task: Task) -> None:
        self._busy[worker.pipe] = worker, task
        with suppress(OSError):  # it is dead; `wait` will say so
            worker.pipe.send(task[1])

    def _collect(self, pipe: Connection) -> None:
        worker, task = self._busy[pipe]
        try:
            result = pipe.recv()
        except (EOFError, OSError):
            self._bury(worker, task)
            return
        self._results[task[0]] = self._scanned_here(task) if result is None else result
        self._notice(self._results[task[0]])
        del self._busy[pipe]
        self._idle.append(worker)

    def _scanned_here(self, task: Task) -> BatchResult:
        with self._source.reader() as reader:
            return scan_batch(task[1], reader, self._scanner)

    def _bury(self, worker: _Worker, task: Task) -> None:
        del self._busy[worker.pipe]
        wait([worker.process.sentinel])
        end(worker.process)
        worker.process.join()
        self._workers.remove(worker)
        worker.pipe.close()
        self._deaths += 1
        place, targets = task
        parts = split(targets, self._source) if self._deaths <= _MAX_DEATHS else []
        self._again += [((*place, number), part) for number, part in enumerate(parts)]
        if not parts:
            cause = _cause(worker.process.exitcode)
            self._results[place] = lost(targets, f"a worker process died on it ({cause})")

    def stop(self) -> None:
        """End all workers, whatever they are doing, even nothing: a stopped process hears no milder signal."""
        with Held():  # a second Ctrl-C must not leave half of them
            for worker in self._workers:
                end(worker.process)
        for worker in self._workers:
            worker.process.join()
            worker.pipe.close()


def _cause(code: int | None) -> str:
    if code == OUT_OF_MEMORY:
        return "out of memory"
    if code is None or code >= 0:
        return f"exit code {code}"
    why = {
        signal.SIGKILL: ", perhaps out of memory",
        getattr(signal, "SIGBUS", 0): ", for a file that it was reading was cut short, or a disk failed",
    }
    return f"signal {-code}{why.get(-code, '')}"
