"""`.redhanded.yaml` at the repository's root: what it leaves out, and what is wrong with it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.staged.support import LINE, OTHER, staged
from tests.support import Repo, redhanded


@pytest.mark.parametrize("folder", [".", "deep/below"])
def test_an_excluded_path_is_left_out_and_that_is_said(repo: Repo, folder: str) -> None:
    repo.write(".redhanded.yaml", "exclude: [vendor/, '*.lock']\n")
    repo.add("vendor/a.py", LINE)
    repo.add("deep/below/b.lock", OTHER)
    repo.add("deep/below/c.py", "a = 1\n")
    seen = staged(repo.path / folder)
    assert (seen.code, seen.places) == (0, [])
    assert seen.skipped == {"vendor/a.py": "excluded", "deep/below/b.lock": "excluded"}
    assert "Left out on purpose: 2 excluded" in repo.run("staged").out
    assert "vendor/a.py: excluded (by vendor/ in .redhanded.yaml:1)" in repo.run("staged", "-v").out


def test_what_is_not_excluded_is_still_read(repo: Repo) -> None:
    repo.write(".redhanded.yaml", "exclude: [vendor/]\n")
    repo.add("vendor/a.py", LINE)
    repo.add("my/vendor.py", OTHER)
    assert staged(repo).places == [("my/vendor.py", 1)]


@pytest.mark.parametrize("name", [b"vendor\nx.py", b"vendor\\x.py", b"vendor\x01.py", b"vendor\xff.py"])
def test_a_file_name_cannot_be_made_to_look_like_an_excluded_folder(repo: Repo, name: bytes) -> None:
    repo.write(".redhanded.yaml", "exclude: [vendor/]\n")
    repo.write(name, LINE)
    repo.git("add", "-A")
    assert staged(repo).code == 1


def test_a_named_path_that_is_excluded_is_left_out_too(repo: Repo) -> None:
    repo.write(".redhanded.yaml", "exclude: [vendor/]\n")
    repo.add("vendor/a.py", LINE)
    assert staged(repo, "vendor/a.py").skipped == {"vendor/a.py": "excluded"}


def test_a_file_above_the_root_does_not_count(repo: Repo) -> None:
    repo.add("sub/a.py", LINE)
    repo.write("../.redhanded.yaml", "exclude: ['*.py']\n")
    assert staged(repo.path / "sub").places == [("sub/a.py", 1)]


def test_the_file_of_a_folder_counts_below_it(repo: Repo) -> None:
    for name in ("a.py", "sub/a.py", "sub/deep/a.py", "other/a.py"):
        repo.add(name, LINE)
    repo.write("sub/.redhanded.yaml", "exclude: ['*.py']\n")
    for folder in (repo.path, repo.path / "sub"):
        found = staged(folder)
        assert found.places == [("a.py", 1), ("other/a.py", 1)]
        assert found.skipped == {"sub/a.py": "excluded", "sub/deep/a.py": "excluded"}


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param("exclude: [a]\nexclud: [b]\n", ".redhanded.yaml:2: ", id="unknown key"),
        pytest.param("exclude:\n  - a\n  b\n- [\n", ".redhanded.yaml:", id="bad YAML"),
        pytest.param("exclude: vendor/\n", ".redhanded.yaml:1: `exclude` must be a list", id="not a list"),
        pytest.param("\nexclude: [1]\n", ".redhanded.yaml:2: `exclude` must be a list", id="not texts"),
        pytest.param("- a\n", ".redhanded.yaml", id="not a mapping"),
        pytest.param("exclude: ['']\n", ".redhanded.yaml:1: ", id="empty pattern"),
        pytest.param("exclude: [a]\nexclude: [b]\n", ".redhanded.yaml:2: ", id="key twice"),
        pytest.param("!!python/object/apply:os.system ['touch ran']\n", ".redhanded.yaml", id="a Python object"),
        pytest.param("exclude: &a [*a]\n", ".redhanded.yaml", id="a loop"),
    ],
)
@pytest.mark.parametrize("content", ["a = 1\n", LINE], ids=["clean", "with a secret"])
def test_an_error_names_file_and_line_and_stops_everything(repo: Repo, text: str, error: str, content: str) -> None:
    repo.write(".redhanded.yaml", text)
    repo.add("app.py", content)
    for arguments in (["staged"], ["staged", "-v"]):
        result = repo.run(*arguments)
        assert (result.code, result.out) == (2, "")
        assert result.err.startswith(f"error: {error}")
    assert not (repo.path / "ran").exists()


@pytest.mark.parametrize("kind", ["a folder", "a FIFO", "a link", "a link to nowhere"])
def test_a_configuration_that_is_no_file_stops_everything(repo: Repo, kind: str) -> None:
    path = repo.path / ".redhanded.yaml"
    if kind == "a folder":
        path.mkdir()
    elif kind == "a FIFO":
        os.mkfifo(path)
    else:
        repo.write("other.yaml", "exclude: [app.py]\n")
        path.symlink_to("other.yaml" if kind == "a link" else "nowhere")
    repo.add("app.py", "a = 1\n")
    for arguments in (["staged"], ["staged", "-v"]):
        result = repo.run(*arguments)
        assert (result.code, result.out) == (2, "")
        assert result.err.startswith("error: .redhanded.yaml")


def test_the_configuration_of_a_work_tree_named_by_the_environment_counts(repo: Repo, tmp_path: Path) -> None:
    repo.add("app.py", "a = 1\n")
    repo.write(".redhanded.yaml", "nonsense: 1\n")
    elsewhere = Repo(tmp_path / "elsewhere").path
    env = {"GIT_DIR": str(repo.path / ".git"), "GIT_WORK_TREE": str(repo.path)}
    for arguments in (["staged"], ["staged", "-v"]):
        assert redhanded(*arguments, cwd=elsewhere, env=env).code == 2
