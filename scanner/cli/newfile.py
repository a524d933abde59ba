"""Files that a command makes, and never over another one: a person may have worked on that."""

from __future__ import annotations

import os

from scanner.errors import RedhandedError, UsageError
from scanner.redact import printable


def check_new(path: str, option: str = "--output") -> None:
    """Refuse, before the work is done, a name that cannot become a new file. Raises UsageError."""
    shown = printable(path) or "''"
    folder = os.path.dirname(path) or "."
    if not path:
        raise UsageError(f"{option} '': is an empty name", "name a file to be written")
    if os.path.isdir(path):
        raise UsageError(f"{shown}: is a folder", f"name a file in it, with {option}")
    if os.path.lexists(path):
        raise UsageError(f"{shown}: exists already, and is not written over", f"name another file with {option}")
    if not os.path.isdir(folder):
        raise UsageError(f"{shown}: there is no folder {printable(folder)}", "create it first")


def write_new(path: str, text: str, option: str = "--output") -> None:
    """Raises RedhandedError, also for a file that has come into being since."""
    try:
        with open(path, "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        problem = f"cannot write {printable(path)}: {error.strerror or type(error).__name__}"
        raise RedhandedError(problem, f"name another file with {option}") from None
