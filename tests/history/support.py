"""What the tests of `redhanded history` share: one call that runs it and reads its report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from tests.support import Repo, redhanded, token

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


def history(where: Repo | Path, *arguments: str, env: Mapping[str, str] | None = None, timeout: float = 60) -> Seen:
    folder = where.path if isinstance(where, Repo) else where
    result = redhanded("history", "--format", "json", *arguments, cwd=folder, env=env, timeout=timeout)
    assert result.code in (0, 1, 3), result.err
    assert SECRET not in result.out + result.err
    report = json.loads(result.out)
    assert report["summary"]["incomplete"] == any(skip["incomplete"] for skip in report["skips"])
    return Seen(result.code, report["findings"], report, result.err)


def loose(repo: Repo, oid: str) -> Path:
    """Return the file of a loose object."""
    return repo.path / ".git" / "objects" / oid[:2] / oid[2:]


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
