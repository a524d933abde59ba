"""`redhanded baseline`: all that there is is accepted at once, and nothing new without a word."""

from __future__ import annotations

import pytest

from scanner.policy.allowfolder import load
from tests.cli.support import assert_error
from tests.policy.support import accept, files, line
from tests.support import Repo, token

WHY = ("--reason", "there before we scanned")


@pytest.fixture
def legacy(repo: Repo) -> Repo:
    """A repository with a secret in history, and three in its files, one of them accepted."""
    repo.add("a.py", line("history"))
    repo.commit()
    for name in ("a", "b", "c"):
        repo.add(f"{name}.py", line(name))
    repo.commit()
    accept(repo.path, [token(seed="c")], reason="by hand")
    return repo


def test_create_accepts_what_is_in_the_files(legacy: Repo) -> None:
    result = legacy.run("baseline", "create", *WHY)
    assert result.code == 0
    assert "accepted 2 findings" in result.out
    assert len(files(legacy)) == 2  # one of them by hand
    assert legacy.run("scan").code == 0
    assert legacy.run("history").code == 1
    assert len(load(str(legacy.path))) == 3


def test_create_accepts_the_history(legacy: Repo) -> None:
    assert "accepted 3 findings" in legacy.run("baseline", "create", "--history", *WHY).out
    assert (legacy.run("scan").code, legacy.run("history", "--strict-policy").code) == (0, 0)


def test_create_again_accepts_what_is_new_only(legacy: Repo) -> None:
    legacy.run("baseline", "create", *WHY)
    assert "accepted 0 findings" in legacy.run("baseline", "create", *WHY).out
    assert len(files(legacy)) == 2


def test_update_shows_what_is_new_and_accepts_it_only_when_told_to(legacy: Repo) -> None:
    legacy.run("baseline", "create", *WHY)
    assert legacy.run("baseline", "update").code == 0
    legacy.write("new.py", line("new"))
    before = files(legacy)
    result = legacy.run("baseline", "update")
    assert result.code == 1
    assert "[github-pat] ghp_******** at new.py:1:8" in result.out and "1 new, not accepted" in result.out
    assert files(legacy) == before
    assert legacy.run("scan").code == 1
    result = legacy.run("baseline", "update", "--accept", "--reason", "a new fixture")
    assert result.code == 0
    assert legacy.run("scan").code == 0
    assert [one.reason for one in load(str(legacy.path))].count("a new fixture") == 1


def test_update_removes_what_is_gone(legacy: Repo) -> None:
    legacy.write("new.py", line("new"))
    legacy.run("baseline", "create", *WHY)
    (legacy.path / "new.py").unlink()
    legacy.write("a.py", "")
    shown = legacy.run("baseline", "update", "--dry-run")
    assert shown.out.count("gone: ") == 1  # what was in a.py is in the history
    assert len(load(str(legacy.path))) == 4
    assert "removed 1 of 4" in legacy.run("baseline", "update").out
    assert "removed 1 of 3" in legacy.run("baseline", "update", "--no-history").out
    assert len(load(str(legacy.path))) == 2


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("create",), "--reason"),
        (("update", "--accept"), "--accept needs a reason"),
        (("update", *WHY), "nothing is accepted without --accept"),
        (("update", "--expires", "2999-01-01"), "nothing is accepted without --accept"),
        ((), "create|update"),
    ],
)
def test_what_is_wrong_is_said(legacy: Repo, arguments: tuple[str, ...], problem: str) -> None:
    assert_error(legacy.run("baseline", *arguments), problem)
    assert len(files(legacy)) == 1


def test_every_half_of_a_credential_is_accepted(repo: Repo) -> None:
    key = "AKIA" + token("{base32:16}")
    for name in ("a", "b"):
        secret = token("{base62:40}", name)
        repo.write(f"{name}.ini", f'aws_access_key_id = "{key}"\naws_secret_access_key = "{secret}"\n')
    assert "accepted 2 findings" in repo.run("baseline", "create", *WHY).out
    assert repo.run("scan").code == 0
