"""What `redhanded push` says of input that is not git's: errors that name what to do, never a clean exit."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.push.support import LINE
from tests.support import Repo, redhanded

ZERO: Final = "0" * 40
ABSENT: Final = "1234567890" * 4
REMOTE: Final = ["origin", "/nowhere.git"]

WRONG: Final[dict[str, tuple[list[str], str, str]]] = {
    "no remote": ([], f"refs/heads/main {ABSENT} refs/heads/main {ZERO}\n", "no remote was given"),
    "words": (REMOTE, "hello\n", "<stdin>:1: not a line"),
    "a second line of words": (REMOTE, f"(delete) {ZERO} refs/heads/x {ABSENT}\nhello\n", "<stdin>:2: not a line"),
    "an empty line": (REMOTE, "\n", "<stdin>:1: not a line"),
    "no id": (REMOTE, f"refs/heads/main HEAD refs/heads/main {ZERO}\n", "'HEAD' is no object id"),
    "an option for an id": (REMOTE, f"refs/heads/main --all refs/heads/main {ZERO}\n", "'--all' is no object id"),
    "an escape": (REMOTE, "\x1b[31m\n", r"\x1b[31m"),
    "three fields for four": (REMOTE, f"{ZERO} {ABSENT} refs/heads/main\n", "not a line"),
    "four fields for three": (["--pre-receive"], f"a {ABSENT} b {ZERO}\n", "is no object id"),
    "too few for three": (["--pre-receive"], f"{ABSENT} {ZERO}\n", "not a line"),
    "a remote for a server": (["--pre-receive", "origin"], "", "--pre-receive takes no remote"),
    "one argument too many": ([*REMOTE, "more"], "", "unexpected argument 'more'"),
}


@pytest.mark.parametrize(("arguments", "stdin", "words"), WRONG.values(), ids=WRONG.keys())
def test_what_is_not_from_git_is_an_error(repo: Repo, arguments: list[str], stdin: str, words: str) -> None:
    result = redhanded("push", *arguments, cwd=repo.path, stdin=stdin.encode())
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("error: ") and "\nhelp:  " in result.err
    assert words in result.err
    assert "\x1b" not in result.err


def test_an_object_that_is_not_there_makes_it_incomplete(repo: Repo) -> None:
    repo.add("a", "a")
    repo.commit()
    line = f"refs/heads/main {ABSENT} refs/heads/main {ZERO}\n".encode()
    result = redhanded("push", *REMOTE, cwd=repo.path, stdin=line)
    assert (result.code, "INCOMPLETE" in result.out) == (3, True)


def test_outside_a_repository(tmp_path: Path) -> None:
    result = redhanded("push", *REMOTE, cwd=tmp_path)
    assert (result.code, "not a git repository" in result.err) == (2, True)


def test_no_refs_are_nothing_to_read(repo: Repo) -> None:
    result = redhanded("push", *REMOTE, cwd=repo.path)
    assert (result.code, "adds no objects" in result.err) == (0, True)


@pytest.mark.parametrize("remote", ["*", "?rigin", "[o]rigin", "--all", "ori*"])
def test_the_name_of_a_remote_is_no_pattern(repo: Repo, remote: str) -> None:
    """A name that is one could vouch for what it does not have."""
    repo.add("app.py", LINE)
    made = repo.commit()
    repo.git("update-ref", "refs/remotes/origin/main", made)
    line = f"refs/heads/main {made} refs/heads/main {ZERO}\n".encode()
    assert redhanded("push", "--", remote, "url", cwd=repo.path, stdin=line).code == 1
    assert redhanded("push", "--", "origin", "url", cwd=repo.path, stdin=line).code == 0


@pytest.mark.parametrize("variable", ["GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"])
def test_only_a_pre_receive_hook_may_be_led_to_other_objects(repo: Repo, tmp_path: Path, variable: str) -> None:
    other = Repo(tmp_path / "other")
    other.add("app.py", LINE)
    made = other.commit()
    elsewhere = {variable: str(other.path / ".git/objects")}
    line = f"refs/heads/main {made} refs/heads/main {ZERO}\n".encode()
    assert redhanded("push", *REMOTE, cwd=repo.path, stdin=line, env=elsewhere).code == 3
    received = f"{ZERO} {made} refs/heads/main\n".encode()
    assert redhanded("push", "--pre-receive", cwd=repo.path, stdin=received, env=elsewhere).code == 1
    for command in (("history",), ("ci", "--range", f"{made}..{made}")):
        assert redhanded(*command, cwd=repo.path, env=elsewhere).code != 1


PRE_COMMIT: Final[dict[str, tuple[dict[str, str], int, str]]] = {
    "a range to a remote": ({"FROM_REF": "HEAD~1", "TO_REF": "HEAD", "REMOTE_NAME": "origin"}, 1, ""),
    "a range": ({"FROM_REF": "HEAD~1", "TO_REF": "HEAD"}, 1, ""),
    "an empty range": ({"FROM_REF": "HEAD", "TO_REF": "HEAD"}, 0, "adds no objects"),
    "all of a branch": ({"LOCAL_BRANCH": "refs/heads/main", "REMOTE_NAME": "origin"}, 1, ""),
    "nothing": ({}, 2, "does not say what is pushed"),
    "no remote": ({"LOCAL_BRANCH": "refs/heads/main"}, 2, "does not say what is pushed"),
    "no such thing": ({"TO_REF": "nope", "FROM_REF": "HEAD", "REMOTE_NAME": "origin"}, 2, "there is no nope here"),
    "an option": ({"TO_REF": "--all", "FROM_REF": "HEAD", "REMOTE_NAME": "origin"}, 2, "there is no --all here"),
}


@pytest.mark.parametrize(("said", "code", "words"), PRE_COMMIT.values(), ids=PRE_COMMIT.keys())
def test_pre_commit_says_it_in_variables(repo: Repo, said: dict[str, str], code: int, words: str) -> None:
    repo.add("a", "a")
    repo.commit()
    repo.add("app.py", LINE)
    repo.commit()
    env = {"PRE_COMMIT": "1", **{f"PRE_COMMIT_{name}": value for name, value in said.items()}}
    result = redhanded("push", cwd=repo.path, env=env)
    assert (result.code, words in result.err) == (code, True), result
