"""What is looked at: the content that the index holds, and nothing else."""

from __future__ import annotations

import os

import pytest

from tests.staged.support import LINE, OTHER, staged
from tests.support import Repo


def test_a_secret_that_is_staged_counts_though_the_file_on_disk_is_clean_again(repo: Repo) -> None:
    repo.add("app.py", LINE)
    repo.write("app.py", "import os\n")
    assert staged(repo).places == [("app.py", 1)]


def test_a_secret_on_disk_that_is_not_staged_does_not_count(repo: Repo) -> None:
    repo.add("app.py", "import os\n")
    repo.write("app.py", LINE)
    repo.write("untracked.py", LINE)
    seen = staged(repo)
    assert (seen.code, seen.report["summary"]["read"]) == (0, 1)


def test_a_partly_staged_file_is_judged_by_its_staged_part(repo: Repo) -> None:
    repo.add("app.py", "a = 1\nb = 2\n")
    repo.commit()
    repo.add("app.py", f"a = 1\n{LINE}b = 2\n")
    repo.write("app.py", f"{OTHER}a = 1\n{LINE}b = 2\n")
    assert staged(repo).places == [("app.py", 2)]


def test_a_file_that_is_gone_from_disk_is_read_from_the_index(repo: Repo) -> None:
    repo.add("app.py", LINE)
    os.unlink(repo.path / "app.py")
    assert staged(repo).places == [("app.py", 1)]


def test_nothing_staged_is_clean_and_says_so(repo: Repo) -> None:
    repo.add("old.py", LINE)
    repo.commit()
    assert staged(repo).code == 0
    assert repo.run("staged").out == "nothing is staged, so there was nothing to read\n"


def test_the_first_commit_of_a_repository_is_all_new(repo: Repo) -> None:
    repo.add("a.py", f"\n{LINE}")
    repo.add("b/c.py", OTHER)
    assert staged(repo).places == [("a.py", 2), ("b/c.py", 1)]


def test_a_file_that_the_commit_deletes_is_not_read(repo: Repo) -> None:
    repo.add("old.py", LINE)
    repo.add("other.py", "a = 1\n")
    repo.commit()
    repo.git("rm", "-q", "old.py")
    seen = staged(repo)
    assert (seen.code, seen.report["summary"]["scope"]) == (0, 0)


def test_a_change_of_mode_adds_no_line(repo: Repo) -> None:
    repo.add("run.sh", LINE)
    repo.commit()
    repo.git("update-index", "--chmod=+x", "run.sh")
    seen = staged(repo)
    assert (seen.code, seen.places, seen.report["summary"]["read"]) == (0, [], 1)
    assert staged(repo, "--whole-file").places == [("run.sh", 1)]


def test_an_intent_to_add_is_not_part_of_the_commit(repo: Repo) -> None:
    repo.write("later.py", LINE)
    repo.git("add", "-N", "later.py")
    seen = staged(repo)
    assert (seen.code, seen.report["summary"]["scope"]) == (0, 0)


def test_an_entry_that_only_the_index_has_is_read(repo: Repo) -> None:
    oid = repo.git("hash-object", "-w", "--stdin", stdin=LINE.encode())
    repo.git("update-index", "--add", "--cacheinfo", f"100644,{oid},never/on/disk.py")
    assert staged(repo).places == [("never/on/disk.py", 1)]


@pytest.mark.parametrize("bit", ["--skip-worktree", "--assume-unchanged"])
def test_index_bits_that_hide_a_file_from_status_hide_nothing_here(repo: Repo, bit: str) -> None:
    repo.add("app.py", "a = 1\n")
    repo.commit()
    repo.add("app.py", LINE)
    repo.git("update-index", bit, "app.py")
    assert staged(repo).places == [("app.py", 1)]


@pytest.mark.parametrize("version", ["2", "3", "4"])
def test_every_version_of_the_index_is_read(repo: Repo, version: str) -> None:
    repo.add("app.py", LINE)
    repo.git("update-index", "--index-version", version)
    assert staged(repo).places == [("app.py", 1)]


def test_a_split_index_is_read(repo: Repo) -> None:
    repo.add("a.py", OTHER)
    repo.git("update-index", "--split-index")
    repo.add("b.py", LINE)
    assert staged(repo).places == [("a.py", 1), ("b.py", 1)]


def test_a_sparse_index_is_read(repo: Repo) -> None:
    repo.add("in/a.py", "a = 1\n")
    repo.add("out/b.py", "b = 1\n")
    repo.commit()
    repo.git("sparse-checkout", "init", "--cone", "--sparse-index")
    repo.git("sparse-checkout", "set", "in")
    repo.add("in/a.py", LINE)
    assert staged(repo).places == [("in/a.py", 1)]
