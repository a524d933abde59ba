"""FILE arguments, --whole-file, and where the command is run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.staged.support import LINE, OTHER, staged
from tests.support import Repo, redhanded


@pytest.fixture
def two(repo: Repo) -> Repo:
    repo.add("top.py", LINE)
    repo.add("sub/low.py", OTHER)
    return repo


def test_from_a_subfolder_the_whole_commit_is_read_and_paths_start_at_the_root(two: Repo) -> None:
    assert staged(two.path / "sub").places == [("sub/low.py", 1), ("top.py", 1)]


def test_a_setting_that_makes_paths_relative_narrows_nothing(two: Repo) -> None:
    two.git("config", "diff.relative", "true")
    assert staged(two.path / "sub").places == [("sub/low.py", 1), ("top.py", 1)]


@pytest.mark.parametrize(
    ("folder", "argument", "places"),
    [
        pytest.param(".", "top.py", [("top.py", 1)], id="a file"),
        pytest.param(".", "sub", [("sub/low.py", 1)], id="a folder"),
        pytest.param("sub", "low.py", [("sub/low.py", 1)], id="a file, relative to the subfolder"),
        pytest.param("sub", "../top.py", [("top.py", 1)], id="a file above the subfolder"),
        pytest.param(".", ".", [("sub/low.py", 1), ("top.py", 1)], id="the folder itself"),
    ],
)
def test_a_path_names_what_to_read(two: Repo, folder: str, argument: str, places: list[tuple[str, int]]) -> None:
    assert staged(two.path / folder, argument).places == places


def test_an_absolute_path_names_what_to_read(two: Repo) -> None:
    assert staged(two, str(two.path / "top.py")).places == [("top.py", 1)]


def test_a_path_is_taken_by_the_letter_and_never_as_a_pattern(two: Repo) -> None:
    two.add("*.py", LINE)
    assert staged(two, "*.py").places == [("*.py", 1)]
    two.add(":(exclude)top.py", "a = 1\n")
    assert staged(two, ":(exclude)top.py").places == []


def test_a_path_after_two_dashes_may_begin_with_one(two: Repo) -> None:
    two.add("-v", LINE)
    assert staged(two, "--", "-v").places == [("-v", 1)]


def test_a_path_that_is_tracked_and_unchanged_is_clean(two: Repo) -> None:
    two.commit()
    assert staged(two, "top.py").code == 0


def test_a_path_that_the_commit_deletes_is_clean(two: Repo) -> None:
    two.commit()
    two.git("rm", "-q", "top.py")
    assert staged(two, "top.py").code == 0


@pytest.mark.parametrize("is_first_commit", [True, False])
@pytest.mark.parametrize("path", ["typo.py", "untracked.py"])
def test_a_path_that_git_does_not_know_is_an_error(two: Repo, path: str, is_first_commit: bool) -> None:
    if not is_first_commit:
        two.commit()
    two.write("untracked.py", LINE)
    result = two.run("staged", "top.py", path)
    assert (result.code, result.out) == (2, "")
    assert result.err.splitlines()[0] == f"error: {path}: git has no such file"
    assert "help:" in result.err


def test_a_path_outside_the_repository_is_an_error(two: Repo, tmp_path: Path) -> None:
    result = two.run("staged", str(tmp_path / "elsewhere.py"))
    assert result.code == 2
    assert "is outside repository" in result.err


def test_whole_file_reports_lines_that_were_there_before(repo: Repo) -> None:
    repo.add("app.py", f"{LINE}a = 1\n")
    repo.commit()
    repo.add("app.py", f"{LINE}a = 2\n")
    assert staged(repo).places == []
    assert staged(repo, "--whole-file").places == [("app.py", 1)]


def test_a_rename_is_followed_though_only_the_new_name_is_given(repo: Repo) -> None:
    repo.add("old.py", f"{LINE}a = 1\n")
    repo.commit()
    repo.git("mv", "old.py", "new.py")
    assert staged(repo, "new.py").code == 0


def test_outside_a_repository_it_says_so(tmp_path: Path) -> None:
    for arguments in (["staged"], ["staged", "-v"], ["staged", "a.py"]):
        result = redhanded(*arguments, cwd=tmp_path, env={"GIT_CEILING_DIRECTORIES": str(tmp_path.parent)})
        assert (result.code, result.out) == (2, "")
        first, second = result.err.splitlines()
        assert first.startswith("error: ") and "not a git repository" in first
        assert second == "help:  run this inside a git repository, or name one"


@pytest.mark.parametrize("arguments", [["staged"], ["staged", "-v"]], ids=["quick", "full"])
def test_a_closed_standard_input_is_no_obstacle(two: Repo, arguments: list[str]) -> None:
    import subprocess
    import sys

    script = f'exec "{sys.executable}" -m scanner {" ".join(arguments)} 0<&-'
    assert subprocess.run(["sh", "-c", script], cwd=two.path, capture_output=True).returncode == 1
