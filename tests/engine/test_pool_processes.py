"""Workers of a real `redhanded scan`: killed, interrupted, orphaned."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support import ROOT, redhanded, token

_SECRET = token()


class Running:
    """`redhanded scan` with two workers, in a process group of its own, on files that keep it busy for a while."""

    def __init__(self, folder: Path) -> None:
        for number in range(40):
            (folder / f"{number:02}.txt").write_bytes(b"password token secret\n" * 100_000 + b"\n%d" % number)
        (folder / "zz.py").write_text(f'KEY = "{_SECRET}"\n')
        command = [sys.executable, "-m", "scanner", "scan", ".", "--jobs", "2", "-v"]
        # A Ctrl-C goes to the whole group, so this one must not be pytest's.
        self.process = subprocess.Popen(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip

    def workers(self) -> list[int]:
        """Wait for the two workers and return their process ids."""
        for _ in range(1_000):
            done = subprocess.run(
                ["ps", "-o", "pid=,stat=", "--ppid", str(self.process.pid)], capture_output=True, text=True
            )
            alive = [line.split() for line in done.stdout.splitlines()]
            if len(pids := [int(pid) for pid, state in alive if not state.startswith("Z")]) == 2:
                return pids
            if self.process.poll() is not None:
                raise AssertionError("it ended before its workers could be seen")
            time.sleep(0.005)
        raise AssertionError("no workers")

    def finish(self) -> tuple[int, str, str]:
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out.decode(), err.decode()


def _gone(pids: Sequence[int]) -> bool:
    for _ in range(1_000):
        if not any(_alive(pid) for pid in pids):
            return True
        time.sleep(0.01)
    return False


def _alive(pid: int) -> bool:
    with suppress(FileNotFoundError, ProcessLookupError):
        return b") Z " not in Path(f"/proc/{pid}/stat").read_bytes()
    return False


linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@linux
def test_a_killed_worker_of_a_real_scan_is_replaced_and_its_work_done(tmp_path: Path) -> None:
    scan = Running(tmp_path)
    os.kill(scan.workers()[0], signal.SIGKILL)
    code, out, err = scan.finish()
    assert code == 1
    assert "zz.py:1:8" in out  # the rest of its batch was scanned by others
    assert "Traceback" not in err and _SECRET not in out + err


@linux
@pytest.mark.parametrize("times", [1, 20])
def test_ctrl_c_ends_a_scan_with_130_and_no_process_stays(tmp_path: Path, times: int) -> None:
    scan = Running(tmp_path)
    workers = scan.workers()
    began = time.perf_counter()
    for _ in range(times):
        with suppress(ProcessLookupError):
            os.killpg(scan.process.pid, signal.SIGINT)
        time.sleep(0.001)
    code, out, err = scan.finish()
    assert time.perf_counter() - began < 5
    assert code == 130
    assert "interrupted" in err and "Traceback" not in err
    if times == 1:
        assert err.count("\n") == 1
        assert out.rstrip().endswith("INCOMPLETE: it was stopped before its end, and this report is partial")
    assert _gone(workers)


@linux
def test_a_worker_leaves_ctrl_c_to_its_parent(tmp_path: Path) -> None:
    scan = Running(tmp_path)
    for worker in scan.workers():
        os.kill(worker, signal.SIGINT)
    code, out, err = scan.finish()
    assert (code, err) == (1, "")
    assert "INCOMPLETE" not in out


@linux
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_workers_do_not_outlive_a_parent_that_is_killed(tmp_path: Path, how: signal.Signals) -> None:
    scan = Running(tmp_path)
    workers = scan.workers()
    os.kill(scan.process.pid, how)
    assert _gone(workers)
    assert "Traceback" not in scan.finish()[2]


_LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (350 << 20,) * 2)
from scanner.cli.main import main
sys.exit(main())
"""


def test_a_worker_death_makes_the_whole_command_incomplete(tmp_path: Path) -> None:
    """End to end: a file whose scan kills each worker that tries it (here by a limit on its memory)."""
    for number in range(30):
        (tmp_path / f"{number}.txt").write_bytes(b"x" * 1_000_000)
    with open(tmp_path / "big.txt", "wb") as file:
        file.truncate(400 << 20)
    done = subprocess.run(
        [sys.executable, "-c", _LIMITED, "scan", ".", "--jobs", "2", "-v"], cwd=tmp_path, capture_output=True, text=True
    )
    assert "Traceback" not in done.stderr
    assert (done.returncode, "big.txt" in done.stdout, "out of memory" in done.stdout) == (3, True, True), done


def test_jobs_change_nothing_end_to_end(tmp_path: Path) -> None:
    for number in range(2_100):
        (tmp_path / f"{number}.py").write_text(f'KEY = "{token(seed=number)}"\n' if number % 100 == 0 else "x\n")
    one, four = (redhanded("scan", ".", "--format", "json", "--jobs", n, cwd=tmp_path) for n in "14")
    assert one.code == four.code == 1
    assert one.out.count('"rule_id"') >= 21
    assert _untimed(one.out) == _untimed(four.out)


def _untimed(report: str) -> list[str]:
    return [line for line in report.splitlines() if '"seconds"' not in line]
