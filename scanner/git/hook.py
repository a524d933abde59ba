"""Runs a hook as git would: besides the editor, the one program of the user's own that redhanded starts, for `doctor`.

Apart from `command`, which keeps every such program from running.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from errno import ENOEXEC
from typing import Final, NamedTuple

_MOST: Final = 1 << 20  # bytes of output that are looked at
# No hook has to ask anyone anything, or to fetch something, in order to be tried.
_NOWHERE: Final = "http://127.0.0.1:9"  # where nobody listens
_SET: Final = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_EDITOR": ":",
    "PIP_NO_INDEX": "1",
    "UV_OFFLINE": "1",
    "npm_config_offline": "true",
    **dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), _NOWHERE),
}


class Ran(NamedTuple):
    """`code` is None when it took too long and was ended. `output` is both of its streams."""

    code: int | None
    output: bytes


def run_hook(path: str, folder: str, variables: Mapping[str, str], seconds: float) -> Ran:
    """Run the hook at `path` in `folder`, for `seconds` at most. Raises OSError when it cannot be started.

    `variables` are its environment; what git's own processes need to stay quiet is added.
    """
    with tempfile.TemporaryFile() as output:
        environ = {**variables, **_SET}
        try:
            child = _start([path], folder, environ, output.fileno())
        except OSError as error:
            if error.errno != ENOEXEC and os.name != "nt":
                raise
            child = _start(["sh", path], folder, environ, output.fileno())  # without `#!`, git does that as well
        try:
            code: int | None = child.wait(seconds)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            _end(child)
        output.seek(0)
        return Ran(code, output.read(_MOST))


def _start(command: list[str], folder: str, environ: Mapping[str, str], output: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
    )


def _end(child: subprocess.Popen[bytes]) -> None:
    """End what is left of it, and what it has started."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGKILL)
        elif child.poll() is None:
            child.kill()
    child.wait()
