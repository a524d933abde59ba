"""The way of each rule, told for hits and misses: in files, commits, texts, encodings, archives; never the secret."""

from __future__ import annotations

import base64
import random
import zipfile
from pathlib import Path

import pytest

from tests.cli.support import assert_error
from tests.support import Repo, Result, redhanded, token

_TOKEN = token()


def why(folder: Path, text: str, *options: str, name: str = "app.py", line: int = 1) -> str:
    (folder / name).write_text(text)
    result = redhanded("why", f"{name}:{line}", *options, cwd=folder)
    assert result.code == 0, result
    assert _TOKEN not in result.out and _TOKEN[4:24] not in result.out
    return result.out


def test_each_step_of_a_hit_is_told(tmp_path: Path) -> None:
    told = why(tmp_path, f"key = '{_TOKEN}'\n")
    steps = (
        "prefilter  `ghp_` is there",
        "match      40 characters, columns 8 to 47",
        "graded by checksum",
        "no comment",
    )
    assert all(step in told for step in steps)


_MISSES = [
    ("too short", _TOKEN[:-1], "39 characters fit; it fails at column 47, where ' stands"),
    ("too long", _TOKEN + "x", "40 characters fit; it fails at column 48, where a letter stands"),
    ("interrupted", f"{_TOKEN[:20]}-{_TOKEN[21:]}", "20 characters fit; it fails at column 28, where - stands"),
]


@pytest.mark.parametrize(("value", "said"), [miss[1:] for miss in _MISSES], ids=[miss[0] for miss in _MISSES])
def test_a_pattern_that_does_not_match_says_how_far_it_goes(tmp_path: Path, value: str, said: str) -> None:
    told = why(tmp_path, f"key = '{value}'\n")
    assert f"github-pat: `ghp_` is there at column 8, but the pattern does not match: {said}" in told


def test_the_line_may_end_where_the_pattern_wants_more(tmp_path: Path) -> None:
    assert "where the line ends" in why(tmp_path, f"key = {_TOKEN[:-3]}\nb\n")


def test_a_rule_for_other_files_is_told_of(tmp_path: Path) -> None:
    text = 'password = "Tiger' + '-lily-73"\n'
    assert "hashicorp-terraform-password: it would match, but is for *.tf" in why(tmp_path, text)
    assert "path       the rule is for *.tf" in why(tmp_path, text, "--all", name="main.tf")


def test_a_rule_that_is_asked_for_says_that_the_prefilter_saw_nothing(tmp_path: Path) -> None:
    told = why(tmp_path, "a = 1\n", "--only", "github-pat")
    assert "github-pat: the prefilter saw nothing: none of `ghp_` is there" in told
    assert "not in use" not in told
    many = why(tmp_path, "a = 1\n", "--only", "github-*")
    assert many.count("\n") < 5 and "no literal of theirs is there: github-" in many


def test_a_rule_that_is_not_in_use_is_told_of_when_it_would_match(tmp_path: Path) -> None:
    told = why(tmp_path, f"key = '{_TOKEN}'\n", "--skip", "github-pat")
    assert "github-pat: it would match, but it is not in use (see --only and --skip)" in told


def test_the_loser_of_an_overlap_names_the_winner(tmp_path: Path) -> None:
    told = why(tmp_path, f"token = '{_TOKEN}'\n")
    assert "yields to github-pat, which claims the same characters" in told


@pytest.mark.parametrize(
    ("mark", "options", "said"),
    [
        ("redhanded: allow[github-pat] a test", (), "a marker on line 1 for github-pat allows it: a test"),
        (
            "redhanded: allow[github-patt] x",
            (),
            "on line 1 for github-patt does not count, as it names another rule: x",
        ),
        ("gitleaks:allow", (), "a gitleaks marker on line 1 allows it; it names no rule and gives no reason"),
        ("gitleaks:allow", ("--ignore-marker", "gitleaks"), "does not count, as those of gitleaks are turned off"),
        ("redhanded: allow", ("--strict-policy",), "gives no reason, which --strict-policy refuses"),
    ],
)
def test_markers_are_told_whether_they_count_or_not(
    tmp_path: Path, mark: str, options: tuple[str, ...], said: str
) -> None:
    assert said in why(tmp_path, f"key = '{_TOKEN}'  # {mark}\n", *options)


