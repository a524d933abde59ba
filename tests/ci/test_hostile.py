"""Events that anybody can write, and names that look like commands: errors or escapes, never a clean exit."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from tests.ci.support import LINE, ZERO, Origin, ci, github, line, origin, pull_request, push
from tests.support import Repo, redhanded

COMMIT: Final = "1234567890" * 4


def _pull(head: Any = COMMIT, base: Any = COMMIT, ref: Any = "main") -> object:
    return {"pull_request": {"head": {"sha": head}, "base": {"sha": base, "ref": ref}}}


EVENTS: Final[dict[str, tuple[str, object, str]]] = {
    "nothing": ("pull_request", b"", "is not JSON"),
    "no JSON": ("pull_request", b"{pull_request", "is not JSON"),
    "not UTF-8": ("pull_request", b"\xff\xfe\xfa", "is not JSON"),
    "deep": ("pull_request", b"[" * 1_000_000, "is not JSON"),
    "a huge number": ("pull_request", b'{"a": ' + b"9" * 10_000 + b"}", "is not JSON"),
    "a list": ("pull_request", [], "the event has no pull_request"),
    "null": ("push", None, "the event has no before"),
    "a number": ("merge_group", 7, "the event has no merge_group"),
    "an empty object": ("pull_request", {}, "the event has no pull_request"),
    "a list for an object": ("pull_request", {"pull_request": []}, "the event has no pull_request.base"),
    "null for a commit": (
        "pull_request",
        _pull(None),
        "pull_request.head.sha in the event is not a commit id: NoneType",
    ),
    "a number for a commit": ("pull_request", _pull(7), "is not a commit id: int"),
    "an object for a commit": ("pull_request", _pull({}), "is not a commit id: dict"),
    "a branch for a commit": ("pull_request", _pull("main"), "is not a commit id: main"),
    "an option for a commit": ("pull_request", _pull("--all"), "is not a commit id: --all"),
    "an option for a base": ("pull_request", _pull(base="--output=x"), "is not a commit id: --output=x"),
    "a short commit": ("pull_request", _pull(COMMIT[:12]), "is not a commit id"),
    "a commit and more": ("pull_request", _pull(f"{COMMIT}\n"), "is not a commit id"),
    "zeros": ("pull_request", _pull(ZERO), "is not a commit id"),
    "an escape": ("pull_request", _pull("\x1b[31m"), r"is not a commit id: \x1b[31m"),
    "a number for a branch": ("pull_request", _pull(ref=7), "is not the name of a branch"),
    "an endless branch": ("pull_request", _pull(ref="x" * 5_000), "is not the name of a branch"),
    "no default branch": ("push", {"before": COMMIT, "after": COMMIT, "ref": "x"}, "the event has no repository"),
    "an empty before": ("push", {**push("", COMMIT), "before": 0}, "before in the event is not a commit id: int"),
    "no after": ("push", push(COMMIT, "x"), "after in the event is not a commit id: x"),
    "no merge group": ("merge_group", {"merge_group": {"base_ref": "main"}}, "the event has no merge_group.head_sha"),
    "an odd event": ("\x1b[31m", {}, r"the event \x1b[31m brings no change"),
}


@pytest.mark.parametrize(("name", "event", "words"), EVENTS.values(), ids=EVENTS.keys())
def test_an_event_that_makes_no_sense_is_an_error(
    repo: Repo, tmp_path: Path, name: str, event: object, words: str
) -> None:
    repo.add("app.py", LINE)
    repo.commit()
    result = redhanded("ci", cwd=repo.path, env=github(tmp_path, name, event))
    assert (result.code, result.out) == (2, ""), result
    assert words in result.err
    assert result.err.startswith("error: ") and "\nhelp:  " in result.err
    assert "\x1b" not in result.err and "internal error" not in result.err


def _missing(path: Path) -> None:
    path.unlink()


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate((32 << 20) + 1)


@pytest.mark.parametrize("spoil", [_missing, _folder, _pipe, _huge], ids=lambda spoil: spoil.__name__.strip("_"))
def test_an_event_that_cannot_be_read_is_an_error(repo: Repo, tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    variables = github(tmp_path, "push", {})
    spoil(tmp_path / "event.json")
    result = redhanded("ci", cwd=repo.path, env=variables)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("error: GITHUB_EVENT_PATH: ")


def test_no_event_file_at_all(repo: Repo) -> None:
    result = redhanded("ci", cwd=repo.path, env={"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push"})
    assert (result.code, "GITHUB_EVENT_PATH is not set" in result.err) == (2, True)


def test_outside_a_repository(tmp_path: Path) -> None:
    result = redhanded("ci", cwd=tmp_path, env={"CIRCLECI": "true"})
    assert (result.code, "not a git repository" in result.err) == (2, True)


# What the services read in a job's log.

NAMES: Final = ["::error file=x::forged.py", "::stop-commands::word", "##[error]forged.py", "##vso[task.complete]x.py"]


def _commands(out: str) -> list[str]:
    """Return the lines that GitHub's runner takes for commands, as it does while it listens."""
    found, until = [], None
    for text in out.splitlines():
        if until is not None:
            until = None if text.strip() == f"::{until}::" else until
        elif text.lstrip().startswith("::stop-commands::"):
            until = text.strip().removeprefix("::stop-commands::")
        elif text.lstrip().startswith("::") or "##[" in text:
            found.append(text)
    assert until is None
    return found


@pytest.fixture
def forged(tmp_path: Path) -> Origin:
    made = origin(tmp_path)
    made.repo.git("checkout", "-q", "topic")
    for number, name in enumerate(NAMES):
        made.repo.write(name, f"{line(number)}{LINE}")
    made.repo.git("add", "-A")
    head = made.repo.commit("names")
    return made._replace(head=head)


def test_names_give_no_commands_to_github(forged: Origin, tmp_path: Path) -> None:
    variables = github(tmp_path, "pull_request", pull_request(forged))
    for format in (None, "text"):
        seen = ci(forged.clone(), variables, format=format)
        assert seen.code == 1
        commands = _commands(seen.out)
        assert all(command.startswith(("::error ", "::warning ", "::notice ")) for command in commands)
        assert not [command for command in commands if "::forged" in command.partition("::")[2].partition("::")[0]]
        assert bool(commands) == (format is None)


def test_names_give_no_commands_to_azure(forged: Origin) -> None:
    variables = {"TF_BUILD": "True", "SYSTEM_PULLREQUEST_TARGETBRANCH": "main", "BUILD_SOURCEVERSION": forged.head}
    seen = ci(forged.clone(), variables, format=None)
    assert seen.code == 1
    assert "##vso[" not in seen.out and "##[" not in seen.out and "task.complete" in seen.out
