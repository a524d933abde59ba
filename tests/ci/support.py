"""What the tests of `redhanded ci` share: checkouts as CI services make them, and the variables that come with each."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, Final, NamedTuple

from scanner.cli.commands import dispatch
from scanner.cli.environment import Environment
from scanner.errors import RedhandedError
from tests.support import Repo, token

SECRET: Final = token()
LINE: Final = f'KEY = "{SECRET}"\n'
ZERO: Final = "0" * 40
ABSENT: Final = "1234567890" * 4


def line(seed: object) -> str:
    """Return a line of code with a token of its own."""
    return f'KEY = "{token(seed=seed)}"\n'


class Seen(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def report(self) -> Any:
        return json.loads(self.out)

    @property
    def places(self) -> list[tuple[str | None, int]]:
        """Path and line of each finding; a message has no path."""
        return [(f["location"]["path"], f["location"]["start"]["line"]) for f in self.report["findings"]]


def ci(where: Repo | Path, variables: Mapping[str, str], *arguments: str, format: str | None = "json") -> Seen:
    """Run `redhanded ci` in this process; errors become what the command line makes of them."""
    folder = where.path if isinstance(where, Repo) else where
    out, err = StringIO(), StringIO()
    environment = Environment({**os.environ, **variables}, str(folder), BytesIO(), out, err, False, time.time(), 1)
    form = ("--format", format) if format else ()
    try:
        code = dispatch(["ci", *form, *arguments], environment)
    except RedhandedError as error:
        code = 2
        err.write(f"error: {error.message}\nhelp:  {error.help}\n")
    assert SECRET not in out.getvalue() + err.getvalue()
    return Seen(code, out.getvalue(), err.getvalue())


class Origin(NamedTuple):
    """A repository with the branches main (`base`, then `later`) and topic (from `base`: `one`, then `head`).

    main has old.py with a secret. `one` adds app.py with another, which `head` moves down a line.
    """

    repo: Repo
    base: str
    later: str
    one: str
    head: str
    merge: str  # of later and head, as refs/pull/1/merge; no branch

    def clone(self, *options: str, ref: str | None = None) -> Repo:
        """Return a checkout of `ref`, or of topic's head, in a clone of all branches, or as the options say."""
        path = self.repo.path.parent / f"checkout-{len(list(self.repo.path.parent.iterdir()))}"
        self.repo.git("clone", "-q", "--no-checkout", *options, f"file://{self.repo.path}", str(path))
        made = Repo(path)
        depth = [option for option in options if option.startswith("--depth")]
        made.git("fetch", "-q", *depth, "origin", "refs/pull/1/merge" if not ref and not depth else ref or self.head)
        made.git("checkout", "-q", "--detach", ref or self.head)
        return made


def origin(folder: Path) -> Origin:
    repo = Repo(folder / "origin")
    repo.git("config", "uploadpack.allowAnySHA1InWant", "true")
    repo.add("old.py", f"a = 1\n{line('old')}")
    repo.add("README", "hello\n")
    repo.commit("start")
    repo.add("README", "hello there\n")
    base = repo.commit("base")
    repo.git("checkout", "-q", "-b", "topic")
    repo.add("app.py", LINE)
    one = repo.commit("one")
    repo.add("app.py", f"# a comment\n{LINE}")
    head = repo.commit("head")
    repo.git("checkout", "-q", "main")
    repo.add("late.py", line("late"))
    later = repo.commit("later")
    repo.git("checkout", "-q", "--detach")
    repo.git("merge", "-q", "--no-ff", "-m", "merge", "topic")
    merge = repo.git("rev-parse", "HEAD")
    repo.git("update-ref", "refs/pull/1/merge", merge)
    repo.git("checkout", "-q", "main")
    return Origin(repo, base, later, one, head, merge)


def github(folder: Path, name: str, event: object) -> dict[str, str]:
    """Return GitHub's variables, with the event written to a file; bytes are written as they are."""
    path = folder / "event.json"
    path.write_bytes(event if isinstance(event, bytes) else json.dumps(event).encode())
    return {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": name, "GITHUB_EVENT_PATH": str(path)}


def pull_request(made: Origin, base: str = "") -> dict[str, Any]:
    return {"pull_request": {"head": {"sha": made.head}, "base": {"sha": base or made.later, "ref": "main"}}}


def push(before: str, after: str, branch: str = "topic", default: str = "main") -> dict[str, Any]:
    return {
        "before": before,
        "after": after,
        "ref": f"refs/heads/{branch}",
        "repository": {"default_branch": default},
    }
