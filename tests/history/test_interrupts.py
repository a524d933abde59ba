"""Ctrl-C in each phase of a real `redhanded history`: exit code 130, what was found is told and said to be partial, and
no process is left.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.history.stopping import ECHO, INTERRUPT, INTERRUPT_TWICE, Started, stub
from tests.history.support import LINE, SECRET, line
from tests.support import Repo

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

_PROVENANCE = "*diff-tree*"
_EXPOSURE = '*"--batch-check=%(objectname)"*'
_READING = '*"cat-file --batch"'
_MANY = 600  # loose files, which git reads: more than two batches


@pytest.fixture
def planted(repo: Repo) -> Repo:
    """A secret in 40 files of 600, another one in a file that a merge has from one side; one that is allowed."""
    for number in range(_MANY):
        repo.write(f"{number:03}.py", f"number = {number}\n{LINE if number % 15 == 0 else ''}")
    repo.write("allowed.py", f"{line('allowed').rstrip()}  # redhanded: allow[github-pat] made up\n")
    repo.git("add", "-A")
    repo.commit()
    repo.git("checkout", "-q", "-b", "side")
    repo.add("new.py", line("new"))
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.add("old.py", "number = 1\n")
    repo.commit()
    repo.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    repo.git("branch", "-q", "-D", "side")
    return repo


def _stopped(repo: Repo, tmp_path: Path, where: str, *arguments: str, act: str = INTERRUPT, at: int = 0) -> Any:
    """Run with one process and a git that interrupts it; return the exit code, the JSON report and stderr."""
    env = stub(tmp_path / "bin", where, act, at)
    began = time.monotonic()
    started = Started(["history", "--no-cache", "--jobs", "1", "--format", "json", *arguments], repo.path, env)
    code, out, err = started.finish()
    assert time.monotonic() - began < 30  # the git would go on for a minute
    assert started.left() == []
    assert SECRET not in out + err and "Traceback" not in err
    return code, json.loads(out) if out else None, err


def test_in_the_middle_of_reading(planted: Repo, tmp_path: Path) -> None:
    receipt = tmp_path / "receipt.json"
    code, report, err = _stopped(planted, tmp_path, _READING, "--receipt", str(receipt), at=400)
    assert (code, err) == (
        130,
        "redhanded: interrupted; the report is of what was read until then, and partial\n",
    )
    (skip,) = report["skips"]
    assert (skip["reason"], skip["incomplete"]) == ("interrupted", True)
    assert "while it was read" in skip["detail"] and "not looked up" in skip["detail"]
    summary = report["summary"]
    assert summary["incomplete"] and 200 < summary["read"] < 400 < 600 < summary["scope"]
    (found,) = (f for f in report["findings"] if len(f["also"]) > 5)
    assert found["location"]["object"] and found["location"]["commit"] is None and found["exposure"] is None
    told = json.loads(receipt.read_text())
    assert (told["complete"], told["reasons"], told["kinds"]) == (False, {"interrupted": 1}, {})


def test_while_git_looks_up_where_findings_come_from(planted: Repo, tmp_path: Path) -> None:
    code, report, _ = _stopped(planted, tmp_path, _PROVENANCE)
    assert code == 130
    assert [skip["reason"] for skip in report["skips"]] == ["interrupted"]
    assert "when all was read" in report["skips"][0]["detail"]
    assert report["summary"]["read"] == report["summary"]["scope"] > _MANY
    assert sorted(len(found["also"]) for found in report["findings"]) == [0, 39]
    assert [len(found["also"]) for found in report["suppressed"]] == [0]


def test_while_git_looks_up_which_refs_have_them(planted: Repo, tmp_path: Path) -> None:
    code, report, _ = _stopped(planted, tmp_path, _EXPOSURE)
    assert code == 130
    (skip,) = report["skips"]
    assert (skip["reason"], "which refs" in skip["detail"]) == ("interrupted", True)
    assert all(found["location"]["commit"] and found["exposure"] is None for found in report["findings"])
    assert len(report["findings"]) == 2


def test_before_anything_was_read(planted: Repo, tmp_path: Path) -> None:
    code, report, err = _stopped(planted, tmp_path, "*show-object-format*")
    assert (code, report, err) == (130, None, "redhanded: interrupted; there is no report\n")


@pytest.mark.parametrize("where", [_READING, _PROVENANCE, _EXPOSURE])
def test_the_second_one_leaves_at_once(planted: Repo, tmp_path: Path, where: str) -> None:
    """The second comes while the first is dealt with, or after; there is a whole report, or none."""
    at = 400 if where == _READING else 0
    code, report, err = _stopped(planted, tmp_path, where, act=INTERRUPT_TWICE, at=at)
    assert code == 130
    assert report is None or report["summary"]["incomplete"]
    assert "interrupted" in err


@pytest.mark.parametrize("where", [_READING, _PROVENANCE])
def test_one_press_that_comes_twice_is_one(planted: Repo, tmp_path: Path, where: str) -> None:
    """From the terminal, and handed on at once by the program that runs this one."""
    code, report, err = _stopped(planted, tmp_path, where, act=ECHO, at=400 if where == _READING else 0)
    assert code == 130
    assert [skip["reason"] for skip in report["skips"]] == ["interrupted"] and len(report["findings"]) == 2
    assert err == "redhanded: interrupted; the report is of what was read until then, and partial\n"


@pytest.mark.parametrize("format", ["text", "sarif", "github", "gitlab-sast"])
def test_every_format_says_that_it_is_partial(planted: Repo, tmp_path: Path, format: str) -> None:
    env = stub(tmp_path / "bin", _PROVENANCE, INTERRUPT)
    started = Started(["history", "--no-cache", "--format", format], planted.path, env)
    code, out, _ = started.finish()
    assert code == 130
    match format:
        case "text":
            assert "Ctrl-C came" in out
            assert out.splitlines()[-1].endswith(
                "INCOMPLETE: it was stopped before its end, and this report is partial"
            )
        case "sarif":
            (run,) = json.loads(out)["runs"]
            (invocation,) = run["invocations"]
            assert invocation["executionSuccessful"] is False
            (note,) = invocation["toolExecutionNotifications"]
            assert note["properties"]["reason"] == "interrupted"
        case "github":
            assert "incomplete" in out
        case "gitlab-sast":
            assert json.loads(out)["scan"]["status"] == "failure"


def test_a_part_of_a_history_is_told_with_the_paths_that_are_known(planted: Repo, tmp_path: Path) -> None:
    code, report, _ = _stopped(planted, tmp_path, "*diff-tree*--find-object*", "--since", "HEAD~1")
    assert code == 130
    (found,) = report["findings"]
    assert (found["location"]["path"], found["location"]["commit"]) == ("new.py", None)


@pytest.mark.parametrize("where", ["*ls-tree?-r?-z?--full-tree*", "*diff-tree*--find-object*"])
def test_a_change_under_review_tells_that_it_may_not_be_new(planted: Repo, tmp_path: Path, where: str) -> None:
    """While what was there before is listed, or when it was read."""
    planted.git("checkout", "-q", "-b", "topic", "HEAD~1")
    planted.add("change.py", line("change"))
    planted.commit()
    planted.git("merge", "-q", "-m", "merge", "main")
    env = stub(tmp_path / "bin", where, INTERRUPT)
    started = Started(["ci", "--range", "main..topic", "--format", "json"], planted.path, env)
    code, out, _ = started.finish()
    assert (code, started.left()) == (130, [])
    report = json.loads(out)
    assert [found["location"]["path"] for found in report["findings"]] == ["change.py"]
    (skip,) = report["skips"]
    assert skip["reason"] == "interrupted" and "may not be new" in skip["detail"]


def first_of(started: Started) -> bytes:
    """Wait for the report to begin and return the first of it; nobody reads on, so the pipe is full soon."""
    assert started.process.stdout
    return os.read(started.process.stdout.fileno(), 10)


def test_while_the_report_is_written_it_is_finished(repo: Repo) -> None:
    for number in range(300):
        repo.write(f"{number}.py", line(number))
    repo.git("add", "-A")
    repo.commit()
    started = Started(["history", "--no-cache", "--format", "json"], repo.path, {})
    assert started.process.stdout
    begin = first_of(started)
    started.process.send_signal(signal.SIGINT)
    time.sleep(0.2)
    code, rest, err = started.finish()
    assert (code, err) == (130, "redhanded: interrupted; the report was finished all the same, and is whole\n")
    report = json.loads(begin.decode() + rest)
    assert (len(report["findings"]), report["summary"]["incomplete"]) == (300, False)


def test_a_report_that_nobody_reads_can_be_left(repo: Repo) -> None:
    for number in range(300):
        repo.write(f"{number}.py", line(number))
    repo.git("add", "-A")
    repo.commit()
    started = Started(["history", "--no-cache", "--format", "json"], repo.path, {})
    assert started.process.stdout
    first_of(started)
    for _ in range(20):  # two are enough, unless both come before the first is noticed
        if started.process.poll() is None:
            started.process.send_signal(signal.SIGINT)
            time.sleep(0.5)
    code, _, err = started.finish()
    assert (code, "left at once" in err) == (130, True)
    assert started.left() == []


def test_what_was_read_is_remembered(planted: Repo, tmp_path: Path) -> None:
    cache = {"XDG_CACHE_HOME": os.environ["XDG_CACHE_HOME"]}
    env = stub(tmp_path / "bin", _READING, INTERRUPT, 400)
    started = Started(["history", "--jobs", "1", "--format", "json"], planted.path, {**env, **cache})
    assert started.finish()[0] == 130
    result = planted.run("history", "--jobs", "1", "--format", "json")
    report = json.loads(result.out)
    assert result.code == 1 and not report["summary"]["incomplete"]
    assert report["summary"]["details"]["known-clean"] > 200
    assert sorted(len(found["also"]) for found in report["findings"]) == [0, 39]
