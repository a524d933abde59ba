"""What a command may know of the process it runs in. Only `cli` reads it; all below gets what it needs passed in."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from errno import EBADF
from typing import BinaryIO, NamedTuple, TextIO

from scanner.errors import RedhandedError


class Environment(NamedTuple):
    """`now` is Unix time in seconds; `is_terminal` is of standard output, `shows_progress` of standard error.

    `stdin` is None when it was closed.
    """

    variables: Mapping[str, str]
    folder: str
    stdin: BinaryIO | None
    out: TextIO
    err: TextIO
    is_terminal: bool
    now: float
    cpus: int
    shows_progress: bool = False


def from_process(folder: str) -> Environment:
    cpus = usable_cpus()
    # File names and secrets may hold anything; a report must not fail on it.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    stdin = None if sys.stdin is None else sys.stdin.buffer
    shows_progress = sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    return Environment(
        os.environ, folder, stdin, sys.stdout, sys.stderr, sys.stdout.isatty(), time.time(), cpus, shows_progress
    )


def usable_cpus() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def stdout_error(error: OSError) -> RedhandedError:
    """Return the error for a standard output that cannot be written to."""
    cause = "it is closed" if error.errno == EBADF else error.strerror or type(error).__name__
    return RedhandedError(f"cannot write to standard output: {cause}", "name a file with --output")


def process_cache_folder() -> str | None:
    return cache_folder(os.environ)


def process_config_file() -> str:
    return config_file(os.environ)


def cache_folder(variables: Mapping[str, str]) -> str | None:
    """Return where caches belong on this system, None when there is no such place."""
    return _folder(variables, "LOCALAPPDATA", "Library/Caches", "XDG_CACHE_HOME", ".cache")


def state_folder(variables: Mapping[str, str]) -> str | None:
    """Return where a person's own notes belong that no cache may lose, None when there is no such place."""
    return _folder(variables, "LOCALAPPDATA", "Library/Application Support", "XDG_STATE_HOME", ".local/state")


def config_file(variables: Mapping[str, str]) -> str:
    """Return where the user's own configuration may be; empty when there is no such place."""
    folder = _folder(variables, "APPDATA", "", "XDG_CONFIG_HOME", ".config")
    return os.path.join(folder, "config.yaml") if folder else ""


def _folder(variables: Mapping[str, str], windows: str, mac: str, xdg: str, otherwise: str) -> str | None:
    """Return our folder where a variable says, or below the home; without `mac` a Mac is like the rest."""
    home = variables.get("HOME", "")
    if sys.platform == "win32":
        base = variables.get(windows, "")
    elif sys.platform == "darwin" and mac:
        base = os.path.join(home, mac)
    else:
        base = variables.get(xdg, "") or os.path.join(home, otherwise)
    return os.path.join(base, "redhanded") if os.path.isabs(base) else None
