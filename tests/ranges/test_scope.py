"""`redhanded history` of a part of a history: which objects each option leaves in, and what it says of the rest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.history.support import LINE, SECRET, Seen, history, line
from tests.support import Repo, Result, token

Planted = tuple[str, ...]


def _paths(seen: Seen) -> set[str | None]:
    """Return where the findings begin; a message has no path, and is its commit."""
    return {finding["location"]["path"] or finding["location"]["commit"] for finding in seen.findings}


@pytest.fixture
def forked(repo: Repo) -> Repo:
    """main: base, late; topic: one, two, from base; a tag on base, a remote's branch on top of main."""
    repo.add("base.py", line("base"))
    repo.commit("base")
    repo.git("tag", "v1")
    repo.git("checkout", "-q", "-b", "topic")
    repo.add("one.py", line("one"))
    repo.commit("one")
    repo.add("two.py", line("two"))
    repo.commit("two")
    repo.git("checkout", "-q", "main")
    repo.add("late.py", line("late"))
    repo.commit("late")
    repo.git("checkout", "-q", "--detach")
    repo.add("far.py", line("far"))
    repo.git("update-ref", "refs/remotes/origin/x", repo.commit("far"))
    repo.git("checkout", "-q", "main")
    return repo


CASES: Final[dict[str, tuple[list[str], set[str]]]] = {
    "a range": (["--range", "v1..topic"], {"one.py", "two.py"}),
    "a range that forks": (["--range", "main..topic"], {"one.py", "two.py"}),
    "the other way": (["--range", "topic..main"], {"late.py"}),
    "since a tag": (["--since", "v1"], {"one.py", "two.py", "late.py", "far.py"}),
    "since a branch": (["--since", "topic"], {"late.py", "far.py"}),
    "since an id": (["--since", "topic~1"], {"two.py", "late.py", "far.py"}),
    "local branches": (["--branches"], {"base.py", "one.py", "two.py", "late.py"}),
    "local branches since": (["--branches", "--since", "main"], {"one.py", "two.py"}),
    "the newest": (["--max-count", "1"], {"far.py"}),
    "the two newest": (["--max-count", "2"], {"far.py", "late.py"}),
    "more than there are": (["--max-count", "999999999"], {"base.py", "one.py", "two.py", "late.py", "far.py"}),
    "the newest of local branches": (["--branches", "--max-count", "2"], {"late.py", "two.py"}),
    "the newest of a range": (["--range", "v1..topic", "--max-count", "1"], {"two.py"}),
    "a range less what a revision reaches": (["--range", "v1..topic", "--since", "topic~1"], {"two.py"}),
    "all of it": (["--range", "v1..topic", "--since", "v1", "--max-count", "7"], {"one.py", "two.py"}),
}


@pytest.mark.parametrize(("options", "expected"), CASES.values(), ids=CASES.keys())
def test_only_what_is_in_scope_is_reported(forked: Repo, options: list[str], expected: set[str]) -> None:
    seen = history(forked, *options)
    assert (seen.code, _paths(seen)) == (1, expected)
    assert not seen.report["skips"]


def test_only_what_is_in_scope_is_read(forked: Repo) -> None:
    assert history(forked, "--range", "v1..topic").report["summary"]["scope"] == 4  # two commits and a file each
    assert history(forked, "--max-count", "1").report["summary"]["scope"] == 2


@pytest.mark.parametrize("options", [["--range", "start..main"], ["--max-count", "1"]], ids=["range", "max-count"])
def test_a_finding_says_who_brought_it_in(repo: Repo, options: list[str]) -> None:
    repo.add("a", "a")
    repo.commit()
    repo.git("branch", "start")
    repo.add("app.py", LINE)
    made = repo.commit()
    where = history(repo, *options).only["location"]
    assert (where["path"], where["commit"], where["author"]) == ("app.py", made, "Ada")
    assert where["date"] == "2024-01-01T10:02:00+00:00"


# Each plants something after the branch `start`, and returns the places of it that are to be found.


def _message(repo: Repo) -> Planted:
    repo.add("x", "x")
    return (repo.commit(f"use it\n\n{LINE}"),)


def _both_sides(repo: Repo) -> None:
    repo.git("checkout", "-q", "-b", "side")
    repo.add("side", "side\n")
    repo.commit("side")
    repo.git("checkout", "-q", "main")
    repo.add("main", "main\n")
    repo.commit("main")


def _merge_only(repo: Repo) -> Planted:
    _both_sides(repo)
    repo.git("merge", "-q", "--no-commit", "--no-ff", "side")
    repo.add("merged.py", LINE)
    repo.commit("merge")
    return ("merged.py",)


def _merged_line(repo: Repo) -> Planted:
    """A file that both sides changed, and the merge changed once more."""
    _both_sides(repo)
    repo.git("merge", "-q", "--no-commit", "--no-ff", "side")
    repo.add("README", f"hello\n{LINE}")
    repo.commit("merge")
    return ("README",)


