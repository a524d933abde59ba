"""Starts the user's editor: here, as only this package starts programs, and only one that the user's own environment
names. What a repository's configuration calls an editor (`core.editor`) is never run.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping
from typing import Final

from scanner.errors import UsageError
from scanner.redact import printable

_PLUS: Final = frozenset(
    {
        *("vi", "vim", "nvim", "gvim", "view", "ex", "nano", "pico", "emacs", "emacsclient", "mg", "kak", "joe", "jed"),
        *("micro", "ne", "mcedit", "gedit", "ed"),
    }
)
_COLON: Final = frozenset({"subl", "hx", "helix", "zed", "zeditor"})
_GOTO: Final = frozenset({"code", "code-insiders", "codium", "vscodium", "cursor", "windsurf"})


def command(variables: Mapping[str, str], path: str, line: int) -> list[str]:
    """Return what opens the file at the line: program and arguments, never a line for a shell. `path` is absolute.

    Raises UsageError when no editor is named, or none that could be understood.
    """
    name = next((name for name in ("VISUAL", "EDITOR") if variables.get(name, "").strip()), "")
    if not name:
        raise UsageError("no editor is named", "set EDITOR, for example: export EDITOR=nano")
    import shlex

    try:
        words = shlex.split(variables[name], posix=os.name == "posix")
    except ValueError as error:
        raise UsageError(f"{name} cannot be understood: {printable(str(error))}", "see to its quotes") from None
    if not words:
        raise UsageError(f"{name} names no program", "for example: export EDITOR=nano")
    program = os.path.basename(words[0]).lower().removesuffix(".exe").removesuffix(".cmd")
    if program in _GOTO:
        return [*words, "--goto", f"{path}:{line}"]
    if program in _COLON:
        return [*words, f"{path}:{line}"]
    return [*words, f"+{line}", path] if program in _PLUS else [*words, path]


def edit(arguments: list[str], folder: str, variables: Mapping[str, str]) -> int:
    """Run the editor on this process's terminal, in `folder`; return its exit code. Raises UsageError.

    Ctrl-C is the editor's meanwhile.
    """
    before = signal.getsignal(signal.SIGINT)
    if callable(before):
        signal.signal(signal.SIGINT, lambda number, frame: None)  # one that is ignored, the editor would inherit
    try:
        return subprocess.call(arguments, cwd=folder, env=dict(variables))
    except (OSError, ValueError) as error:
        cause = getattr(error, "strerror", None) or type(error).__name__
        raise UsageError(f"{printable(arguments[0])} cannot be started: {cause}", "see to VISUAL or EDITOR") from None
    finally:
        if callable(before):
            signal.signal(signal.SIGINT, before)
