"""`--profile-run`: where the time of a run went, as a table on standard error."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final, NamedTuple

from scanner.engine.batch import Spent

READING: Final = "read and scan"
_WORTH: Final = 0.005  # seconds
_SPENT: Final = ("reading", "prefilter", "matching", "rest")


class Phase(NamedTuple):
    """Seconds: of wall time, and of processor time of this process and of those that it started and saw end."""

    name: str
    wall: float
    own: float
    others: float


class Phases:
    """Takes the time of each phase; `began` is when the run did, in Unix seconds.

    `spent` tells what each worker did, and `bytes` how many of content were read.
    """

    def __init__(self, began: float) -> None:
        own, others = _processor()
        self.spent: tuple[Spent, ...] = ()
        self.bytes = 0
        self.all: list[Phase] = [Phase("start", max(time.time() - began, 0.0), own, others)]

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        wall, (own, others) = time.perf_counter(), _processor()
        try:
            yield
        finally:
            used = _processor()
            self.all.append(Phase(name, time.perf_counter() - wall, used[0] - own, used[1] - others))


def _processor() -> tuple[float, float]:
    times = os.times()
    return times.user + times.system, times.children_user + times.children_system


def lines(phases: Phases) -> Iterator[str]:
    """Yield the table; phases that took no time to speak of are left out."""
    spent = phases.spent
    yield f"profile: {'seconds':<16}{'wall':>9}{'CPU':>9}{'CPU of children':>18}"
    whole = Phase("all", *(sum(column) for column in zip(*(phase[1:] for phase in phases.all), strict=True)))
    for phase in (*(phase for phase in phases.all if phase.wall >= _WORTH), whole):
        rate = f"   {_rate(phases.bytes, phase.wall)}" if phase.name == READING else ""
        yield f"         {phase.name:<16}{phase.wall:>9.2f}{phase.own:>9.2f}{phase.others:>18.2f}{rate}"
    if spent:
        yield f"profile: {'wall seconds':<16}" + "".join(f"{name:>11}" for name in ("batches", *_SPENT))
        for number, one in enumerate(sorted(spent), 1):
            yield _row("this process" if one.worker == os.getpid() else f"worker {number}", one)
        if len(spent) > 1:
            yield _row("all", Spent(0, *(sum(column) for column in zip(*(one[1:] for one in spent), strict=True))))
    own, others = _peaks()
    yield f"profile: peak memory {own / 1e6:,.0f} MB, of the largest worker or git {others / 1e6:,.0f} MB"


def _rate(size: int, seconds: float) -> str:
    return f"{size / 1e6:,.1f} MB, {size / 1e6 / seconds if seconds else 0:,.0f} MB/s"


def _row(name: str, spent: Spent) -> str:
    return f"         {name:<16}{spent.batches:>11,}" + "".join(f"{getattr(spent, key):>11.2f}" for key in _SPENT)


def _peaks() -> tuple[int, int]:
    """Return bytes; zeros where the system does not say."""
    with suppress(ImportError):  # no such module on Windows
        import resource

        unit = 1 if sys.platform == "darwin" else 1024
        who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        own, others = (resource.getrusage(one).ru_maxrss * unit for one in who)
        return own, others
    return 0, 0