def _merged_from_a_side(repo: Repo) -> Planted:
    repo.git("checkout", "-q", "-b", "side")
    repo.add("side.py", LINE)
    repo.commit("side")
    repo.git("checkout", "-q", "main")
    repo.add("main", "main\n")
    repo.commit("main")
    repo.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    return ("side.py",)


def _renamed(repo: Repo) -> Planted:
    repo.git("mv", "old.py", "new.py")
    repo.commit("rename")
    return ()


def _renamed_and_changed(repo: Repo) -> Planted:
    repo.git("mv", "old.py", "new.py")
    repo.add("new.py", f"# moved\n{line('old')}")
    repo.commit("rename")
    return ("new.py",)


def _another_root(repo: Repo) -> Planted:
    repo.git("checkout", "-q", "--orphan", "other")
    repo.git("rm", "-rfq", ".")
    repo.add("root.py", LINE)
    repo.commit("another beginning")
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--allow-unrelated-histories", "-m", "join", "other")
    return ("root.py",)


def _came_and_went(repo: Repo) -> Planted:
    repo.add("app.py", LINE)
    repo.commit()
    repo.git("rm", "-q", "app.py")
    repo.commit()
    return ("app.py",)


def _a_submodule(repo: Repo) -> Planted:
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},module")
    repo.add("app.py", LINE)
    repo.commit()
    return ("app.py",)


def _an_odd_name(repo: Repo) -> Planted:
    repo.add("-x\n:y.py", LINE)
    repo.commit()
    return ("-x\n:y.py",)


PLANTS = [
    *(_message, _merge_only, _merged_line, _merged_from_a_side, _renamed, _renamed_and_changed),
    *(_another_root, _came_and_went, _a_submodule, _an_odd_name),
]


@pytest.mark.parametrize(
    "options", [["--range", "start..main"], ["--since", "start"], ["--max-count", "{}"]], ids=" ".join
)
@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.__name__.strip("_"))
def test_whatever_commits_bring_in_is_found(repo: Repo, plant: Callable[[Repo], Planted], options: list[str]) -> None:
    repo.add("README", "hello\n")
    repo.add("old.py", line("old"))
    repo.commit("start")
    repo.git("branch", "start")
    expected = plant(repo)
    count = repo.git("rev-list", "--count", "start..main")
    seen = history(repo, *(option.format(count) for option in options))
    assert (_paths(seen), seen.report["skips"]) == (set(expected), [])
    assert seen.code == bool(expected)


def test_the_root_commit_is_in_scope_of_the_newest(repo: Repo) -> None:
    repo.add("app.py", LINE)
    made = repo.commit()
    assert history(repo, "--max-count", "1").places == [("app.py", made, 1)]


def test_a_tag_message_is_in_scope_of_since(repo: Repo) -> None:
    repo.add("a", "a")
    start = repo.commit()
    repo.add("b", "b")
    repo.commit()
    repo.git("tag", "-a", "v1", "-m", LINE)
    assert history(repo, "--since", start).only["location"]["kind"] == "tag"


def test_a_sha256_repository(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "sha256", "--object-format=sha256")
    repo.add("a", "a")
    repo.commit()
    repo.add("app.py", LINE)
    repo.commit()
    for options in (["--range", "HEAD~1..HEAD"], ["--max-count", "1"], ["--since", "HEAD~1"]):
        assert _paths(history(repo, *options)) == {"app.py"}


def test_a_name_that_is_a_branch_and_a_file_is_a_branch(repo: Repo) -> None:
    repo.add("topic", "a")
    repo.commit()
    repo.git("branch", "topic")
    repo.add("app.py", LINE)
    repo.commit()
    assert _paths(history(repo, "--since", "topic")) == {"app.py"}


def test_nothing_of_it_shows_the_secret(repo: Repo) -> None:
    repo.add("app.py", LINE)
    repo.commit()
    result: Result = repo.run("history", "--max-count", "1", "-v")
    assert result.code == 1
    assert SECRET not in result.out + result.err


def test_names_that_come_in_with_the_range_are_read(repo: Repo) -> None:
    """What has stood there before does not count, whatever is done to it; nor does what is taken away."""
    old, new, folder, gone = (token(seed=name) for name in ("old", "new", "folder", "gone"))
    repo.add(f"{old}/a.py", "a = 1\n")
    repo.add(f"{gone}.py", "a = 1\n")
    repo.commit("base")
    repo.git("tag", "v1")
    repo.add(f"{old}/a.py", "a = 2\n")
    repo.add(f"{new}.py", "a = 1\n")
    repo.add(f"{folder}/b.py", "a = 1\n")
    repo.git("rm", "-q", f"{gone}.py")
    second = repo.commit("names")
    for options in (("--since", "v1"), ("--range", "v1..main"), ("--max-count", "1")):
        seen = history(repo, *options)
        found = {(f["location"]["place"], f["location"]["commit"]) for f in seen.findings}
        assert found == {("file-name", second), ("folder-name", second)}
        assert not seen.skips and seen.code == 1
        assert not any(secret in str(seen) for secret in (old, new, folder, gone))
    assert history(repo, "--range", "main..v1").findings == []