def test_what_is_encoded_on_the_line_is_told(tmp_path: Path) -> None:
    encoded = base64.b64encode(f"key = {_TOKEN}".encode()).decode()
    told = why(tmp_path, f"a\ndata: {encoded}\n", line=2, name="a.yaml")
    assert "encoded    it stands there as base64" in told
    assert "base64 text from column 7" in told and "46 bytes, and searched as well" in told
    assert encoded not in told


def test_an_excluded_file_names_the_line_that_leaves_it_out(tmp_path: Path) -> None:
    (tmp_path / ".redhanded.yaml").write_text("exclude:\n  - build/\n  - '*.py'\n")
    told = why(tmp_path, f"key = '{_TOKEN}'\n")
    assert told.startswith("app.py: left out by *.py in .redhanded.yaml:3; what follows")


def test_a_file_as_it_is_in_a_commit(repo: Repo) -> None:
    repo.add("sub/app.py", f"key = '{_TOKEN}'\n")
    first = repo.commit("one")
    repo.git("rm", "-q", "sub/app.py")
    repo.add("b", "b\n")
    repo.commit(f"words {_TOKEN}")
    assert f"{first[:12]}:sub/app.py:1:8  github-pat: found" in repo.run("why", "sub/app.py:1", "--rev", "HEAD~1").out
    assert "github-pat: found" in repo.run("why", "--rev", "HEAD").out
    assert_error(repo.run("why", "sub/app.py:1", "--rev", "HEAD"), "has no file sub/app.py")
    assert_error(repo.run("why", "sub/app.py:1", "--rev", "nothing"), "there is no commit")
    assert_error(repo.run("why", "sub/app.py:1", "--rev=--all"), "there is no commit")


def _text(folder: Path, *arguments: str, stdin: str = "") -> Result:
    return redhanded("why", *arguments, cwd=folder, stdin=stdin.encode())


def test_a_text_is_judged_as_if_it_stood_in_the_file(tmp_path: Path) -> None:
    assert "<text>:1:4  github-pat: found" in _text(tmp_path, "--text", "-", stdin=f"x='{_TOKEN}'\n").out
    assert "<text>:1:4  github-pat: found" in _text(tmp_path, "--text", f"x='{_TOKEN}'").out
    named = _text(tmp_path, "main.tf", "--text", "password = 'Tiger" + "-lily-73'").out
    assert "main.tf:1:13" in named and "but is for" not in named
    assert "no rule matches in <text>" in _text(tmp_path, "--text", "-").out


def test_members_of_archives_are_named_as_reports_name_them(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("in/a.py", f"a\nkey = '{_TOKEN}'\n")
        archive.writestr("b.py", "b\n")
    assert "x.zip!/in/a.py:2:8  github-pat: found" in _text(tmp_path, "x.zip").out
    assert "x.zip!/in/a.py:2:8  github-pat: found" in _text(tmp_path, "x.zip!/in/a.py:2").out
    assert_error(_text(tmp_path, "x.zip!/c.py:2"), "the archive has no such member")


def test_utf_16_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(f"key = '{_TOKEN}'\r\n".encode("utf-16"))
    assert _text(tmp_path, "a.py:1").out.count("github-pat: found") == 1


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ((), "there is nothing to explain"),
        (("--text", "x", "--rev", "HEAD"), "--text and --rev exclude"),
        (("a.py:99",), "a.py has 1 line, and no line 99"),
        (("a.py:1", "--ignore-marker", "gitleeks"), "unknown scanner 'gitleeks'"),
    ],
)
def test_wrong_arguments_are_errors(tmp_path: Path, arguments: tuple[str, ...], problem: str) -> None:
    (tmp_path / "a.py").write_text("a\n")
    assert_error(_text(tmp_path, *arguments), problem)


def test_a_place_as_reports_print_it_is_understood(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(f"key = '{_TOKEN}'\n")
    assert "a.py:1:8  github-pat: found" in _text(tmp_path, "a.py:1:8").out


@pytest.mark.parametrize("seed", range(6))
def test_no_part_of_a_broken_secret_is_printed(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    value = list(token(seed=seed))
    value[chance.randrange(6, 40)] = chance.choice("-_.! ")
    broken = "".join(value)
    told = why(tmp_path, f"token: '{broken}'\n", "--all", name="a.yaml")
    assert not [at for at in range(4, 36) if broken[at : at + 4] in told]
