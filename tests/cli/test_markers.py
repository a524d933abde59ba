"""Markers from the command line: what is said of them, what a strict policy refuses, what reports tell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support import Repo, redhanded, token

_TEXT = f"""\
a = "{token(seed=1)}"  # gitleaks:allow
b = "{token(seed=2)}"  # redhanded: allow[github-pat] made up
# redhanded: allow
c = "{token(seed=3)}"
"""
_LOOSE = "redhanded: accepted without a rule or a reason: 2 markers (1 of gitleaks); --strict-policy refuses such\n"
_REFUSED = (
    "redhanded: refused under --strict-policy, as no rule is named or no reason given: 2 markers (1 of gitleaks)\n"
)


@pytest.fixture
def marked(repo: Repo) -> Repo:
    repo.add("app.py", _TEXT)
    repo.commit("all allowed")
    return repo


_COMMANDS = (("scan", "."), ("history",), ("staged", "--whole-file"))


@pytest.mark.parametrize("command", _COMMANDS, ids=lambda command: command[0])
def test_loose_markers_are_told_once_for_the_whole_run(marked: Repo, command: tuple[str, ...]) -> None:
    marked.add("more.py", f'd = "{token(seed=4)}"  # redhanded: allow[github-*] made up\n')
    marked.add("app.py", _TEXT + "\n")
    result = marked.run(*command)
    assert (result.code, result.err) == (0, _LOOSE)


@pytest.mark.parametrize("command", [("scan", "."), ("history",)], ids=lambda command: command[0])
def test_a_strict_policy_refuses_them_and_says_which(marked: Repo, command: tuple[str, ...]) -> None:
    result = marked.run(*command, "--strict-policy")
    assert (result.code, result.err) == (1, _REFUSED)
    shown = " ".join(result.out.split())
    assert "under a strict policy: gitleaks marker on line 1, which names no rule and gives no reason" in shown
    assert "under a strict policy: marker on line 3, which names no rule and gives no reason" in shown
    assert "1 finding allowed" in shown


def test_complete_markers_pass_without_a_word(repo: Repo) -> None:
    repo.add("app.py", f'b = "{token()}"  # redhanded: allow[github-pat] made up\n')
    for options in ((), ("--strict-policy",)):
        result = repo.run("staged", *options)
        assert (result.code, result.err) == (0, "")


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ((), 0),
        (("--no-foreign-markers",), 1),
        (("--ignore-marker", "gitleaks"), 1),
        (("--ignore-marker", "trufflehog"), 0),
        (("--ignore-marker", "redhanded"), 2),
        (("--ignore-marker", "redhanded", "--no-foreign-markers"), 3),
    ],
)
def test_markers_can_be_turned_off(marked: Repo, options: tuple[str, ...], found: int) -> None:
    made = json.loads(marked.run("scan", ".", "--format", "json", *options).out)
    assert len(made["findings"]) == found


def test_every_format_tells_whose_marker_it_was(marked: Repo) -> None:
    made = json.loads(marked.run("scan", ".", "--format", "json").out)["suppressed"]
    assert [(one["marker"]["tool"], one["marker"]["line"], one["marker"]["rules"]) for one in made] == [
        ("gitleaks", 1, []),
        ("redhanded", 2, ["github-pat"]),
        ("redhanded", 3, []),
    ]
    results = json.loads(marked.run("scan", ".", "--format", "sarif").out)["runs"][0]["results"]
    told = [result["suppressions"][0]["properties"]["marker"]["tool"] for result in results]
    assert told == ["gitleaks", "redhanded", "redhanded"]
    text = marked.run("scan", ".", "-v").out
    assert "inline: no reason given (gitleaks marker on line 1, which names no rule and gives no reason)" in text
    assert "inline: made up (marker on line 2)" in text


def test_in_history_a_marker_is_that_beside_the_place_that_is_shown(repo: Repo) -> None:
    secret = token()
    repo.add("a.py", f'a = "{secret}"  # redhanded: allow[github-pat] first\n')
    repo.commit("one")
    repo.add("b.py", f'x\nx\nb = "{secret}"  # redhanded: allow[github-pat] second\n')
    repo.commit("two")
    (entry,) = json.loads(repo.run("history", "--format", "json").out)["suppressed"]
    assert (entry["location"]["path"], entry["marker"]["line"], entry["detail"]) == ("a.py", 1, "first")


def test_workers_hand_on_no_secret_in_a_reason(tmp_path: Path) -> None:
    for number in range(40):
        text = f'a = "{token(seed=1)}"  # redhanded: allow[github-pat] was {token(seed=2)}\n'
        (tmp_path / f"{number}.py").write_text(text + "x = 1\n" * 70_000)  # enough for workers
    result = redhanded("scan", ".", "--format", "json", "--jobs", "2", cwd=tmp_path)
    assert len(json.loads(result.out)["suppressed"]) == 80
    assert token(seed=2) not in result.out and token(seed=1) not in result.out
