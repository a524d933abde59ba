"""The same as `scanner.git.process`, by `subprocess`, for systems without `posix_spawn` and anonymous files."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from io import BufferedReader
from typing import BinaryIO, cast

from scanner.git.process import Process


class _Child(Process):
    def __init__(self, child: subprocess.Popen[bytes], errors: int) -> None:
        super().__init__(child.pid, cast("BinaryIO | None", child.stdin), cast("BufferedReader", child.stdout), errors)
        self._child = child

    def wait(self) -> int:
        self._code = self._child.wait()
        return self._code

    def kill(self) -> None:
        self._child.kill()

    def messages(self) -> bytes:
        os.lseek(self._errors, 0, os.SEEK_SET)
        return os.read(self._errors, 1 << 16)


def start(arguments: Sequence[str], environ: Mapping[str, str], stdin: int | None, pipe_stdin: bool) -> Process:
    """Start a program; see `scanner.git.process.start`."""
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            arguments,
            env=environ,
            stdin=subprocess.PIPE if pipe_stdin else subprocess.DEVNULL if stdin is None else stdin,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
        return _Child(child, os.dup(errors.fileno()))
