"""What happens to a repository, and to the gits that read it, in the middle of a real `redhanded history`."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.history.stopping import DIE, Started, stub
from tests.history.support import line
from tests.support import Repo

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

# Where in a run: git is asked for this at the beginning, beside the reading, and then in each later step.
BEGIN = "*show-object-format*"
BESIDE = "*rev-list*--quiet*"
LISTING = "*for-each-ref*"
PROVENANCE = "*diff-tree*"
GRAPH = "*rev-list*--reverse*--parents*"
EXPOSURE = "*symbolic-ref*"
STEPS = [BEGIN, BESIDE, LISTING, PROVENANCE, GRAPH, EXPOSURE]


@pytest.fixture
def planted(repo: Repo) -> Repo:
    """Two packs of which one is large enough to be mapped, and loose objects; a secret in each, one in a message."""
    chance = random.Random(3)
    for number in range(30):
        repo.write(f"{number}.bin", chance.randbytes(9_000))
    repo.git("add", "-A")
    repo.add("one.py", line("one"))
    repo.commit()
    repo.git("repack", "-q", "-a", "-d")
    repo.add("two.py", line("two"))
    repo.commit(f"message\n\n{line('message')}")
    repo.git("branch", "side")
    repo.git("repack", "-q", "-d")
    repo.add("three.py", line("three"))
    repo.commit()
    return repo


def _run(repo: Repo, env: Any, *arguments: str) -> tuple[int, Any, str]:
    started = Started(["history", "--no-cache", "--format", "json", *arguments], repo.path, env)
    code, out, err = started.finish()
    assert started.left() == []
    assert "Traceback" not in err and "internal" not in err
    return code, json.loads(out) if out else None, err


@pytest.mark.parametrize("jobs", ["1", "3"])
@pytest.mark.parametrize("size", [0, 5_000, 150_000])
def test_a_pack_that_is_cut_short_while_it_is_mapped(planted: Repo, tmp_path: Path, jobs: str, size: int) -> None:
    """Whoever reads what is not there any more gets a signal, which ends the process."""
    pack = max((planted.path / ".git/objects/pack").glob("*.pack"), key=lambda path: path.stat().st_size)
    pack.chmod(0o644)
    assert pack.stat().st_size > 200_000
    env = stub(tmp_path / "bin", BESIDE, f"os.truncate('{pack}', {size})")
    code, report, _ = _run(planted, env, "--jobs", jobs)
    assert code in (1, 3) and report["summary"]["incomplete"]
    assert report["summary"]["read"] < report["summary"]["scope"]
    died = [skip["detail"] for skip in report["skips"] if skip["reason"] == "worker-died"]
    assert died and all(f"signal {int(signal.SIGBUS)}" in detail and "cut short" in detail for detail in died)
    assert {finding["location"]["object"] for finding in report["findings"]} >= {planted.git("rev-parse", ":three.py")}


@pytest.mark.parametrize("where", STEPS)
def test_a_git_that_is_killed_is_said_and_costs_no_finding(planted: Repo, tmp_path: Path, where: str) -> None:
    code, report, err = _run(planted, stub(tmp_path / "bin", where, DIE))
    if where == BEGIN:
        assert (code, report, "signal 9" in err) == (2, None, True)
        return
    assert code == 1 and len(report["findings"]) == 4
    failed = [skip["detail"] for skip in report["skips"] if skip["reason"] == "git-error"]
    assert failed and all("signal 9" in detail for detail in failed)


def test_a_git_that_is_killed_while_it_reads_costs_one_object(planted: Repo, tmp_path: Path) -> None:
    for number in range(100):
        planted.write(f"loose{number}.py", line(number))
    planted.git("add", "-A")
    planted.commit()
    code, report, _ = _run(planted, stub(tmp_path / "bin", '*"cat-file --batch"', DIE, 50))
    assert code == 1 and report["summary"]["incomplete"]
    assert len(report["findings"]) > 50


CHANGES = {
    "repack": "repack -a -d -q -f",
    "gc": "gc -q --prune=now",
    "a branch is deleted": "branch -q -D side",
    "a branch is renamed": "branch -m side other",
    "a worktree is removed": "worktree remove --force ../tree",
    "fetch": "fetch -q ../other HEAD:refs/heads/fetched",
    "push": "push -q . HEAD~1:refs/heads/pushed",
    "reset": "reset -q --hard HEAD~2",
    "commit": "-c user.name=a -c user.email=a@b commit -q --allow-empty -m more",
}


@pytest.mark.parametrize("where", STEPS)
@pytest.mark.parametrize("change", CHANGES)
def test_a_repository_that_changes_meanwhile(planted: Repo, tmp_path: Path, where: str, change: str) -> None:
    """Nothing that was there all the time is missed, and what was not is either told or said to be missing."""
    other = Repo(planted.path.parent / "other")
    other.add("other.py", "nothing\n")
    other.commit()
    planted.git("worktree", "add", "-q", "--detach", "../tree")
    real = shutil.which("git")
    command = [str(real), "-C", str(planted.path), *CHANGES[change].split()]
    env = stub(tmp_path / "bin", where, f"os.spawnv(os.P_WAIT, '{real}', {command!r})")
    code, report, err = _run(planted, env, "--jobs", "2")
    assert (code, err) == (1, "")
    assert len(report["findings"]) == 4, report["skips"]
    assert planted.git("fsck", "--full") is not None


def test_a_repository_that_goes_away_meanwhile(planted: Repo, tmp_path: Path) -> None:
    gone = planted.path.parent / "gone"
    for where in (BESIDE, PROVENANCE, EXPOSURE):
        act = f"os.rename('{planted.path}', '{gone}'); time.sleep(0.5)"
        code, report, _ = _run(planted, stub(tmp_path / f"bin{STEPS.index(where)}", where, act))
        assert code in (1, 3) and report["summary"]["incomplete"], where
        assert any(skip["reason"] == "git-error" for skip in report["skips"])
        os.rename(gone, planted.path)
