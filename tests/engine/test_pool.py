"""Any number of jobs gives the same result, and no death of a worker goes unsaid or hangs the run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

import pytest

from scanner.children import START, Start
from scanner.engine.batch import BatchResult, batches, merged
from scanner.engine.compiled import prepare
from scanner.engine.pool import scan_parallel
from scanner.engine.run import Interrupted, run
from scanner.engine.scan import Scanner
from scanner.errors import GitError
from scanner.model import Blob, FileOrigin, Skip, Target
from scanner.ruleset.resources import builtin_files
from tests.support import token

_COUNT = 2_600  # above what one process does alone
_SECRET = token()


class Memory(NamedTuple):
    """A source of `size` small targets; reading one whose number is in `evil` does what it says there."""

    size: int = _COUNT
    evil: tuple[tuple[int, str], ...] = ()
    opens: str = ""
    parent: int = 0

    def targets(self) -> Iterator[Target | Skip]:
        for number in range(self.size):
            if number % 500 == 3:
                yield Skip(FileOrigin(b"skipped%d" % number), "excluded", "said so")
            yield Target(FileOrigin(b"%05d.py" % number), 60, str(number))

    def reader(self) -> Memory:
        return self

    def __enter__(self) -> Memory:
        if self.opens:
            _do(self.opens, self.parent)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def read(self, targets: Sequence[Target]) -> Iterator[Blob | Skip]:
        for target in targets:
            number = int(target.handle)
            _do(dict(self.evil).get(number, ""), self.parent)
            if number % 700 == 5:
                yield Skip(target.origin, "vanished", "gone")
            elif number % 10 == 0:
                yield Blob(target.origin, b'a\nKEY = "%s"\n' % token(seed=number).encode())
            else:
                yield Blob(target.origin, b"nothing\n")


def _do(what: str, parent: int) -> None:
    match what:
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "exit":
            os._exit(0)
        case "term":
            os.kill(os.getpid(), signal.SIGTERM)
        case "memory":
            raise MemoryError
        case "fault":
            raise RuntimeError(f"a fault that quotes {_SECRET}")
        case "git":
            raise GitError("git failed", "mend it")
        case "sleep":
            time.sleep(600)
        case "interrupt":
            os.kill(parent, signal.SIGINT)
            time.sleep(600)


@pytest.fixture
def scanner(shared_cache: Path) -> Scanner:
    compiled = prepare(builtin_files(), str(shared_cache / "redhanded"))
    return Scanner(compiled.rules, compiled.prefilter, 0.0, frozenset(["github-pat"]))


def _shown(result: BatchResult) -> BatchResult:
    """Without the secrets' values, which do not leave a worker."""
    return result._replace(findings=tuple(f._replace(secret=f.secret.masked) for f in result.findings))  # type: ignore[arg-type]


def _parallel(source: Memory, scanner: Scanner, jobs: int, start: Start = START) -> BatchResult:
    skips: list[Skip] = []
    found = merged(scan_parallel(batches(source.targets(), skips), source, scanner, jobs, start=start))
    return found._replace(skips=(*skips, *found.skips))


@pytest.fixture
def no_workers_left() -> Iterator[None]:
    before = _children()
    yield
    assert _children() <= before


def _children() -> set[int]:
    done = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(os.getpid())], capture_output=True, text=True)
    return {int(line.split()[0]) for line in done.stdout.splitlines() if "ps -o" not in line and "tracker" not in line}


@pytest.mark.usefixtures("no_workers_left")
@pytest.mark.parametrize("jobs", [2, 4, 7])
def test_any_number_of_jobs_gives_the_same_findings_in_the_same_order(scanner: Scanner, jobs: int) -> None:
    alone = run(Memory(), scanner, 1)
    assert len(alone.findings) == 260
    assert [f.location.origin.path for f in alone.findings] == sorted(f.location.origin.path for f in alone.findings)
    assert {skip.reason for skip in alone.skips} == {"excluded", "vanished"}
    assert alone.scope == _COUNT + 6 and alone.read == _COUNT - 4
    assert _shown(run(Memory(), scanner, jobs)) == _shown(alone)


def test_many_targets_do_go_to_workers(scanner: Scanner) -> None:
    result = run(Memory(evil=((7, "exit"),)), scanner, 2)  # in one process this test would end here
    assert "worker-died" in {skip.reason for skip in result.skips}


