"""GitHub Actions (and what speaks its language): the event's file says what is built."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from typing import Final

from scanner.cli.services.change import ANYWHERE, Change, Service, branch, commit_id, is_nothing, pushed
from scanner.errors import UsageError
from scanner.redact import printable

_MOST: Final = 32 << 20  # bytes; GitHub's own limit for an event is 25 MB

_DEEPEN: Final = """\
- uses: actions/checkout@v4
  with:
    fetch-depth: 0"""


def change(variables: Mapping[str, str]) -> Change:
    """Return the change of the event. Raises UsageError for one without a change, or a file that makes no sense."""
    event, name = _event(variables.get("GITHUB_EVENT_PATH", "")), variables.get("GITHUB_EVENT_NAME", "")
    if name.startswith("pull_request"):
        base = branch(_at(event, "pull_request", "base", "ref"), "pull_request.base.ref in the event")
        return Change(
            _commit(event, "pull_request", "head", "sha"), _commit(event, "pull_request", "base", "sha"), base
        )
    if name == "merge_group":
        base = branch(_at(event, "merge_group", "base_ref"), "merge_group.base_ref in the event")
        return Change(_commit(event, "merge_group", "head_sha"), _commit(event, "merge_group", "base_sha"), base)
    if name == "push":
        return _push(event)
    problem = f"the event {printable(name[:100]) or '(GITHUB_EVENT_NAME is empty)'} brings no change"
    raise UsageError(problem, f"run this on pull_request, push or merge_group; {ANYWHERE}")


def _push(event: object) -> Change:
    before, after = _at(event, "before"), _at(event, "after")
    if is_nothing(after):
        raise UsageError("this push deletes a branch, so there is nothing to read", "do not run on such events")
    default = branch(_at(event, "repository", "default_branch"), "repository.default_branch in the event")
    was = "" if is_nothing(before) else commit_id(before, "before in the event")
    ref = branch(_at(event, "ref"), "ref in the event")
    return pushed(commit_id(after, "after in the event"), was, ref, default)


def _commit(event: object, *keys: str) -> str:
    return commit_id(_at(event, *keys), f"{'.'.join(keys)} in the event")


def _at(event: object, *keys: str) -> object:
    """Return what stands there in the event. Raises UsageError when there is no such place."""
    for number, key in enumerate(keys, 1):
        if not isinstance(event, dict) or key not in event:
            raise UsageError(f"the event has no {'.'.join(keys[:number])}", f"is GITHUB_EVENT_PATH right? {ANYWHERE}")
        event = event[key]
    return event


def _event(path: str) -> object:
    """Return the event: JSON that anybody with a pull request has a hand in, so nothing in it is taken for granted."""
    if not path:
        raise UsageError(
            "GITHUB_EVENT_PATH is not set", f"GitHub's runner sets it: pass it on to your container; {ANYWHERE}"
        )
    place = f"GITHUB_EVENT_PATH: {printable(path)}"
    try:
        with open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise UsageError(f"{place} is not a file", ANYWHERE)
            data = file.read(_MOST + 1)
    except OSError as error:
        raise UsageError(f"{place}: {error.strerror}", ANYWHERE) from None
    if len(data) > _MOST:
        raise UsageError(f"{place} is over {_MOST:,} bytes long", ANYWHERE)
    try:
        event: object = json.loads(data)
    except (ValueError, RecursionError):
        raise UsageError(f"{place} is not JSON", ANYWHERE) from None
    return event


def _quote(text: str) -> str:
    """Return text in which the runner looks for no commands: a file may have the name of one."""
    word = os.urandom(16).hex()
    return f"::stop-commands::{word}\n{text}::{word}::\n" if text else ""


SERVICE: Final = Service(
    "GitHub Actions",
    lambda variables: variables.get("GITHUB_ACTIONS") == "true",
    change,
    _DEEPEN,
    "github",
    _quote,
)
