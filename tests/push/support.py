"""What the tests of `redhanded push` share: a repository, a bare one to push to, and hooks that git itself runs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from tests.support import Repo, token

SECRET: Final = token()
LINE: Final = f'KEY = "{SECRET}"\n'


class Pushed(NamedTuple):
    code: int
    output: str  # of git and of the hook


class Pair(NamedTuple):
    """`repo` has the branch main, pushed to its remote `origin`, the bare repository `server`."""

    repo: Repo
    server: Path

    def push(self, *arguments: str, env: Mapping[str, str] | None = None) -> Pushed:
        command = ["git", "push", *(arguments or ("origin", "main"))]
        environ = {**os.environ, **(env or {})}
        done = subprocess.run(command, cwd=self.repo.path, capture_output=True, env=environ, timeout=120)
        output = (done.stdout + done.stderr).decode("utf-8", "replace")
        assert SECRET not in output
        assert "Traceback" not in output and "internal error" not in output, output
        return Pushed(done.returncode, output)

    def refs(self) -> dict[str, str]:
        command = ["git", "for-each-ref", "--format=%(refname) %(objectname)"]
        lines = subprocess.run(command, cwd=self.server, capture_output=True, text=True).stdout.splitlines()
        return dict(line.split(" ") for line in lines)


def pair(folder: Path) -> Pair:
    repo, server = Repo(folder / "repo"), folder / "server.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(server)], check=True)
    repo.git("remote", "add", "origin", str(server))
    repo.add("README", "hello\n")
    repo.commit("start")
    repo.git("push", "-q", "origin", "main")
    return Pair(repo, server)


def install(folder: Path, name: str, *arguments: str) -> None:
    """Write a hook that runs `redhanded push`; `arguments` are for a shell."""
    hook = folder / "hooks" / name
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m scanner push {" ".join(arguments)}\n')
    hook.chmod(0o755)
