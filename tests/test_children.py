"""Work shared among forked processes: every answer comes, in order, whatever becomes of the processes."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from functools import partial

import pytest

from scanner.children import in_processes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")

PARENT = os.getpid()


@pytest.fixture(autouse=True)
def parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "PARENT", os.getpid())


def _where(number: int) -> tuple[int, int]:
    return number, os.getpid()


def _in_a_child(act: Callable[[], object], number: int) -> tuple[int, int]:
    if os.getpid() != PARENT:
        act()
    return _where(number)


def _raise(kind: type[BaseException]) -> None:
    raise kind("a secret")


@pytest.mark.parametrize("jobs", [1, 2, 3, 8, 40])
def test_answers_come_in_order_from_so_many_processes(jobs: int) -> None:
    answers = list(in_processes([partial(_where, number) for number in range(11)], jobs))
    assert [number for number, _ in answers] == list(range(11))
    processes = {pid for _, pid in answers}
    assert len(processes) == min(jobs, 11)
    assert (os.getpid() in processes) == (jobs == 1)
    assert multiprocessing.active_children() == []


def test_no_work_is_no_process() -> None:
    assert list(in_processes([], 4)) == []
    assert list(in_processes([partial(_where, 5)], 4)) == [(5, os.getpid())]


@pytest.mark.parametrize(
    "act",
    [
        partial(_raise, MemoryError),
        partial(_raise, ValueError),
        partial(_raise, KeyboardInterrupt),
        partial(os._exit, 0),
        lambda: os.kill(os.getpid(), signal.SIGKILL),
    ],
    ids=["out of memory", "exception", "interrupted", "ended", "killed"],
)
def test_what_no_process_answers_is_done_here(act: Callable[[], object], capfd: pytest.CaptureFixture[str]) -> None:
    works = [partial(_in_a_child, act, number) if number == 4 else partial(_where, number) for number in range(9)]
    answers = list(in_processes(works, 3))
    assert [number for number, _ in answers] == list(range(9))
    assert answers[4][1] == os.getpid()
    assert {pid for _, pid in answers[:3]}.isdisjoint({os.getpid()})
    assert capfd.readouterr() == ("", "")


def test_an_exception_is_met_here() -> None:
    works: list[Callable[[], object]] = [partial(_where, 0), partial(_raise, ValueError)]
    answers = in_processes(works, 2)
    assert next(answers) != (0, os.getpid())
    with pytest.raises(ValueError, match="a secret"):
        list(answers)


def test_an_answer_may_be_nothing() -> None:
    assert list(in_processes([lambda: None, lambda: None], 2)) == [None, None]


def test_whoever_stops_asking_leaves_no_process() -> None:
    began = time.monotonic()
    works = [partial(_where, 0), partial(_in_a_child, partial(time.sleep, 60), 1)]
    for _ in in_processes(works, 2):
        break
    assert multiprocessing.active_children() == []
    assert time.monotonic() - began < 10


def test_without_room_for_processes_all_is_done_here() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    os.close(free := os.dup(0))  # the first that is free; behind it, none may be opened
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, before[1]))
    try:
        answers = list(in_processes([partial(_where, number) for number in range(4)], 2))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert answers == [(number, os.getpid()) for number in range(4)]
