"""What the tests of `redhanded history` share: one call that runs it and reads its report."""

from __future__ import annotations

import json
import os
import time
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, Final, NamedTuple

from scanner.cli.commands import dispatch
from scanner.cli.environment import Environment
from tests.support import Repo, token

SECRET: Final = token()
LINE: Final = f'KEY = "{SECRET}"\n'


def line(seed: object) -> str:
    """Return a line of code with a token of its own."""
    return f'KEY = "{token(seed=seed)}"\n'


class Seen(NamedTuple):
    code: int
    findings: list[dict[str, Any]]
    report: dict[str, Any]
    err: str

    @property
    def only(self) -> dict[str, Any]:
        """The one finding that there is."""
        (finding,) = self.findings
        return finding

    @property
    def places(self) -> list[tuple[str | None, str | None, int]]:
        """Path, commit and line of each place of the only finding, the first one in front."""
        return [(p["path"], p["commit"], p["start"]["line"]) for p in (self.only["location"], *self.only["also"])]

    @property
    def skips(self) -> list[tuple[str, str | None]]:
        return [(skip["reason"], skip["object"]) for skip in self.report["skips"]]


def history(
    where: Repo | Path, *arguments: str, env: Mapping[str, str] | None = None, now: float | None = None
) -> Seen:
    """Run `redhanded history` in this process, which saves most of the time that a test takes, and read its report."""
    folder = where.path if isinstance(where, Repo) else where
    out, err = StringIO(), StringIO()
    variables = {**os.environ, **(env or {})}
    environment = Environment(
        variables, str(folder), BytesIO(), out, err, False, time.time() if now is None else now, 1
    )
    code = dispatch(["history", "--format", "json", *arguments], environment)
    assert code in (0, 1, 3)
    assert SECRET not in out.getvalue() + err.getvalue()
    report = json.loads(out.getvalue())
    assert report["summary"]["incomplete"] == any(skip["incomplete"] for skip in report["skips"])
    return Seen(code, report["findings"], report, err.getvalue())


def loose(repo: Repo, oid: str) -> Path:
    """Return the file of a loose object."""
    return repo.path / ".git" / "objects" / oid[:2] / oid[2:]


def rewrite(repo: Repo, oid: str, change: Callable[[bytes], bytes]) -> None:
    """Replace what is in the file of a loose object; its header (`blob 12` and a NUL) belongs to it."""
    file = loose(repo, oid)
    file.chmod(0o644)
    file.write_bytes(zlib.compress(change(zlib.decompress(file.read_bytes()))))


def remove(repo: Repo, name: str) -> str:
    """Delete a loose object and return its id."""
    oid = repo.git("rev-parse", name)
    loose(repo, oid).unlink()
    return oid


def marker_script(folder: Path, name: str = "evil.sh") -> tuple[Path, Path]:
    """Return a program that leaves a mark when it is run, and the mark."""
    script, mark = folder / name, folder / "it-ran"
    script.write_text(f'#!/bin/sh\necho "$0 $@" >> "{mark}"\nexit 1\n')
    script.chmod(0o755)
    return script, mark
