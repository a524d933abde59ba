"""Repositories of every kind: linked work trees, bare ones, submodules, conflicts, damage."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.staged.support import LINE, OTHER, staged
from tests.support import Repo, redhanded


def test_a_linked_work_tree_has_an_index_of_its_own(repo: Repo, tmp_path: Path) -> None:
    repo.add("app.py", "a = 1\n")
    repo.commit()
    repo.add("main.py", LINE)
    repo.git("worktree", "add", "-q", str(tmp_path / "linked"))
    linked = tmp_path / "linked"
    assert staged(linked).code == 0
    (linked / "app.py").write_text(f"a = 1\n{OTHER}")
    subprocess.run(["git", "add", "app.py"], cwd=linked, check=True)
    assert staged(linked).places == [("app.py", 2)]
    assert staged(repo).places == [("main.py", 1)]


def test_git_dir_and_work_tree_may_be_named_by_the_environment(repo: Repo, tmp_path: Path) -> None:
    repo.add("app.py", LINE)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    env = {"GIT_DIR": str(repo.path / ".git"), "GIT_WORK_TREE": str(repo.path)}
    assert staged(elsewhere, env=env).places == [("app.py", 1)]


def test_the_index_named_by_the_environment_is_the_one_that_counts(repo: Repo, tmp_path: Path) -> None:
    repo.add("app.py", LINE)
    env = {"GIT_INDEX_FILE": str(tmp_path / "other-index")}
    repo.git("add", "--intent-to-add", ".", env=env)
    assert staged(repo, env=env).code == 0
    assert staged(repo).code == 1


def test_an_index_file_named_relative_to_the_root_is_found(repo: Repo) -> None:
    repo.add("app.py", LINE)
    os.rename(repo.path / ".git/index", repo.path / ".git/next-index.lock")
    assert staged(repo, env={"GIT_INDEX_FILE": ".git/next-index.lock"}).places == [("app.py", 1)]


def test_a_bare_repository_has_an_index_when_the_environment_names_one(tmp_path: Path) -> None:
    bare = Repo(tmp_path / "bare.git", "--bare")
    env = {"GIT_DIR": str(bare.path), "GIT_INDEX_FILE": str(tmp_path / "index")}
    oid = bare.git("hash-object", "-w", "--stdin", stdin=LINE.encode())
    bare.git("update-index", "--add", "--cacheinfo", f"100644,{oid},app.py", env=env)
    assert staged(tmp_path, env=env).places == [("app.py", 1)]
    assert staged(bare, env={"GIT_INDEX_FILE": env["GIT_INDEX_FILE"]}).places == [("app.py", 1)]


def test_variables_that_redirect_git_elsewhere_are_not_obeyed(repo: Repo, tmp_path: Path) -> None:
    repo.add("app.py", "a = 1\n")
    repo.commit()
    repo.add("app.py", f"a = 1\n{LINE}")
    script = tmp_path / "evil.sh"
    script.write_text("#!/bin/sh\ntouch ran\n")
    script.chmod(0o755)
    env = {
        "GIT_EXTERNAL_DIFF": str(script),
        "GIT_PAGER": str(script),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "diff.renames",
        "GIT_CONFIG_VALUE_0": "nonsense",
        "GIT_DIFF_OPTS": "--unified=50",
        "GIT_LITERAL_PATHSPECS": "0",
        "GIT_ICASE_PATHSPECS": "1",
        "GIT_TRACE": "1",
        "GIT_ATTR_SOURCE": "HEAD",
    }
    assert staged(repo, env=env).places == [("app.py", 2)]
    assert not (repo.path / "ran").exists()


def test_sha_256_repositories_are_read(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo", "--object-format=sha256")
    repo.add("app.py", f"{LINE}a = 1\n")
    repo.commit()
    repo.add("app.py", f"{LINE}a = 2\n{OTHER}")
    repo.add("new.py", LINE)
    assert staged(repo).places == [("app.py", 3), ("new.py", 1)]


def add_submodule(repo: Repo, folder: Path) -> Repo:
    inner = Repo(folder / "inner")
    inner.add("inner.py", LINE)
    inner.commit()
    repo.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner.path), "lib")
    return inner


def test_a_submodule_is_left_out_and_that_is_said(repo: Repo, tmp_path: Path) -> None:
    add_submodule(repo, tmp_path)
    seen = staged(repo)
    assert (seen.code, seen.places, seen.skipped) == (0, [], {"lib": "submodule"})
    assert "Left out on purpose: 1 submodule" in repo.run("staged").out
    assert "lib: a submodule" in repo.run("staged", "-v").out


@pytest.mark.parametrize("ignore", ["all", "dirty"])
def test_a_submodule_is_named_also_when_the_configuration_ignores_it(repo: Repo, tmp_path: Path, ignore: str) -> None:
    add_submodule(repo, tmp_path)
    repo.git("config", "-f", ".gitmodules", "submodule.lib.ignore", ignore)
    repo.git("config", "submodule.lib.ignore", ignore)
    assert staged(repo).skipped == {"lib": "submodule"}


def test_a_file_in_place_of_a_submodule_is_all_new(repo: Repo, tmp_path: Path) -> None:
    add_submodule(repo, tmp_path)
    repo.commit()
    repo.git("rm", "-q", "lib")
    repo.add("lib", f"a\n{LINE}")
    seen = staged(repo)
    assert (seen.places, seen.skipped) == ([("lib", 2)], {})


def test_a_file_in_place_of_a_submodule_whose_commit_is_also_here_is_all_new(repo: Repo) -> None:
    repo.add("app.py", "a = 1\n")
    commit = repo.commit()
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{commit},lib")
    repo.commit()
    repo.git("rm", "-q", "--cached", "lib")
    repo.add("lib", LINE)
    assert staged(repo).places == [("lib", 1)]


def test_a_submodule_in_place_of_a_file_is_left_out(repo: Repo, tmp_path: Path) -> None:
    repo.add("lib", "a = 1\n")
    commit = repo.commit()
    repo.git("update-index", "--cacheinfo", f"160000,{commit},lib")  # a commit that git could read here
    assert staged(repo).skipped == {"lib": "submodule"}
    assert "1 submodule" in repo.run("staged").out  # the short cut must not pass it off as a file


def test_the_hook_of_a_submodule_reads_the_submodule(repo: Repo, tmp_path: Path) -> None:
    add_submodule(repo, tmp_path)
    repo.commit()
    (repo.path / "lib/new.py").write_text(OTHER)
    subprocess.run(["git", "add", "new.py"], cwd=repo.path / "lib", check=True)
    assert staged(repo.path / "lib").places == [("new.py", 1)]
    assert staged(repo).code == 0


CONFLICTS = {
    "both changed it": ("a = 2\n", "a = 3\n"),
    "we deleted it": (None, "a = 3\n"),
    "they deleted it": ("a = 2\n", None),
}


def merge(repo: Repo, ours: str | None, theirs: str | None) -> None:
    """Merge two branches that changed the same file; None for a side that deleted it."""
    repo.add("app.py", "a = 1\n")
    repo.add("other.py", "a = 1\n")
    repo.commit()
    for branch, data in (("theirs", theirs), ("ours", ours)):
        repo.git("checkout", "-q", "-b", branch, "main")
        if data is None:
            repo.git("rm", "-q", "app.py")
        else:
            repo.add("app.py", data)
        repo.commit()
    done = subprocess.run(["git", "merge", "-q", "theirs"], cwd=repo.path, capture_output=True)
    assert done.returncode == 1


@pytest.mark.parametrize("sides", CONFLICTS.values(), ids=CONFLICTS)
def test_a_conflict_makes_the_scan_incomplete(repo: Repo, sides: tuple[str | None, str | None]) -> None:
    merge(repo, *sides)
    seen = staged(repo)
    assert (seen.code, seen.skipped) == (3, {"app.py": "unmerged"})
    assert "INCOMPLETE" in repo.run("staged").out


def test_a_conflict_in_a_file_that_both_sides_added_makes_the_scan_incomplete(repo: Repo) -> None:
    repo.add("other.py", "a = 1\n")
    repo.commit()
    for branch in ("theirs", "ours"):
        repo.git("checkout", "-q", "-b", branch, "main")
        repo.add("app.py", f"branch = {branch!r}\n")
        repo.commit()
    subprocess.run(["git", "merge", "-q", "theirs"], cwd=repo.path, capture_output=True)
    assert staged(repo).skipped == {"app.py": "unmerged"}


def test_findings_beside_a_conflict_are_still_findings(repo: Repo) -> None:
    merge(repo, "a = 2\n", "a = 3\n")
    repo.add("new.py", LINE)
    seen = staged(repo)
    assert (seen.code, seen.places, seen.skipped) == (1, [("new.py", 1)], {"app.py": "unmerged"})


def test_a_blob_that_git_does_not_have_makes_the_scan_incomplete(repo: Repo) -> None:
    repo.add("app.py", "a = 1\n")
    repo.git("update-index", "--add", "--cacheinfo", f"100644,{'12' * 20},lost.py")
    seen = staged(repo)
    assert (seen.code, seen.skipped) == (3, {"lost.py": "missing-object"})


def test_a_damaged_blob_makes_the_scan_incomplete_and_the_rest_is_read(repo: Repo) -> None:
    repo.add("app.py", "a = 1\n")
    repo.add("broken.py", "b = 1\n")
    repo.add("late.py", LINE)
    oid = repo.git("rev-parse", ":broken.py")
    path = repo.path / ".git/objects" / oid[:2] / oid[2:]
    path.chmod(0o644)
    path.write_bytes(b"not what git wrote")
    seen = staged(repo)
    assert (seen.code, seen.places, set(seen.skipped)) == (1, [("late.py", 1)], {"broken.py"})
    repo.git("rm", "-q", "--cached", "late.py")
    assert staged(repo).code == 3


def test_a_damaged_index_is_an_error_in_git_s_words(repo: Repo) -> None:
    repo.add("app.py", LINE)
    (repo.path / ".git/index").write_bytes(b"DIRC nothing that git could read" * 3)
    for arguments in (["staged"], ["staged", "-v"]):
        result = repo.run(*arguments)
        assert (result.code, result.out) == (2, "")
        assert result.err.startswith("error: git diff failed: ")


def test_a_damaged_configuration_is_an_error_in_git_s_words(repo: Repo) -> None:
    repo.add("app.py", LINE)
    (repo.path / ".git/config").write_text("[core\nnonsense")
    for arguments in (["staged"], ["staged", "-v"]):
        result = repo.run(*arguments)
        assert (result.code, result.out) == (2, "")
        assert "bad config" in result.err


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can give files away")
def test_a_repository_of_another_user_is_an_error_that_says_what_to_do(repo: Repo) -> None:
    repo.add("app.py", LINE)
    os.chown(repo.path, 12345, 12345)
    os.chown(repo.path / ".git", 12345, 12345)
    for arguments in (["staged"], ["staged", "-v"]):
        result = repo.run(*arguments)
        assert (result.code, result.out) == (2, "")
        assert "dubious ownership" in result.err
        assert "git config --global --add safe.directory" in result.err


def test_without_git_it_says_so(repo: Repo, tmp_path: Path) -> None:
    repo.add("app.py", LINE)
    for arguments in (["staged"], ["staged", "-v"]):
        result = redhanded(*arguments, cwd=repo.path, env={"PATH": str(tmp_path)})
        assert (result.code, result.out) == (2, "")
        assert result.err.startswith("error: git is not installed or not on the PATH")
