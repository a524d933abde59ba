"""Real commits through a real `.git/hooks/pre-commit`, with the variables that git sets for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.staged.support import KEY, LINE, OTHER
from tests.support import Repo


class Commit(NamedTuple):
    code: int
    output: str
    variables: dict[str, str]


class Hooked(NamedTuple):
    """A repository with the hook installed; the hook also writes down which variables git gave it."""

    repo: Repo
    log: Path

    def commit(self, *options: str, cwd: str | Path = ".") -> Commit:
        self.log.unlink(missing_ok=True)
        command = ["git", "commit", "-q", "-m", "change", *options]
        done = subprocess.run(command, cwd=self.repo.path / cwd, capture_output=True)
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        variables = dict(line.split("=", 1) for line in lines if line.startswith("GIT_"))
        return Commit(done.returncode, (done.stdout + done.stderr).decode(), variables)

    @property
    def commits(self) -> int:
        return len(self.repo.git("rev-list", "--all").split())


@pytest.fixture
def hooked(repo: Repo, tmp_path: Path) -> Hooked:
    log = tmp_path / "log"
    hook = repo.path / ".git/hooks/pre-commit"
    hook.write_text(f'#!/bin/sh\nenv > "{log}"\nexec "{sys.executable}" -m scanner staged\n')
    hook.chmod(0o755)
    repo.add("app.py", "a = 1\n")
    repo.add("sub/low.py", "b = 1\n")
    repo.commit()
    return Hooked(repo, log)


def test_a_commit_with_a_secret_is_stopped_and_told_what_to_do(hooked: Hooked) -> None:
    hooked.repo.add("app.py", f"a = 1\n{LINE}")
    stopped = hooked.commit()
    assert (stopped.code, hooked.commits) == (1, 1)
    assert "app.py:2:8" in stopped.output
    assert "github-pat" in stopped.output
    for word in ("remove", "rotate", "allow"):
        assert word in stopped.output.lower()
    assert "GIT_INDEX_FILE" in stopped.variables


def test_a_clean_commit_goes_through(hooked: Hooked) -> None:
    hooked.repo.add("app.py", "import os\n")
    passed = hooked.commit()
    assert (passed.code, hooked.commits) == (0, 2)
    assert "nothing found in 1 staged file" in passed.output


def test_the_first_commit_is_looked_at(repo: Repo, hooked: Hooked) -> None:
    repo.git("update-ref", "-d", "HEAD")
    repo.add("new.py", LINE)
    assert (hooked.commit().code, hooked.commits) == (1, 0)


def test_commit_a_is_judged_by_the_index_that_it_makes(hooked: Hooked) -> None:
    hooked.repo.write("app.py", LINE)
    stopped = hooked.commit("-a")
    assert (stopped.code, hooked.commits) == (1, 1)
    assert stopped.variables["GIT_INDEX_FILE"].endswith("index.lock")
    hooked.repo.write("app.py", "a = 2\n")
    assert (hooked.commit("-a").code, hooked.commits) == (0, 2)


def test_commit_a_with_a_file_that_is_only_intended_to_be_added(hooked: Hooked) -> None:
    hooked.repo.write("later.py", LINE)
    hooked.repo.git("add", "-N", "later.py")
    assert hooked.commit("-a").code == 1


def test_a_commit_of_one_file_is_judged_by_that_file_alone(hooked: Hooked) -> None:
    hooked.repo.add("app.py", LINE)
    hooked.repo.write("sub/low.py", "b = 2\n")
    passed = hooked.commit("sub/low.py")
    assert (passed.code, hooked.commits) == (0, 2)
    assert "next-index" in passed.variables["GIT_INDEX_FILE"]
    hooked.repo.add("app.py", "a = 2\n")
    hooked.repo.write("sub/low.py", OTHER)
    assert (hooked.commit("sub/low.py").code, hooked.commits) == (1, 2)
    assert (hooked.commit().code, hooked.commits) == (0, 3)


@pytest.mark.parametrize("options", [(), ("-a",), ("low.py",)], ids=["staged", "-a", "one file"])
def test_a_commit_from_a_subfolder_is_judged_as_from_the_root(hooked: Hooked, options: tuple[str, ...]) -> None:
    hooked.repo.write("sub/low.py", LINE)
    if not options:
        hooked.repo.git("add", "-A")
    stopped = hooked.commit(*options, cwd="sub")
    assert (stopped.code, stopped.variables["GIT_PREFIX"]) == (1, "sub/")
    assert "sub/low.py:1:8" in stopped.output


def test_a_commit_in_a_linked_work_tree_is_judged_by_its_own_index(hooked: Hooked, tmp_path: Path) -> None:
    hooked.repo.git("worktree", "add", "-q", str(tmp_path / "linked"))
    hooked.repo.add("app.py", LINE)
    (tmp_path / "linked/app.py").write_text("a = 2\n")
    passed = hooked.commit("-a", cwd=tmp_path / "linked")
    assert (passed.code, hooked.commits) == (0, 2)
    assert passed.variables["GIT_DIR"].endswith("worktrees/linked")
    (tmp_path / "linked/app.py").write_text(f"a = 2\n{OTHER}")
    assert (hooked.commit("-a", cwd=tmp_path / "linked").code, hooked.commits) == (1, 2)


def test_a_commit_with_git_dir_and_work_tree_given_is_judged(hooked: Hooked, tmp_path: Path) -> None:
    hooked.repo.write("app.py", LINE)
    where = ("--git-dir", str(hooked.repo.path / ".git"), "--work-tree", str(hooked.repo.path))
    command = ["git", *where, "commit", "-q", "-a", "-m", "change"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True)
    assert (done.returncode, hooked.commits) == (1, 1)
    assert b"app.py:1:8" in done.stdout + done.stderr


def test_an_amended_commit_is_judged_by_what_it_adds_to_the_old_one(hooked: Hooked) -> None:
    hooked.repo.add("app.py", "a = 2\n")
    assert hooked.commit("--amend").code == 0
    hooked.repo.add("app.py", f"a = 2\n{KEY}")
    assert (hooked.commit("--amend").code, hooked.commits) == (1, 1)


def test_a_merge_with_a_conflict_resolved_is_judged_by_what_it_brings_to_this_branch(hooked: Hooked) -> None:
    repo = hooked.repo
    repo.git("checkout", "-q", "-b", "theirs")
    repo.add("app.py", f"a = 2\n{LINE}")
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.add("app.py", "a = 3\n")
    repo.commit()
    subprocess.run(["git", "merge", "-q", "theirs"], cwd=repo.path, capture_output=True)
    repo.add("app.py", f"a = 4\n{LINE}")
    assert hooked.commit().code == 1
    repo.add("app.py", "a = 4\n")
    assert hooked.commit().code == 0


def test_a_commit_with_standard_input_closed_is_judged(hooked: Hooked) -> None:
    hook = hooked.repo.path / ".git/hooks/pre-commit"
    hook.write_text(hook.read_text().replace("staged\n", "staged <&-\n"))
    hooked.repo.add("app.py", LINE)
    stopped = hooked.commit()
    assert stopped.code == 1
    assert "app.py:1:8" in stopped.output


def test_a_reader_that_goes_away_does_not_let_the_commit_through(hooked: Hooked) -> None:
    hook = hooked.repo.path / ".git/hooks/pre-commit"
    hook.write_text(f'#!/bin/bash\nset -o pipefail\n"{sys.executable}" -m scanner staged | exec <&-\n')
    hooked.repo.add("app.py", "".join(f"{n} {LINE}" for n in range(2000)))
    assert (hooked.commit().code, hooked.commits) == (1, 1)
    assert os.path.exists("/bin/bash")
