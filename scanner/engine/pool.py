"""Many batches over several processes. Results are the same, and in the same order, for any number of them.

A worker that dies (killed, out of memory, a crash in native code) takes nothing with it but the target that it died
on: its batch is halved until that one is alone, and that one is reported as unread. The parent waits on the workers'
pipes and on their deaths, so it cannot hang.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Final, NamedTuple

from scanner.engine.batch import BatchResult, scan_batch
from scanner.engine.scan import Scanner
from scanner.engine.source import Source
from scanner.model import Skip, Target

_MAX_DEATHS: Final = 64  # after so many, something is wrong with the machine; the rest is reported as unread

Task = tuple[tuple[int, ...], list[Target]]  # where its result belongs, and the targets


class _Worker(NamedTuple):
    process: BaseProcess
    pipe: Connection


def scan_parallel(tasks: Iterable[list[Target]], source: Source, scanner: Scanner, jobs: int) -> list[BatchResult]:
    """Scan in `jobs` worker processes; results in the order of the tasks."""
    pool = _Pool(jobs, source, scanner)
    try:
        return pool.run(tasks)
    finally:
        pool.stop()


def _work(pipe: Connection, parents: list[Connection], source: Source, scanner: Scanner) -> None:
    """A worker's life: take a batch, scan it, send the result, until the pipe closes.

    `parents` are the parent's ends of all pipes, of which a forked worker holds copies: while they are open, no worker
    would see its pipe close, and all would outlive a parent that is killed.
    """
    for end in parents:
        end.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    with source.reader() as reader:
        while True:
            try:
                targets = pipe.recv()
            except EOFError:
                return
            pipe.send(scan_batch(targets, reader, scanner))


class _Pool:
    """The parent's side: who works on what, and what came back."""

    def __init__(self, jobs: int, source: Source, scanner: Scanner) -> None:
        # Forked workers share the rules with the parent and start in a millisecond; elsewhere they get a copy.
        self._forks = sys.platform == "linux"
        self._source = source
        self._scanner = scanner
        self._deaths = 0
        self._again: deque[Task] = deque()
        self._results: dict[tuple[int, ...], BatchResult] = {}
        self._busy: dict[Connection, tuple[_Worker, Task]] = {}
        self._idle: list[_Worker] = []
        for _ in range(jobs):
            self._idle.append(self._start())

    def _start(self) -> _Worker:
        context = multiprocessing.get_context("fork") if self._forks else multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        parents = [ours, *(worker.pipe for worker in self._workers())] if self._forks else []
        process = context.Process(target=_work, args=(theirs, parents, self._source, self._scanner), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def _workers(self) -> list[_Worker]:
        return [*self._idle, *(worker for worker, _ in self._busy.values())]

    def run(self, tasks: Iterable[list[Target]]) -> list[BatchResult]:
        source: Iterator[Task] = (((number,), targets) for number, targets in enumerate(tasks))
        while True:
            while self._idle and (task := self._next(source)):
                self._give(self._idle.pop(), task)
            if not self._busy:
                return [self._results[place] for place in sorted(self._results)]
            for pipe in wait(list(self._busy)):
                assert isinstance(pipe, Connection)
                self._collect(pipe)

    def _next(self, source: Iterator[Task]) -> Task | None:
        return self._again.popleft() if self._again else next(source, None)

    def _give(self, worker: _Worker, task: Task) -> None:
        self._busy[worker.pipe] = worker, task
        try:
            worker.pipe.send(task[1])
        except OSError:
            pass  # it is dead; `wait` will say so

    def _collect(self, pipe: Connection) -> None:
        worker, task = self._busy.pop(pipe)
        try:
            self._results[task[0]] = pipe.recv()
        except (EOFError, OSError):
            self._bury(worker, task)
        else:
            self._idle.append(worker)

    def _bury(self, worker: _Worker, task: Task) -> None:
        worker.process.join()
        worker.pipe.close()
        self._deaths += 1
        place, targets = task
        if len(targets) == 1 or self._deaths > _MAX_DEATHS:
            detail = f"a worker process died on it ({_cause(worker.process.exitcode)})"
            self._results[place] = BatchResult(
                skips=tuple(Skip(target.origin, "worker-died", detail) for target in targets), scope=len(targets)
            )
        else:
            half = len(targets) // 2
            self._again += [((*place, 0), targets[:half]), ((*place, 1), targets[half:])]
        self._idle.append(self._start())

    def stop(self) -> None:
        """End all workers, whatever they are doing."""
        for worker in self._workers():
            worker.process.terminate()
            worker.process.join()
            worker.pipe.close()


def _cause(code: int | None) -> str:
    if code is not None and code < 0:
        return f"signal {-code}{', perhaps out of memory' if code == -signal.SIGKILL else ''}"
    return f"exit code {code}"
