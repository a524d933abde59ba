"""Where the built-in rules are: in the wheel (also a zipped one), an editable install, or a checkout.

The hook reads them on every run to know whether its cache is still true, so this uses `os` alone.
"""

from __future__ import annotations

import os
from typing import NamedTuple

from scanner.errors import RedhandedError


class RuleFile(NamedTuple):
    """A rule file's name for messages, and its bytes."""

    name: str
    data: bytes


def builtin_files() -> list[RuleFile]:
    """Return the built-in rule files, sorted by name. Raises RedhandedError when the installation has none."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    checkout = os.path.dirname(package)
    files = _folder_files(os.path.join(package, "_rules"))
    if not files and _is_checkout(checkout):
        files = _folder_files(os.path.join(checkout, "rules"))
    if not files:
        files = _zipped_files()
    if not files:
        raise RedhandedError("the built-in rules are missing", "this installation is broken: install redhanded again")
    return files


def _is_checkout(folder: str) -> bool:
    """Whether this is redhanded's own source: a broken installation must not read another project's `rules`."""
    try:
        with open(os.path.join(folder, "pyproject.toml"), "rb") as file:
            return b'\nname = "redhanded"' in file.read(4096)
    except OSError:
        return False


def _folder_files(folder: str) -> list[RuleFile]:
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(".yaml"))
    except (FileNotFoundError, NotADirectoryError):
        return []
    files = []
    for name in names:
        with open(os.path.join(folder, name), "rb") as file:
            files.append(RuleFile(f"rules/{name}", file.read()))
    return files


def _zipped_files() -> list[RuleFile]:
    from importlib.resources import files

    folder = files("scanner") / "_rules"
    if not folder.is_dir():
        return []
    found = [entry for entry in folder.iterdir() if entry.name.endswith(".yaml")]
    return [RuleFile(f"rules/{entry.name}", entry.read_bytes()) for entry in sorted(found, key=lambda e: e.name)]
