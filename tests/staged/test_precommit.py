"""The hook as most people will have it: installed by the real `pre-commit`, from a copy of this checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.doctor.support import picture
from tests.staged.support import LINE, OTHER, SECRET
from tests.support import ROOT, Repo, redhanded

pytest.importorskip("pre_commit")

_SHIPPED = ("scanner", "rules", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
_CONFIG = """\
repos:
  - repo: {checkout}
    rev: {commit}
    hooks:
      - id: redhanded
      - id: redhanded-push
      - id: redhanded-files
        stages: [manual]
"""


class Installed(NamedTuple):
    """Where pre-commit keeps its environments, with the one for this checkout made; and what to write into a config."""

    home: Path
    config: str


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Make pre-commit's environment once; workers of pytest-xdist share it (pre-commit itself locks its home)."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    checkout, home = shared / "redhanded-checkout", shared / "pre-commit-home"
    if not checkout.exists():
        made = _copy_of_this_checkout(tmp_path_factory.mktemp("checkout"))
        with suppress(OSError):  # another worker was quicker
            made.rename(checkout)
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=checkout, capture_output=True, text=True).stdout.strip()
    made_for = Repo(tmp_path_factory.mktemp("first"))
    installed = Installed(home, _CONFIG.format(checkout=checkout, commit=commit))
    made_for.write(".pre-commit-config.yaml", installed.config)
    done = _run(installed, made_for, sys.executable, "-m", "pre_commit", "install-hooks")
    if done.returncode and "Retrying (Retry(" in done.stdout:
        pytest.skip("no package index can be reached, and pre-commit installs from one")
    assert done.returncode == 0, done.stdout
    return installed


def _copy_of_this_checkout(folder: Path) -> Path:
    repo = Repo(folder / "redhanded")
    for name in _SHIPPED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, repo.path / name, ignore=shutil.ignore_patterns("__pycache__", "_rules"))
        else:
            shutil.copy(ROOT / name, repo.path / name)
    repo.git("add", "-A")
    repo.commit()
    return repo.path


def _run(installed: Installed, repo: Repo, *command: str) -> subprocess.CompletedProcess[str]:
    env = {key: value for key, value in os.environ.items() if key != "PYTHONPATH" and not key.startswith("GIT_")}
    env |= {"PRE_COMMIT_HOME": str(installed.home), "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    return subprocess.run(
        command, cwd=repo.path, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )


class Hooked(NamedTuple):
    repo: Repo
    installed: Installed

    def commit(self, *options: str) -> tuple[int, str]:
        done = _run(self.installed, self.repo, "git", "commit", "-q", "-m", "change", *options)
        return done.returncode, done.stdout

    def run_all(self) -> tuple[int, str]:
        command = (sys.executable, "-m", "pre_commit", "run", "--hook-stage", "manual", "--all-files")
        done = _run(self.installed, self.repo, *command, "redhanded-files")
        return done.returncode, done.stdout


@pytest.fixture
def hooked(installed: Installed, repo: Repo) -> Hooked:
    repo.add(".pre-commit-config.yaml", installed.config)
    repo.commit()
    done = _run(installed, repo, sys.executable, "-m", "pre_commit", "install")
    assert done.returncode == 0, done.stdout
    return Hooked(repo, installed)


def test_a_commit_with_a_secret_is_stopped_and_the_mended_one_goes_through(hooked: Hooked) -> None:
    hooked.repo.add("src/app.py", f"import os\n{LINE}")
    code, output = hooked.commit()
    assert code == 1
    assert "- hook id: redhanded\n- exit code: 1\n" in output
    assert "src/app.py:2:8" in output  # where
    assert "[github-pat]" in output  # which rule
    for step in ("1. Remove it", "2. Rotate it", "redhanded: allow[github-pat] reason"):  # what to do next
        assert step in output
    assert SECRET not in output
    hooked.repo.add("src/app.py", 'import os\nKEY = os.environ["KEY"]\n')
    code, output = hooked.commit()
    assert (code, hooked.repo.git("log", "-1", "--format=%s")) == (0, "change")
    assert "Passed" in output


def test_a_finding_that_is_allowed_as_the_message_says_goes_through(hooked: Hooked) -> None:
    hooked.repo.add("app.py", f"# redhanded: allow[github-pat] made up\n{LINE}")
    assert hooked.commit()[0] == 0


def test_only_what_is_committed_counts(hooked: Hooked) -> None:
    hooked.repo.add("app.py", "a = 1\n")
    hooked.repo.write("app.py", f"a = 1\n{LINE}")  # pre-commit sets it aside while the hooks run
    assert hooked.commit()[0] == 0
    hooked.repo.add("other.py", "b = 1\n")
    assert hooked.commit("other.py")[0] == 0
    assert hooked.commit("app.py")[0] == 1


@pytest.mark.parametrize("exclude", [".*", "app.py"], ids=["every file", "the one with the secret"])
def test_a_pre_commit_configuration_that_excludes_files_does_not_silence_it(hooked: Hooked, exclude: str) -> None:
    hooked.repo.add(".pre-commit-config.yaml", f"exclude: {exclude}\n{hooked.installed.config}")
    hooked.repo.add("app.py", LINE)
    hooked.repo.add("other.py", "a = 1\n")
    assert hooked.commit()[0] == 1


def test_all_files_are_scanned_through_the_other_id(hooked: Hooked) -> None:
    repo = hooked.repo
    repo.add("old.py", f"a = 1\n{LINE}")
    repo.add("b c/odd name.py", f"a = 1\nb = 2\n{OTHER}")
    repo.commit()
    code, output = hooked.run_all()
    assert code == 1
    assert "- hook id: redhanded-files\n- exit code: 1\n" in output
    assert "old.py:2:8" in output
    assert "b c/odd name.py:3:10" in output
    repo.git("rm", "-q", "old.py", "b c/odd name.py")
    repo.commit()
    code, output = hooked.run_all()
    assert (code, "Passed" in output) == (0, True)


@pytest.fixture
def pushing(hooked: Hooked, tmp_path: Path) -> Hooked:
    """The same with a remote that has the first commit, and pre-commit's pre-push hook."""
    done = _run(hooked.installed, hooked.repo, sys.executable, "-m", "pre_commit", "install", "--hook-type", "pre-push")
    assert done.returncode == 0, done.stdout
    hooked.repo.git("init", "-q", "--bare", str(tmp_path / "server.git"))
    hooked.repo.git("remote", "add", "origin", str(tmp_path / "server.git"))
    return hooked


