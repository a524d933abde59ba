"""`redhanded why` and `--min-confidence`: what moved the judge, for hits and misses, without the secret."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.support import assert_error
from tests.support import Repo, redhanded, token

_CHOSEN = "Tiger" + "-lily-73"
_TEXT = f"""\
user = "app"
password = "{_CHOSEN}"
api_key = "v1_internal_identifier"
password = "changeme"
github = "{token()}"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "settings.py").write_text(_TEXT)
    return tmp_path


def test_a_hit_is_explained(folder: Path) -> None:
    result = redhanded("why", "settings.py:2", cwd=folder)
    assert result.code == 0
    assert "settings.py:2:13  generic-password: found, contextual, confidence 0." in result.out
    assert "value: wordnumber" in result.out
    assert "key: password" in redhanded("why", "settings.py:2", "--all-features", cwd=folder).out


def test_a_miss_is_explained(folder: Path) -> None:
    result = redhanded("why", "settings.py:3", cwd=folder)
    assert "dropped by generic (unlikely, confidence 0." in result.out
    assert "key: strong key" in redhanded("why", "settings.py:3", "--all-features", cwd=folder).out


def test_a_drop_before_the_judge_names_who_dropped_it(folder: Path) -> None:
    result = redhanded("why", "settings.py:4", cwd=folder)
    assert "dropped by placeholder (placeholder" in result.out


def test_a_providers_token_is_explained_without_a_judge(folder: Path) -> None:
    result = redhanded("why", "settings.py:5", cwd=folder)
    assert "github-pat: found, proven, confidence 0.99: its checksum holds" in result.out


def test_without_a_line_all_of_the_file_is_told_and_no_secret(folder: Path) -> None:
    result = redhanded("why", "settings.py", "--all-features", cwd=folder)
    assert {f"settings.py:{n}:" in result.out for n in (2, 3, 4, 5)} == {True}
    for secret in (_CHOSEN, token(), "changeme", "v1_internal_identifier"):
        assert secret not in result.out + result.err


def test_a_line_without_anything_says_so(folder: Path) -> None:
    assert redhanded("why", "settings.py:1", cwd=folder).out == "no rule matches anything on line 1 of settings.py\n"


def test_an_allowed_secret_is_said_to_be_allowed(folder: Path) -> None:
    (folder / "settings.py").write_text(_TEXT.replace('lily-73"', 'lily-73"  # redhanded: allow a test'))
    assert "allowed by an inline comment" in redhanded("why", "settings.py:2", cwd=folder).out


@pytest.mark.parametrize(
    ("place", "problem"),
    [("nothing.py:3", "cannot be read"), (".", "is a folder"), ("settings.py:0", "there is no line 0")],
)
def test_a_place_that_is_none_is_an_error(folder: Path, place: str, problem: str) -> None:
    assert_error(redhanded("why", place, cwd=folder), problem)


def _found(folder: Path, *options: str) -> list[str]:
    report = json.loads(redhanded("scan", ".", "--format", "json", *options, cwd=folder).out)
    return [finding["rule_id"] for finding in report["findings"]]


def test_the_gate_can_be_moved_both_ways(folder: Path) -> None:
    usual = _found(folder)
    assert "github-pat" in usual and "generic-password" in usual
    assert _found(folder, "--min-confidence", "0.985") == ["github-pat"]
    assert len(_found(folder, "--min-confidence", "0")) > len(usual)


def test_what_is_below_the_gate_is_counted(folder: Path) -> None:
    report = json.loads(redhanded("scan", ".", "--format", "json", cwd=folder).out)
    assert "unlikely" in json.dumps(report)


@pytest.mark.parametrize("share", ["2", "-1", "much", "nan"])
def test_a_gate_that_is_no_share_is_an_error(folder: Path, share: str) -> None:
    assert_error(redhanded("scan", ".", f"--min-confidence={share}", cwd=folder), "is not a number from 0 to 1")


def test_history_judges_with_the_paths_that_a_content_had(repo: Repo) -> None:
    repo.add("settings.py", _TEXT)
    repo.commit("settings")
    (audit, scan) = (
        {(f["rule_id"], f["confidence"]) for f in json.loads(repo.run(*command, "--format", "json").out)["findings"]}
        for command in (("history",), ("scan", "."))
    )
    assert audit == scan


def test_history_takes_the_gate_and_does_not_remember_under_another(repo: Repo) -> None:
    repo.add("settings.py", _TEXT.replace(token(), "x"))
    repo.commit("settings")
    counts = [
        len(json.loads(repo.run("history", "--format", "json", *options).out)["findings"])
        for options in (("--min-confidence", "1"), (), ("--min-confidence", "0"))
    ]
    assert counts[0] == 0 < counts[1] < counts[2]
