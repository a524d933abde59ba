"""Real pushes between two repositories: a push that brings a policy of its own cannot pass by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.push.support import LINE, Pair, install, pair
from tests.support import token
from tests.trust.support import RULE, line, suppress


@pytest.fixture(params=["pre-push", "pre-receive"])
def hook(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def _install(made: Pair, hook: str, *options: str) -> None:
    if hook == "pre-push":
        install(made.repo.path / ".git", hook, *options, '"$@"')
    else:
        install(made.server, hook, "--pre-receive", *options)


@pytest.mark.parametrize("branch", ["main", "topic"])
def test_configuration_that_is_pushed_does_not_count(tmp_path: Path, hook: str, branch: str) -> None:
    made = pair(tmp_path)
    _install(made, hook)
    repo = made.repo
    repo.git("checkout", "-q", "-B", branch)
    repo.add(".redhanded.yaml", "exclude: [src/]\n")
    repo.add("src/app.py", LINE)
    repo.commit()
    stopped = made.push("origin", branch)
    assert stopped.code == 1
    assert "src/app.py:1:8" in stopped.output and ".redhanded.yaml:1: excludes src/" in stopped.output
    assert "`exclude: src/` at" in stopped.output


def test_the_policy_that_is_there_counts(tmp_path: Path, hook: str) -> None:
    made = pair(tmp_path)
    repo = made.repo
    repo.add(".redhanded.yaml", "exclude: [src/]\n")
    suppress(repo, "kept")
    repo.commit()
    repo.git("push", "-q", "origin", "main")
    _install(made, hook, "--strict-policy")
    repo.git("checkout", "-q", "-b", "topic")
    repo.add("src/app.py", LINE)
    repo.add("kept.py", line("kept"))
    repo.commit()
    done = made.push("origin", "topic")
    assert done.code == 0 and "2 findings allowed" in done.output


def test_what_a_topic_branch_brought_earlier_does_not_count_on_the_server(tmp_path: Path) -> None:
    made = pair(tmp_path)
    install(made.server, "pre-receive", "--pre-receive")
    repo = made.repo
    repo.git("checkout", "-q", "-b", "topic")
    repo.add(".redhanded.yaml", f"skip: [{RULE}]\n")
    repo.commit()
    assert made.push("origin", "topic").code == 0  # a clean change of the policy; listed
    repo.add("app.py", LINE)
    repo.commit()
    stopped = made.push("origin", "topic")
    assert stopped.code == 1 and "app.py:1:8" in stopped.output


def test_suppressions_and_comments_that_are_pushed(tmp_path: Path, hook: str) -> None:
    made = pair(tmp_path)
    repo = made.repo
    (file,) = suppress(repo, 1)
    repo.add("app.py", line(1) + line(2, "  # gitleaks:allow"))
    repo.commit()
    _install(made, hook, "--strict-policy")
    stopped = made.push()
    assert stopped.code == 1 and f"{file}:1:1" in stopped.output and "gitleaks marker on line 2" in stopped.output
    _install(made, hook)
    stopped = made.push()
    assert stopped.code == 1 and f"{file}:1" in stopped.output and "gitleaks marker on line 2" in stopped.output
    _install(made, hook, "--trust-suppressions")
    done = made.push()
    assert done.code == 0
    assert f"{file}:1: adds a suppression" in done.output and "app.py:2: allows a finding" in done.output


def test_several_branches_at_once_each_with_a_policy(tmp_path: Path) -> None:
    made = pair(tmp_path)
    install(made.server, "pre-receive", "--pre-receive")
    repo = made.repo
    for name in "ab":
        repo.git("checkout", "-q", "-B", name, "main")
        repo.add(".redhanded.yaml", f"exclude: [{name}/]\n")
        repo.add(f"{name}/app.py", f'KEY = "{token(seed=name)}"\n')
        repo.commit()
    stopped = made.push("origin", "a", "b")
    assert stopped.code == 1
    for name in "ab":
        assert f"{name}/app.py:1:8" in stopped.output and f"excludes {name}/" in stopped.output


def test_the_first_push_to_an_empty_server(tmp_path: Path) -> None:
    made = pair(tmp_path / "other")
    repo = made.repo
    empty = tmp_path / "empty.git"
    repo.git("init", "-q", "--bare", str(empty))
    install(empty, "pre-receive", "--pre-receive")
    repo.add(".redhanded.yaml", "exclude: [src/]\n")
    repo.add("src/app.py", LINE)
    repo.commit()
    stopped = made.push(str(empty), "main")
    assert stopped.code == 1
    assert "no policy of the repository counts yet" in stopped.output and "excludes src/" in stopped.output


def test_a_broken_policy_is_refused_with_the_commit_the_file_and_the_line(tmp_path: Path, hook: str) -> None:
    made = pair(tmp_path)
    _install(made, hook)
    made.repo.add(".redhanded.yaml", "skip: [jwt]\nexclud: [a]\n")
    head = made.repo.commit()
    stopped = made.push()
    assert stopped.code == 1 and f"{head[:12]}:.redhanded.yaml:2: " in stopped.output
