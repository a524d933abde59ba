"""A `git` in front of the real one, which at a certain command interrupts, kills or delays what called it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.support import ROOT

# In front of `git cat-file --batch`: hands on so many requests, does what is to be done, and answers no more.
_RELAY: Final = """
import subprocess, sys, os, time, signal
at, *command = sys.argv[1:]
real = subprocess.Popen(command, stdin=subprocess.PIPE)
for number, line in enumerate(sys.stdin.buffer):
    if number == int(at):
        {act}
    real.stdin.write(line)
    real.stdin.flush()
real.stdin.close()
sys.exit(real.wait())
"""
_INTERRUPT: Final = "os.kill(os.getppid(), signal.SIGINT)"
INTERRUPT: Final = f"{_INTERRUPT}; time.sleep(60)"
ECHO: Final = f"{_INTERRUPT}; time.sleep(0.02); {INTERRUPT}"
INTERRUPT_TWICE: Final = f"{_INTERRUPT}; time.sleep(0.5); {INTERRUPT}"
DIE: Final = "os.kill(os.getpid(), signal.SIGKILL)"


def stub(folder: Path, where: str, act: str, requests: int = 0) -> Mapping[str, str]:
    """Write a `git` that does `act` where its arguments match `where`, a pattern of the shell's, and goes on; after
    so many requests, if that is more than 0. Return the variables that put it in front.
    """
    folder.mkdir()
    real = shutil.which("git")
    script = f"import os, signal, subprocess, sys, time; {act}; os.execv('{real}', ['git', *sys.argv[1:]])"
    (folder / "relay.py").write_text(_RELAY.format(act=act))
    (folder / "act.py").write_text(script)
    relay = f'exec "{sys.executable}" "{folder}/relay.py" {requests} "{real}" "$@"'
    at_once = f'exec "{sys.executable}" "{folder}/act.py" "$@"'
    git = folder / "git"
    git.write_text(f'#!/bin/sh\ncase "$*" in {where}) {relay if requests else at_once};; esac\nexec "{real}" "$@"\n')
    git.chmod(0o755)
    return {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


class Started:
    """redhanded in a session of its own; `left` waits until none of its processes is there any more."""

    def __init__(self, arguments: Sequence[str], cwd: Path, env: Mapping[str, str]) -> None:
        self._mark = uuid.uuid4().hex
        self.process = subprocess.Popen(
            [sys.executable, "-m", "scanner", *arguments], cwd=cwd, start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT), **env, "REDHANDED_TEST_MARK": self._mark},
        )  # fmt: skip

    def finish(self, timeout: float = 60) -> tuple[int, str, str]:
        out, err = self.process.communicate(timeout=timeout)
        return self.process.returncode, out.decode("utf-8", "replace"), err.decode("utf-8", "replace")

    def left(self) -> list[str]:
        """Return what is left of its processes after some patience."""
        for _ in range(300):
            if not (found := list(self._processes())):
                return []
            time.sleep(0.01)
        return found

    def _processes(self) -> list[str]:
        found = []
        for folder in Path("/proc").iterdir():
            try:
                if self._mark.encode() in (folder / "environ").read_bytes() and folder.name.isdigit():
                    found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                continue
        return found
