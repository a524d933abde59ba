"""Ranges that are empty, senseless, or reach into what is not there: said, never an empty scan."""

from __future__ import annotations

from typing import Final

import pytest

from tests.history.support import LINE, history, line, remove
from tests.support import Repo

EMPTY = {
    "the same commit": ["--range", "main..main"],
    "backwards": ["--range", "main..main~1"],
    "since the end": ["--since", "main"],
    "no branch has more": ["--branches", "--since", "main"],
}


@pytest.mark.parametrize("options", EMPTY.values(), ids=EMPTY.keys())
def test_an_empty_range_says_so(repo: Repo, options: list[str]) -> None:
    for name in "ab":
        repo.add(name, LINE)
        repo.commit()
    seen = history(repo, *options)
    assert (seen.code, seen.err) == (0, "redhanded: no commit is in this range, so there was nothing to read\n")


def test_no_local_branch_is_an_empty_scope(repo: Repo) -> None:
    repo.add("a", LINE)
    repo.commit()
    repo.git("checkout", "-q", "--detach")
    repo.git("branch", "-q", "-D", "main")
    seen = history(repo, "--branches")
    assert (seen.code, seen.err) == (0, "redhanded: no commit is in this range, so there was nothing to read\n")


ABSENT = "1234567890" * 4


WRONG: Final[dict[str, tuple[list[str], str]]] = {
    "since nothing": (["--since", ""], "--since: there is no commit '' here"),
    "since a typo": (["--since", "mian"], "--since: there is no commit mian here"),
    "since a date": (["--since", "2.weeks"], "not a date"),
    "since an absent id": (["--since", ABSENT], f"no commit {ABSENT} here"),
    "since a file": (["--since", "HEAD:app.py"], "no commit HEAD:app.py here"),
    "since an exclusion": (["--since", "^HEAD"], "no commit ^HEAD here"),
    "since a range": (["--since", "HEAD..HEAD"], "no commit HEAD..HEAD here"),
    "since an option": (["--since=--all"], "no commit --all here"),
    "since an output file": (["--since=--output=x"], "no commit --output=x here"),
    "since an escape": (["--since", "a\x1b[31m"], r"no commit a\x1b[31m here"),
    "an option in a range": (["--range=--all..HEAD"], "no commit --all here"),
    "an option at its end": (["--range", "HEAD..--all"], "no commit --all here"),
    "half a range": (["--range", "HEAD.."], "two revisions are needed"),
    "the other half": (["--range", "..HEAD"], "two revisions are needed"),
    "no range": (["--range", "HEAD"], "two revisions are needed"),
    "nothing for a range": (["--range", ""], "two revisions are needed"),
    "three dots": (["--range", "HEAD...HEAD"], "three dots"),
    "an absent end": (["--range", f"HEAD..{ABSENT}"], f"no commit {ABSENT} here"),
    "an absent start": (["--range", f"{ABSENT}..HEAD"], f"no commit {ABSENT} here"),
    "a range and branches": (["--range", "HEAD~0..HEAD", "--branches"], "exclude each other"),
    "none": (["--max-count", "0"], "'0' is not a number from 1 on"),
    "fewer than none": (["--max-count=-1"], "'-1' is not a number"),
    "many of none": (["--max-count", "9" * 5000], "is not a number"),
}


@pytest.mark.parametrize(("options", "words"), WRONG.values(), ids=WRONG.keys())
def test_a_scope_that_makes_no_sense_is_an_error(repo: Repo, options: list[str], words: str) -> None:
    repo.add("app.py", LINE)
    repo.commit()
    result = repo.run("history", *options)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("error: ") and "\nhelp:  " in result.err
    assert words in result.err
    assert "internal error" not in result.err


def test_a_repository_without_commits_has_no_revision(repo: Repo) -> None:
    result = repo.run("history", "--since", "HEAD")
    assert (result.code, "there is no commit HEAD here" in result.err) == (2, True)


def _shallow(repo: Repo, depth: int) -> Repo:
    for name in "abc":
        repo.add(name, line(name))
        repo.commit(name)
    repo.git("clone", "-q", "--no-local", f"--depth={depth}", f"file://{repo.path}", "../shallow")
    return Repo(repo.path.parent / "shallow")


def test_a_shallow_clone_is_named_when_a_revision_is_missing(repo: Repo) -> None:
    old = _shallow(repo, 2).run("history", "--since", repo.git("rev-parse", "main~2"))
    assert old.code == 2
    assert "this clone is shallow" in old.err and "git fetch --unshallow" in old.err


def test_a_scope_in_which_a_shallow_clone_ends_is_incomplete(repo: Repo) -> None:
    shallow = _shallow(repo, 2)
    whole = history(shallow, "--range", "HEAD~1..HEAD")
    assert (whole.code, whole.skips, {finding["location"]["path"] for finding in whole.findings}) == (1, [], {"c"})
    cut = history(shallow, "--branches")
    assert [reason for reason, _ in cut.skips] == ["shallow"]
    cut = history(shallow, "--max-count", "2")
    assert [reason for reason, _ in cut.skips] == ["shallow"]


def test_a_missing_object_makes_it_incomplete(repo: Repo) -> None:
    repo.add("a", "a")
    repo.commit()
    repo.add("b", "b")
    repo.commit()
    oid = remove(repo, "HEAD:b")
    for options in (["--range", "HEAD~1..HEAD"], ["--max-count", "1"]):
        seen = history(repo, *options)
        assert (seen.code, seen.skips) == (3, [("missing-object", oid)])


def test_a_broken_history_makes_it_incomplete(repo: Repo) -> None:
    for name in "abc":
        repo.add(name, name)
        repo.commit()
    end = repo.git("rev-parse", "HEAD")
    remove(repo, "HEAD~2")
    for options in (["--branches"], ["--max-count", "3"]):
        seen = history(repo, *options)
        assert (seen.code, [reason for reason, _ in seen.skips][:1]) == (3, ["git-error"])
    assert history(repo, "--range", f"{end}~1..{end}").code in (0, 3)