def _push(pushing: Hooked, *refs: str) -> tuple[int, str]:
    done = _run(pushing.installed, pushing.repo, "git", "push", "origin", *refs)
    return done.returncode, done.stdout


def test_a_push_with_a_secret_is_stopped_and_the_mended_one_goes_through(pushing: Hooked) -> None:
    assert _push(pushing, "main")[0] == 0  # the whole branch, root commit included
    pushing.repo.add("src/app.py", f"import os\n{LINE}")
    pushing.repo.commit()  # without the hook for commits
    pushing.repo.add("other.py", "a = 1\n")
    pushing.repo.commit()
    code, output = _push(pushing, "main")
    assert code == 1
    assert "- hook id: redhanded-push\n- exit code: 1\n" in output
    assert "src/app.py:2:8" in output and SECRET not in output
    pushing.repo.git("reset", "-q", "--hard", "HEAD~2")
    pushing.repo.add("other.py", "a = 1\n")
    pushing.repo.commit()
    code, output = _push(pushing, "main")
    assert (code, "Passed" in output) == (0, True)


def test_a_first_push_and_a_new_branch_are_read(pushing: Hooked) -> None:
    pushing.repo.add("app.py", LINE)
    pushing.repo.commit()
    assert _push(pushing, "main")[0] == 1
    assert _push(pushing, "HEAD:refs/heads/other")[0] == 1
    pushing.repo.git("reset", "-q", "--hard", "HEAD~1")
    assert _push(pushing, "main")[0] == 0
    pushing.repo.git("checkout", "-q", "-b", "topic")
    pushing.repo.add("app.py", LINE)
    pushing.repo.commit()
    assert _push(pushing, "topic")[0] == 1
    assert _push(pushing, "main:new")[0] == 0


def test_doctor_proves_that_this_hook_blocks_and_changes_nothing(hooked: Hooked) -> None:
    hooked.repo.write(".pre-commit-config.yaml", hooked.installed.config + "fail_fast: true\n")  # unstaged
    before = picture(hooked.repo.path)
    environ = {"PRE_COMMIT_HOME": str(hooked.installed.home)}
    result = redhanded("doctor", cwd=hooked.repo.path, env=environ)
    assert result.code == 0, result
    assert "the installed hook stopped a planted secret" in result.out and "left out" in result.out
    assert picture(hooked.repo.path) == before
    nowhere = redhanded("doctor", cwd=hooked.repo.path, env={"PRE_COMMIT_HOME": str(hooked.installed.home / "none")})
    assert nowhere.code == 1 and "pre-commit install-hooks" in nowhere.out  # nothing is fetched


def test_the_manifest_is_valid(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