@pytest.mark.usefixtures("no_workers_left")
@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_both_ways_of_starting_workers_give_the_same(scanner: Scanner, start: Start) -> None:
    if start == "fork" and sys.platform == "win32":
        pytest.skip("no fork here")
    source = Memory(600)
    assert _shown(_parallel(source, scanner, 2, start))[:4] == _shown(run(source, scanner, 1))[:4]


@pytest.mark.usefixtures("no_workers_left")
@pytest.mark.parametrize(
    ("death", "cause"),
    [("kill", "signal 9"), ("exit", "exit code 0"), ("term", "signal 15"), ("memory", "out of memory")],
)
def test_a_worker_that_dies_costs_only_the_target_it_died_on(
    scanner: Scanner, death: str, cause: str, capfd: pytest.CaptureFixture[str]
) -> None:
    source = Memory(evil=((7, death), (1_300, death)))
    result, alone = run(source, scanner, 3), run(Memory(), scanner, 1)
    died = [skip for skip in result.skips if skip.reason == "worker-died"]
    assert [skip.origin.path for skip in died] == [b"00007.py", b"01300.py"]
    assert all(cause in skip.detail and skip.incomplete for skip in died)
    assert (result.scope, result.read) == (alone.scope, alone.read - 2)
    expected = [f.id for f in alone.findings if f.location.origin.path != b"01300.py"]
    assert [f.id for f in result.findings] == expected
    assert "Traceback" not in capfd.readouterr().err


def test_a_single_process_without_memory_loses_only_the_target_that_is_too_much(scanner: Scanner) -> None:
    source = Memory(300, evil=((7, "memory"), (299, "memory")))
    result, alone = run(source, scanner, 1), run(Memory(300), scanner, 1)
    died = [skip for skip in result.skips if skip.reason == "worker-died"]
    assert [(skip.origin.path, skip.detail) for skip in died] == [
        (b"00007.py", "out of memory"),
        (b"00299.py", "out of memory"),
    ]
    assert (result.scope, result.read) == (alone.scope, alone.read - 2)
    assert [f.id for f in result.findings] == [f.id for f in alone.findings]


@pytest.mark.usefixtures("no_workers_left")
def test_a_worker_that_is_killed_in_spawn_mode_costs_one_target_too(scanner: Scanner) -> None:
    result = _parallel(Memory(300, ((299, "kill"),)), scanner, 2, "spawn")
    died = [skip.origin.path for skip in result.skips if skip.reason == "worker-died"]
    assert died == [b"00299.py"]
    assert result.scope == 300


@pytest.mark.usefixtures("no_workers_left")
def test_a_run_in_which_all_workers_die_ends_and_says_so(scanner: Scanner) -> None:
    result = run(Memory(evil=tuple((n, "exit") for n in range(_COUNT))), scanner, 4)
    assert result.read == 0 and result.findings == ()
    assert sum(skip.reason == "worker-died" for skip in result.skips) == _COUNT


@pytest.mark.usefixtures("no_workers_left")
@pytest.mark.parametrize(
    ("fault", "kind", "where"),
    [("fault", RuntimeError, "evil"), ("git", GitError, "evil"), ("git", GitError, "opens")],
)
def test_an_exception_in_a_worker_is_the_parents_to_deal_with(
    scanner: Scanner, fault: str, kind: type[Exception], where: str, capfd: pytest.CaptureFixture[str]
) -> None:
    source = Memory(evil=((2_000, fault),)) if where == "evil" else Memory(opens=fault)
    for jobs in (1, 3):
        with pytest.raises(kind):
            run(source, scanner, jobs)
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("no_workers_left")
def test_an_error_while_targets_are_listed_stops_the_workers(scanner: Scanner) -> None:
    class Broken(Memory):
        def targets(self) -> Iterator[Target | Skip]:
            yield from super().targets()
            raise GitError("no more")

    with pytest.raises(GitError, match="no more"):
        run(Broken(5_000), scanner, 3)


@pytest.mark.usefixtures("no_workers_left")
def test_an_interrupt_stops_busy_workers_at_once(scanner: Scanner, capfd: pytest.CaptureFixture[str]) -> None:
    evil = [(0, "sleep"), (600, "sleep"), (1_200, "sleep"), (1_700, "interrupt")]
    source = Memory(20_000, tuple(evil), parent=os.getpid())
    began = time.perf_counter()
    with pytest.raises(Interrupted) as stopped:
        run(source, scanner, 4)
    assert time.perf_counter() - began < 20
    found = stopped.value.found
    assert 0 < found.read < 20_000 and abs(len(found.findings) - found.read // 10) < 5
    assert "Traceback" not in capfd.readouterr().err
