"""What `redhanded ci` prints where, and its exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ci.support import SECRET, Origin, ci, github, origin, pull_request, push
from tests.support import redhanded


@pytest.fixture
def made(tmp_path: Path) -> Origin:
    return origin(tmp_path)


def test_on_github_annotations_come_with_the_report(made: Origin, tmp_path: Path) -> None:
    seen = ci(made.clone(), github(tmp_path, "pull_request", pull_request(made)), format=None)
    note, stop, *report, start = seen.out.splitlines()
    assert note.startswith("::error file=app.py,line=2,endLine=2,col=8,endColumn=48,title=GitHub personal access")
    assert stop.startswith("::stop-commands::") and start == f"::{stop.removeprefix('::stop-commands::')}::"
    assert report[0].startswith("app.py:2:8  ")
    assert "1 finding in 4 objects" in report[-1]
    assert "\x1b" not in seen.out


def test_a_format_that_is_named_comes_alone(made: Origin, tmp_path: Path) -> None:
    variables = github(tmp_path, "pull_request", pull_request(made))
    assert ci(made.clone(), variables, format="github").out.startswith("::error ")
    assert "::stop-commands" not in ci(made.clone(), variables, format="github").out
    assert ci(made.clone(), variables, format="sarif").report["version"] == "2.1.0"
    assert "::error" not in ci(made.clone(), variables, format="text").out
    assert [issue["location"] for issue in ci(made.clone(), variables, format="gitlab-codequality").report] == [
        {"path": "app.py", "lines": {"begin": 2, "end": 2}}
    ]
    assert ci(made.clone(), variables, format="gitlab-sast").report["vulnerabilities"][0]["location"]["start_line"] == 2


def test_a_report_in_a_file_leaves_the_annotations_in_the_log(made: Origin, tmp_path: Path) -> None:
    variables = github(tmp_path, "pull_request", pull_request(made))
    seen = ci(made.clone(), variables, "--output", str(tmp_path / "report.txt"), format=None)
    assert seen.out.startswith("::error ") and len(seen.out.splitlines()) == 1
    assert (tmp_path / "report.txt").read_text().startswith("app.py:2:8  ")


@pytest.mark.parametrize(
    "variables", [{}, {"CIRCLECI": "true"}, {"GITLAB_CI": "true"}], ids=["none", "circle", "gitlab"]
)
def test_elsewhere_it_is_the_report_alone(made: Origin, variables: dict[str, str]) -> None:
    seen = ci(made.clone(), variables, "--range", "origin/main..HEAD", format=None)
    assert seen.out.startswith("app.py:2:8  ")


def test_a_report_for_programs_in_a_file_leaves_the_log_as_it_is(made: Origin, tmp_path: Path) -> None:
    file = tmp_path / "report.sarif"
    there = ("--output", str(file))
    checkout, variables = made.clone(), github(tmp_path, "pull_request", pull_request(made))
    on_github = ci(checkout, variables, *there, format="sarif")
    assert json.loads(file.read_text())["version"] == "2.1.0"
    assert on_github.out.startswith("::error ") and "\napp.py:2:8  " in on_github.out
    gitlab = {"GITLAB_CI": "true", "CI_COMMIT_SHA": made.head, "CI_COMMIT_BEFORE_SHA": made.base}
    assert ci(checkout, gitlab, *there, format="gitlab-codequality").out.startswith("app.py:2:8  ")
    assert len(json.loads(file.read_text())) == 1
    by_hand = ("--range", "origin/main..HEAD")
    assert ci(checkout, {}, *there, *by_hand, format="sarif").out == ""


def test_the_exit_codes(made: Origin, tmp_path: Path) -> None:
    checkout = made.clone()
    clean = github(tmp_path, "push", push(made.one, made.head))
    assert redhanded("ci", cwd=checkout.path, env=clean).code == 0
    found = github(tmp_path, "pull_request", pull_request(made))
    assert redhanded("ci", cwd=checkout.path, env=found).code == 1
    assert redhanded("ci", "--fail-on", "never", cwd=checkout.path, env=found).code == 0
    assert redhanded("ci", "--nope", cwd=checkout.path, env=found).code == 2
    assert redhanded("ci", cwd=checkout.path).code == 2


def test_a_missing_object_is_incomplete(made: Origin, tmp_path: Path) -> None:
    made.repo.git("checkout", "-q", "topic")
    made.repo.add("b", "only here\n")
    head = made.repo.commit()
    oid = made.repo.git("rev-parse", "HEAD:b")
    (made.repo.path / ".git/objects" / oid[:2] / oid[2:]).unlink()
    event = github(tmp_path, "push", push(made.head, head))
    seen = ci(made.repo, event, format=None)
    assert seen.code == 3
    assert seen.out.startswith("::warning title=redhanded%3A the scan is incomplete::1 in scope not read")
    assert "INCOMPLETE" in seen.out


@pytest.mark.parametrize("format", ["text", "json", "sarif", "github", "gitlab-codequality", "gitlab-sast"])
def test_no_form_of_it_shows_the_secret(made: Origin, tmp_path: Path, format: str) -> None:
    variables = github(tmp_path, "pull_request", pull_request(made))
    result = redhanded("ci", "--format", format, "-v", "--receipt", cwd=made.clone().path, env=variables)
    assert result.code == 1
    assert SECRET not in result.out + result.err


def test_a_receipt_says_what_was_read(made: Origin, tmp_path: Path) -> None:
    file = tmp_path / "receipt.json"
    ci(made.clone(), {}, "--range", "origin/main..HEAD", "--receipt", str(file))
    receipt = json.loads(file.read_text())
    assert (receipt["command"], receipt["complete"], receipt["scope"], receipt["read"]) == ("ci", True, 4, 4)


def test_a_log_that_nobody_reads_any_more_changes_no_verdict(made: Origin, tmp_path: Path) -> None:
    variables = github(tmp_path, "pull_request", pull_request(made))
    command = f'"{sys.executable}" -m scanner ci | true; exit "${{PIPESTATUS[0]}}"'
    done = subprocess.run(
        ["bash", "-c", command], cwd=made.clone().path, env={**os.environ, **variables}, capture_output=True
    )
    assert (done.returncode, done.stderr) == (1, b"")
