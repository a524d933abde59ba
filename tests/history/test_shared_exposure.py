"""Where many secrets stand in many files, several processes tell how they lived, as one would; and none is left."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path

import pytest

from scanner.sources import lineage
from tests.history.stopping import Started, stub
from tests.history.support import history, line
from tests.support import Repo

_EXPOSURE = '*"--batch-check=%(objectname)"*'
_OF_ITS_PARENT = "int(open(f'/proc/{os.getppid()}/stat').read().rpartition(')')[2].split()[1])"


def _merged(repo: Repo, files: int) -> None:
    """Commit three secrets in so many files each; on two branches some go and others come; merge them."""
    for number in range(files):
        for secret in range(3):
            repo.write(f"{secret}/{number:03}.py", f"number = {number}\n{line(secret)}")
    repo.git("add", "-A")
    repo.commit()
    repo.git("checkout", "-q", "-b", "side")
    repo.add("new.py", line("new"))
    repo.git("rm", "-q", "-r", "1")
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.add("old.py", line("old"))
    repo.git("rm", "-q", "0/000.py")
    repo.commit()
    repo.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    repo.git("rm", "-q", "-r", "2")
    repo.commit()


@pytest.mark.parametrize("least", [1, 8])
def test_several_processes_tell_what_one_tells(least: int, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    _merged(repo, 7)
    alone = history(repo, "--no-cache", "--jobs", "1", now=2e9)
    monkeypatch.setattr(lineage, "_LEAST_PAIRS", least)
    together = history(repo, "--no-cache", "--jobs", "3", now=2e9)
    assert together.findings == alone.findings
    assert len(alone.findings) == 5
    assert [bool(one["exposure"]["removed"]) for one in alone.findings].count(True) == 2


def _started(repo: Repo, tmp_path: Path, act: str) -> Started:
    env = stub(tmp_path / "bin", _EXPOSURE, act)
    return Started(["history", "--no-cache", "--jobs", "2", "--format", "json"], repo.path, env)


def _once(done: Path, act: str) -> str:
    """What does `act` unless `done` is there; of several that come at once, one makes it."""
    return f"subprocess.call(['mkdir', {str(done)!r}], stderr=subprocess.DEVNULL) or {act}"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_interrupted_they_leave_no_process(repo: Repo, tmp_path: Path) -> None:
    _merged(repo, 700)
    once = _once(tmp_path / "came", f"os.kill({_OF_ITS_PARENT}, signal.SIGINT)")  # each of two gits comes here
    started = _started(repo, tmp_path, f"{once}; time.sleep(60)")
    code, out, err = started.finish()
    assert started.left() == []
    (skip,) = json.loads(out)["skips"]
    assert (code, skip["reason"], "which refs" in skip["detail"]) == (130, "interrupted", True)
    assert "Traceback" not in err


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_killed_their_work_is_done_all_the_same(repo: Repo, tmp_path: Path) -> None:
    _merged(repo, 700)
    whole = history(repo, "--no-cache", "--jobs", "1")
    done = tmp_path / "done"
    kill = f"os.kill(os.getppid(), {int(signal.SIGKILL)})"
    code, out, err = _started(repo, tmp_path, _once(done, kill)).finish()
    assert done.exists() and code == 1 and err == ""
    found = json.loads(out)["findings"]
    assert [(one["id"], one["exposure"]) for one in found] == [(one["id"], one["exposure"]) for one in whole.findings]
