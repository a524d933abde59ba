"""`--profile-run`: a table on standard error, and nothing else is any different."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.support import plant
from tests.support import Repo, redhanded


def _rows(err: str) -> dict[str, list[float]]:
    """Return the numbers of each row of the tables; those of the second have a heading with `batches`."""
    found = re.findall(r"^(?:profile: |\s{9})(\S.*?)\s{2,}((?:[\d.,]+\s+)*[\d.,]+)(?=$|\s{3}\d)", err, re.M)
    return {name: [float(number.replace(",", "")) for number in numbers.split()] for name, numbers in found}


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_phases_add_up_and_so_do_the_workers(repo: Repo, jobs: str) -> None:
    for number in range(2_100):
        repo.write(f"{number}.txt", f"password token secret {number}\n" * 100)
    secret = plant(repo.path)
    repo.git("add", "-A")
    repo.commit()
    repo.git("repack", "-q", "-a", "-d")
    result = repo.run("history", "--no-cache", "--jobs", jobs, "--profile-run")
    assert result.code == 1 and "profile" not in result.out and secret not in result.err
    first, second = result.err.split("profile: wall seconds")
    phases = _rows(first)
    assert next(iter(phases)) == "start" and {"rules", "read and scan", "all"} <= phases.keys()
    wall = [numbers[0] for name, numbers in phases.items() if name != "all"]
    assert sum(wall) == pytest.approx(phases["all"][0], abs=0.05)
    workers = _rows(second)
    # A pack is read in workers, whatever may become of them.
    assert set(workers) - {"all"} <= {"worker 1", "worker 2", "this process"}
    batches, reading, prefilter, matching, rest = workers["all" if len(workers) > 1 else next(iter(workers))]
    assert batches >= 1 and prefilter > 0 and matching > 0
    assert reading + prefilter + matching + rest < 2 * phases["read and scan"][0] + 0.1
    assert re.search(r"^profile: peak memory \d+ MB", result.err, re.M)
    assert re.search(r"read and scan .* MB, [\d,]+ MB/s$", result.err, re.M)


def test_the_report_is_the_same(tmp_path: Path) -> None:
    plant(tmp_path)
    plain, profiled = (
        json.loads(redhanded("scan", ".", "--format", "json", *more, cwd=tmp_path).out)
        for more in ((), ("--profile-run",))
    )
    for report in (plain, profiled):
        report["summary"].pop("seconds")
    assert plain == profiled


def test_nothing_is_said_unless_asked_for(tmp_path: Path) -> None:
    plant(tmp_path)
    assert redhanded("scan", ".", cwd=tmp_path).err == ""


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells how many threads there are")
def test_no_thread_stands_by_while_workers_are_forked(repo: Repo) -> None:
    plant(repo.path)
    repo.git("add", "-A")
    repo.commit()
    repo.git("repack", "-q", "-a", "-d")
    script = (
        "import os, sys\nfrom scanner.cli.main import main\n"
        "code = main(['history', '--no-cache'])\n"
        "print('numpy' in sys.modules, len(os.listdir('/proc/self/task')), code)"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OPENBLAS")}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=repo.path, env=environment, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "True 1 1", done
