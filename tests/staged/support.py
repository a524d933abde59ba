"""What the tests of `redhanded staged` share: a call that runs it, and files for it to read."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any, Final, NamedTuple

from scanner.cli.quick import screen
from tests.support import Repo, redhanded, token

SECRET: Final = token()
LINE: Final = f'KEY = "{SECRET}"\n'
OTHER: Final = f'OTHER = "{token(seed=2)}"\n'
KEY: Final = token(
    "{[-]:5}BEGIN RSA PRIVATE KEY{[-]:5}\n{base64:64}\n{base64:64}\n{base64:64}\n{base64:40}\n"
    "{[-]:5}END RSA PRIVATE KEY{[-]:5}\n"
)
NUMBERED: Final = "".join(f"number {n} = {n * n}\n" for n in range(40))  # a file for git to recognise after a rename


class Seen(NamedTuple):
    """The exit code, and (path, line) of each finding."""

    code: int
    places: list[tuple[str, int]]
    report: dict[str, Any]

    @property
    def skipped(self) -> dict[str, str]:
        return {skip["path"]: skip["reason"] for skip in self.report["skips"]}


def staged(where: Repo | Path, *arguments: str, env: Mapping[str, str] | None = None) -> Seen:
    """Run `redhanded staged` for its report. Without arguments ask the hook's short cut too: it may only let through
    what the report calls clean.
    """
    folder = where.path if isinstance(where, Repo) else where
    full = redhanded("staged", "--format", "json", *arguments, cwd=folder, env=env)
    assert full.err == ""
    if not arguments and short_cut(folder, env) is not None:
        assert full.code == 0
    assert SECRET not in full.out
    report = json.loads(full.out)
    places = [(f["location"]["path"], f["location"]["start"]["line"]) for f in report["findings"]]
    return Seen(full.code, sorted(places), report)


def short_cut(folder: Path, env: Mapping[str, str] | None = None) -> int | None:
    """Return what the hook's short cut says, in this process: to start one more for every test would take too long."""
    with redirect_stdout(StringIO()):
        return screen({**os.environ, **(env or {})}, str(folder))


def marker_script(folder: Path) -> tuple[Path, Path]:
    """Return a program that leaves a mark when it is run, and the mark. The program prints nothing and fails."""
    script, mark = folder / "evil.sh", folder / "it-ran"
    script.write_text(f'#!/bin/sh\necho "$0 $@" >> "{mark}"\nexit 1\n')
    os.chmod(script, 0o755)
    return script, mark
