"""Every kind of repository, and what is none."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.history.support import LINE, history, line
from tests.support import Repo, redhanded


@pytest.fixture
def planted(repo: Repo) -> Repo:
    """A secret in the first commit, gone in the second."""
    repo.add("app.py", LINE)
    repo.commit()
    repo.git("rm", "-q", "app.py")
    repo.add("README", "hello\n")
    repo.commit("clean up")
    return repo


def test_a_sha256_repository(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo", "--object-format=sha256")
    repo.add("app.py", LINE)
    made = repo.commit()
    repo.git("tag", "-a", "v1", "-m", line("tag"))
    seen = history(repo)
    assert len(made) == 64
    assert {f["location"]["kind"]: f["location"]["commit"] for f in seen.findings} == {
        "blob": made,
        "tag": repo.git("rev-parse", "v1"),
    }
    assert seen.code == 1


def test_a_bare_repository(planted: Repo, tmp_path: Path) -> None:
    planted.git("clone", "-q", "--bare", str(planted.path), str(tmp_path / "bare.git"))
    seen = history(tmp_path / "bare.git")
    assert seen.code == 1
    assert seen.only["location"]["path"] == "app.py"


@pytest.mark.parametrize("packed", [False, True], ids=["loose", "packed"])
def test_loose_and_packed_objects_and_refs(packed: bool, planted: Repo) -> None:
    if packed:
        planted.git("gc", "-q", "--aggressive", "--prune=now")
    assert history(planted).places == [("app.py", planted.git("rev-parse", "HEAD~1"), 1)]


def test_objects_in_an_alternate_store(planted: Repo, tmp_path: Path) -> None:
    planted.git("clone", "-q", "--shared", str(planted.path), str(tmp_path / "clone"))
    assert history(tmp_path / "clone").code == 1
    shutil.move(planted.path, tmp_path / "gone")
    seen = redhanded("history", cwd=tmp_path / "clone")
    assert seen.code == 3
    assert "INCOMPLETE" in seen.out


def test_a_linked_worktree_and_a_folder_inside(planted: Repo) -> None:
    planted.git("worktree", "add", "-q", "../linked")
    assert history(planted.path.parent / "linked").code == 1
    (planted.path / "deep" / "er").mkdir(parents=True)
    assert history(planted.path / "deep" / "er").code == 1


def test_a_repository_named_on_the_command_line(planted: Repo) -> None:
    assert history(planted.path.parent, "repo").places == [("app.py", planted.git("rev-parse", "HEAD~1"), 1)]


def test_a_folder_whose_name_looks_like_an_option(planted: Repo) -> None:
    os.rename(planted.path, planted.path.parent / "--all")
    assert history(planted.path.parent, "--", "--all").code == 1


@pytest.mark.parametrize("options", [(), ("--bare",)], ids=["with a work tree", "bare"])
def test_an_empty_repository_is_clean_and_says_that_there_was_nothing(options: tuple[str, ...], tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo", *options)
    result = repo.run("history")
    assert result.code == 0
    assert "no commits yet" in result.err
    assert "nothing to read" in result.err


def test_an_unborn_head_beside_other_refs(planted: Repo) -> None:
    planted.git("checkout", "-q", "--orphan", "unborn")
    seen = history(planted)
    assert seen.code == 1
    assert seen.only["in_head"] is False
    assert seen.err == ""


def test_a_dangling_symbolic_ref_is_no_fault(planted: Repo) -> None:
    planted.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/gone")
    seen = history(planted)
    assert (seen.code, seen.skips) == (1, [("dangling-ref", None)])
    assert not seen.report["summary"]["incomplete"]


def test_a_submodule_is_not_taken_for_a_missing_object(repo: Repo) -> None:
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{'12' * 20},sub")
    repo.add("app.py", LINE)
    repo.commit()
    seen = history(repo)
    assert (seen.code, seen.skips) == (1, [])


@pytest.mark.parametrize("found", [False, True], ids=["nothing found", "something found"])
def test_a_shallow_clone_is_incomplete(found: bool, planted: Repo, tmp_path: Path) -> None:
    if found:
        planted.add("new.py", line("new"))
        planted.commit()
    planted.git("clone", "-q", "--depth=1", planted.path.as_uri(), str(tmp_path / "shallow"))
    seen = history(tmp_path / "shallow")
    assert seen.code == (1 if found else 3)
    assert seen.skips == [("shallow", None)]
    assert seen.report["summary"]["incomplete"] is True
    shown = redhanded("history", cwd=tmp_path / "shallow")
    assert "INCOMPLETE" in shown.out.splitlines()[-1]
    assert "git fetch --unshallow" in shown.out


def test_what_is_no_repository(tmp_path: Path) -> None:
    result = redhanded("history", cwd=tmp_path)
    assert (result.code, result.out) == (2, "")
    error, help = result.err.splitlines()
    assert error.startswith("error: ")
    assert "not a git repository" in error
    assert help == "help:  run this inside a git repository, or name one"


@pytest.mark.parametrize("name", ["file", "nothing", "file/deeper"])
def test_what_is_no_folder(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    result = redhanded("history", name, cwd=tmp_path)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"error: {name} is not a folder\nhelp:  ")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a folder away")
def test_a_repository_of_another_user_says_what_to_do(planted: Repo) -> None:
    for path in (planted.path, planted.path / ".git"):
        os.chown(path, 12345, 12345)
    result = planted.run("history")
    assert (result.code, result.out) == (2, "")
    assert "dubious ownership" in result.err
    assert f"git config --global --add safe.directory {planted.path}" in result.err


@pytest.mark.parametrize("target", ["HEAD", "refs/heads/main"])
def test_a_broken_ref_is_never_clean(target: str, planted: Repo) -> None:
    (planted.path / ".git" / target).write_text("garbage\n")
    result = planted.run("history")
    # Without a HEAD that it understands, git says that this is no repository at all.
    assert result.code in (1, 2)
    if result.code == 1:  # every stored object was read
        assert "INCOMPLETE" in result.out
        assert "bad object" in result.out


def test_what_git_complains_about_is_told_and_nothing_is_read_twice(planted: Repo) -> None:
    (planted.path / ".git" / "objects" / "info" / "alternates").write_text("/nowhere/objects\n")
    seen = history(planted)
    assert seen.places == [("app.py", planted.git("rev-parse", "HEAD~1"), 1)]
    assert "/nowhere/objects" in seen.report["skips"][0]["detail"]
    assert seen.report["summary"]["read"] == 6


def test_an_unknown_extension_is_gits_own_error(planted: Repo) -> None:
    planted.git("config", "core.repositoryFormatVersion", "1")
    planted.git("config", "extensions.fromTheFuture", "true")
    result = planted.run("history")
    assert (result.code, result.out) == (2, "")
    assert "fromthefuture" in result.err
