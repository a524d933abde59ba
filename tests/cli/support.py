"""Command lines as a shell runs them: closed streams, full disks, pipes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.support import Result, token

RULE = """\
provider: Acme
rules:
  - id: acme-key
    name: Acme key
    description: Opens Acme.
    severity: high
    shape: 'acme_{base62:20}'
"""


def shell(script: str, cwd: Path, env: Mapping[str, str] | None = None) -> Result:
    """Run a bash script in which `$R` is redhanded; the exit code is that of its first failing command."""
    program = f"{sys.executable} -m scanner"
    done = subprocess.run(
        ["bash", "-c", f"R='{program}'; set -o pipefail; {script}"],
        cwd=cwd,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **(env or {})},
        timeout=60,
    )
    return Result(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))


def plant(folder: Path, name: str = "app.py") -> str:
    """Write a file with a secret and return the secret."""
    secret = token()
    (folder / name).write_text(f'KEY = "{secret}"\n')
    return secret


def assert_error(result: Result, *parts: str, code: int = 2) -> None:
    """The run failed as designed: an `error:` line, a `help:` line, no traceback, nothing on standard output."""
    assert result.code == code, result
    assert result.err.startswith("error: "), result
    assert "\nhelp:  " in result.err, result
    assert "Traceback" not in result.err and "internal error" not in result.err, result
    assert not result.out, result
    for part in parts:
        assert part in result.err, result
