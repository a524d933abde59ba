"""What the tests share: made-up tokens, real repositories in temporary folders, and the real command."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from scanner.ruleset.checksums import CHECKSUMS
from scanner.ruleset.shape import expand, parse

ROOT = Path(__file__).parent.parent


def token(shape: str = "ghp_{base62:30}{checksum}", seed: object = 1) -> str:
    """Return a made-up token of a shape; a GitHub one, whose checksum holds, unless told otherwise."""
    made = expand(parse(shape), (), CHECKSUMS["crc32-base62"], random.Random(f"{seed}"))
    return made.text.decode()


def pem(label: str, body: str, headers: str = "", size: int = 64) -> str:
    """Return the body in lines of so many letters, between the lines that frame a key; no source file holds such a line
    whole.
    """
    lines = "\n".join(body[at : at + size] for at in range(0, len(body), size))
    dashes = "-" * 5
    return f"{dashes}BEGIN {label}{dashes}\n{headers}{lines}\n{dashes}END {label}{dashes}\n"


class Result(NamedTuple):
    code: int
    out: str
    err: str


def redhanded(
    *arguments: str,
    cwd: Path | str,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    timeout: float = 120,
    program: Sequence[str] = (),
) -> Result:
    """Run the command in a process of its own: `program`, what REDHANDED_TEST_PROGRAM names, or `python -m scanner`."""
    named = os.environ.get("REDHANDED_TEST_PROGRAM")
    command = [*program] or ([named] if named else [sys.executable, "-m", "scanner"])
    done = subprocess.run(
        [*command, *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        env={**os.environ, **(env or {})},
        timeout=timeout,
    )
    return Result(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))


class Repo:
    """A real git repository. Dates rise by a minute with each commit, so that order is certain."""

    def __init__(self, path: Path, *options: str) -> None:
        self.path = path
        self._minutes = 0
        path.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main", *options)
        self.git("config", "user.name", "Ada")
        self.git("config", "user.email", "ada@example.com")

    def git(self, *arguments: str, stdin: bytes | None = None, env: Mapping[str, str] | None = None) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=self.path, input=stdin, capture_output=True, env={**os.environ, **(env or {})}
        )
        if done.returncode:
            raise AssertionError(f"git {arguments}: {done.stderr.decode()}")
        return done.stdout.decode("utf-8", "surrogateescape").strip()

    def write(self, name: str | bytes, data: str | bytes) -> None:
        path = Path(os.fsdecode(os.path.join(os.fsencode(self.path), os.fsencode(name))))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())

    def add(self, name: str, data: str | bytes) -> None:
        self.write(name, data)
        self.git("add", "--", name)

    def commit(self, message: str = "change", *options: str) -> str:
        """Commit what is staged and return the commit's id."""
        self._minutes += 1
        date = f"2024-01-01T{10 + self._minutes // 60:02}:{self._minutes % 60:02}:00+00:00"
        env = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
        self.git("commit", "-q", "--no-verify", "-m", message, *options, env=env)
        return self.git("rev-parse", "HEAD")

    def run(self, *arguments: str, **options: object) -> Result:
        """Run redhanded in the repository."""
        return redhanded(*arguments, cwd=self.path, **options)  # type: ignore[arg-type]
