"""`redhanded doctor` with the real `pre-commit` program, its hook installed by itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.doctor.support import doctor, install, picture
from tests.support import Repo

pytest.importorskip("pre_commit")

# A local hook: what is tried is pre-commit's own hook, its configuration and the way to redhanded, not the building of
# environments, which tests/staged/test_precommit.py has.
_CONFIG = f"""\
repos:
  - repo: local
    hooks:
      - id: redhanded
        name: redhanded
        language: system
        entry: {sys.executable} -m scanner staged
        pass_filenames: false
        always_run: true
"""
_OTHER = """\
      - id: other
        name: other
        language: system
        entry: sh -c 'echo >> {mark}'
        always_run: true
"""
_BOMB = "a: &a [{id: b}]\nb: &b\n" + "- *a\n" * 20_000 + "repos:\n" + "- hooks: *b\n" * 10_000


def pre_commit(repo: Repo, *arguments: str) -> None:
    done = subprocess.run([sys.executable, "-m", "pre_commit", *arguments], cwd=repo.path, capture_output=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def hooked(repo: Repo) -> Repo:
    repo.add(".pre-commit-config.yaml", _CONFIG)
    repo.add("app.py", "a = 1\n")
    repo.commit()
    pre_commit(repo, "install")
    return repo


def test_the_hook_of_pre_commit_is_proven_to_block_and_nothing_is_changed(hooked: Repo, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    hooked.add(".pre-commit-config.yaml", _CONFIG + _OTHER.format(mark=mark))
    hooked.add("staged.py", "b = 1\n")
    hooked.write("app.py", "a = 2\n")  # unstaged: what pre-commit would set aside
    before = picture(hooked.path)
    found = doctor(hooked)
    assert (found.code, found.verdicts["hook"], found.verdicts["blocks"]) == (0, "ok", "ok")
    assert "1 other hook left out" in found.words["blocks"]
    assert picture(hooked.path) == before
    assert not mark.exists()


def test_named_but_not_installed(repo: Repo) -> None:
    repo.add(".pre-commit-config.yaml", _CONFIG)
    found = doctor(repo)
    assert found.verdicts["hook"] == "broken" and "pre-commit install" in found.words["hook"]


@pytest.mark.parametrize(
    "config",
    [
        "repos: []\n",
        "repos: [\n",
        "",
        _CONFIG.replace("id: redhanded", "id: ruff"),
        "a: &a [*a]\n",
        "repos: " + "[" * 9_000,
        _BOMB,
    ],
    ids=["no hooks", "no YAML", "empty", "another hook", "a circle", "a hole", "a bomb"],
)
def test_installed_but_not_named(hooked: Repo, config: str) -> None:
    hooked.add(".pre-commit-config.yaml", config)
    found = doctor(hooked)
    assert found.verdicts["hook"] == "broken" and "redhanded init" in found.words["hook"]


def test_a_configuration_of_another_name(hooked: Repo) -> None:
    hooked.git("mv", ".pre-commit-config.yaml", "hooks.yaml")
    found = doctor(hooked)
    assert found.verdicts["hook"] == "broken" and ".pre-commit-config.yaml is not there" in found.words["hook"]
    pre_commit(hooked, "install", "-f", "-c", "hooks.yaml")
    found = doctor(hooked)
    assert (found.code, "hooks.yaml names redhanded" in found.words["hook"]) == (0, True)


def test_a_hook_that_does_not_run_at_commits_is_told(hooked: Repo) -> None:
    hooked.add(".pre-commit-config.yaml", _CONFIG + "        stages: [pre-push]\n")
    found = doctor(hooked)
    assert found.verdicts["blocks"] == "broken" and "let a planted secret through" in found.words["blocks"]


def test_a_hook_that_is_not_prepared_is_not_fetched(hooked: Repo, tmp_path: Path) -> None:
    other = Repo(tmp_path / "other")
    install(other, "- id: redhanded\n  name: r\n  language: python\n  entry: redhanded\n", ".pre-commit-hooks.yaml")
    other.git("add", "-A")
    commit = other.commit()
    config = f"repos:\n  - repo: file://{other.path}\n    rev: {commit}\n    hooks:\n      - id: redhanded\n"
    hooked.add(".pre-commit-config.yaml", config)
    found = doctor(hooked)
    assert found.verdicts["blocks"] == "broken" and "pre-commit install-hooks" in found.words["blocks"]
