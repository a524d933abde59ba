"""Time whole commands in turn, so that a machine whose speed drifts wrongs none of them; and scans within a process."""

from __future__ import annotations

import gc
import os
import resource
import shutil
import statistics
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Mapping, Sequence
from functools import _lru_cache_wrapper
from pathlib import Path
from typing import NamedTuple

from scanner.engine.scan import Scanner
from scanner.model import Blob


class Run(NamedTuple):
    """Seconds of wall and CPU time; `peak` is the highest memory of the whole process tree, in MB (0 when
    not asked for).
    """

    wall: float
    cpu: float
    peak: float
    code: int


def once(command: Sequence[str], folder: str | Path, environ: Mapping[str, str], watch: bool = False) -> Run:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=folder, env=environ, stdin=quiet, stdout=quiet, stderr=quiet)
    watcher = _Watcher(process.pid)
    if watch:
        watcher.start()
    code = process.wait()
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(wall, cpu, watcher.finish() if watch else 0.0, code)


class _Watcher(threading.Thread):
    """Samples the proportional memory (PSS) of a process and all below it: shared pages count once. Linux only."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._root = pid
        self._peak = 0
        self._done = threading.Event()

    def run(self) -> None:
        while not self._done.wait(0.03):
            self._peak = max(self._peak, sum(_pss(pid) for pid in _tree(self._root)))

    def finish(self) -> float:
        self._done.set()
        self.join()
        return self._peak / 1024


def _tree(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return [pid]
    return [pid, *(below for child in text.split() for below in _tree(int(child)))]


def _pss(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


def median(runs: Sequence[Run]) -> Run:
    """The median of each figure by itself."""
    wall, cpu, peak = (statistics.median(figures) for figures in zip(*(run[:3] for run in runs), strict=True))
    return Run(wall, cpu, peak, runs[-1].code)


def forget() -> None:
    """Empty what is remembered of values, names and lines, for a scan to begin with nothing, as a command does."""
    is_frozen = gc.get_freeze_count() > 0
    gc.unfreeze()  # what is frozen would not be seen
    for thing in gc.get_objects():
        if isinstance(thing, _lru_cache_wrapper) and thing.cache_parameters()["maxsize"] not in (None, 1):
            thing.cache_clear()
    if is_frozen:
        gc.freeze()


def scan_seconds(scanner: Scanner, blobs: Sequence[Blob]) -> float:
    """Return the seconds of processor time that this process takes for them."""
    began = time.process_time()
    for blob in blobs:
        scanner.scan_blob(blob)
    return time.process_time() - began


def program(name: str) -> str | None:
    """Return a command beside this interpreter or on the PATH, or None."""
    beside = Path(sysconfig.get_path("scripts")) / name
    return str(beside) if beside.exists() else shutil.which(name)


def redhanded() -> str:
    found = program("redhanded")
    if found is None:
        raise SystemExit("redhanded is not installed for this interpreter: pip install -e .")
    return found


def machine() -> str:
    return f"{os.cpu_count()} processors, Python {sys.version.split()[0]}, {time.strftime('%Y-%m-%d')}"
