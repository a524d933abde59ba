"""What makes a run fail, and what is said when it does not."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from tests.cli.support import plant
from tests.support import Repo, redhanded

# One rule of each grade; the words before the value decide which rule fires.
GRADES = ("proven", "structured", "contextual", "statistical")
RULES = "provider: Acme\nrules:\n" + "".join(
    f"""\
  - id: acme-{grade}
    name: Acme {grade}
    description: Opens Acme.
    severity: {{severity}}
    evidence: {grade}
    shape: '{grade[:4]}_{{{{base62:20}}}}'
"""
    for grade in GRADES
)


def _scan(folder: Path, grade: str, fail_on: str | None, severity: str = "high") -> tuple[int, str, str]:
    (folder / "rules.yaml").write_text(RULES.format(severity=severity))
    (folder / "a.txt").write_text(f"key {grade[:4]}_{'Zx8Qv3Lm1Rt7Kp2Nw5Yb'}\n")
    gate = [] if fail_on is None else ["--fail-on", fail_on]
    return redhanded("scan", "a.txt", "--no-builtin-rules", "--rules", "rules.yaml", *gate, cwd=folder)


@pytest.mark.parametrize("fail_on", [None, *GRADES, "never"])
@pytest.mark.parametrize("grade", GRADES)
def test_the_gate_closes_on_its_grade_and_on_stronger_ones(tmp_path: Path, grade: str, fail_on: str | None) -> None:
    gate = fail_on or "contextual"
    fails = gate != "never" and GRADES.index(grade) <= GRADES.index(gate)
    code, out, err = _scan(tmp_path, grade, fail_on)
    assert "1 finding in 1 file" in out
    assert code == int(fails)
    if fails:
        assert err == ""
    else:
        assert f"the finding does not reach the gate (--fail-on {gate};" in err


@pytest.mark.parametrize("fail_on", ["statistical", "proven"])
def test_findings_of_severity_info_never_fail_a_run(tmp_path: Path, fail_on: str) -> None:
    code, out, err = _scan(tmp_path, "proven", fail_on, severity="info")
    assert "1 finding in 1 file" in out
    assert code == 0
    assert "findings of severity info never do" in err


def test_several_findings_below_the_gate_are_counted(tmp_path: Path) -> None:
    plant(tmp_path, "a.py")
    plant(tmp_path, "b.py")
    result = redhanded("scan", ".", "--fail-on", "never", cwd=tmp_path)
    assert result.code == 0
    assert "none of the 2 findings reaches the gate (--fail-on never;" in result.err


@pytest.mark.parametrize(
    ("secret", "unreadable", "gate", "code"),
    [
        (False, False, "contextual", 0),
        (True, False, "contextual", 1),
        (False, True, "contextual", 3),
        (True, True, "contextual", 1),
        (True, True, "never", 3),
        (True, False, "never", 0),
    ],
    ids=["clean", "findings", "incomplete", "both", "gate-open-and-incomplete", "gate-open"],
)
def test_findings_win_over_incompleteness_and_that_over_clean(
    tmp_path: Path, secret: bool, unreadable: bool, gate: str, code: int
) -> None:
    (tmp_path / "b.py").write_text("x = 1\n")
    os.mkfifo(tmp_path / "fifo")
    if secret:
        plant(tmp_path)
    paths = [".", "fifo"] if unreadable else ["."]
    result = redhanded("scan", *paths, "--fail-on", gate, cwd=tmp_path)
    assert result.code == code
    assert ("INCOMPLETE" in result.out) == unreadable


def test_an_empty_folder_is_said_to_be_empty(tmp_path: Path) -> None:
    result = redhanded("scan", ".", cwd=tmp_path)
    assert result.code == 0
    assert "nothing was read: no file is there" in result.err
    (tmp_path / "a.py").write_text("")
    assert redhanded("scan", ".", cwd=tmp_path).err == ""


def test_a_scan_of_nothing_but_excluded_files_is_said_to_be_one(repo: Repo) -> None:
    repo.write("app.py", "x = 1\n")
    repo.write(".redhanded.yaml", "exclude: ['*']\n")
    result = repo.run("scan", "app.py")
    assert result.code == 0
    assert "nothing was read: everything there is left out on purpose" in result.err


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_jobs_change_nothing_but_the_time(tmp_path: Path, jobs: str) -> None:
    for number in range(2500):
        (tmp_path / f"{number:04}.py").write_text(f"x = {number}\n")
    plant(tmp_path, "0100.py")
    plant(tmp_path, "2400.py")
    started = time.monotonic()
    result = redhanded("scan", ".", "--jobs", jobs, "--format", "json", cwd=tmp_path)
    assert time.monotonic() - started < 30
    paths = [finding["location"]["path"] for finding in json.loads(result.out)["findings"]]
    assert (result.code, paths) == (1, ["0100.py", "2400.py"])
