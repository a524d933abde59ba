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
    files = next((found for folder in _folders() if (found := _folder_files(folder))), [])
    if not files:
        files = _zipped_files()
    if not files:
        raise RedhandedError("the built-in rules are missing", "this installation is broken: install redhanded again")
    return files


def builtin_ids() -> frozenset[str]:
    """Return the ids of the built-in rules, by the text of their files: also for a run that is without them."""
    import re

    found = (re.findall(rb"^ *- id: *([a-z0-9-]+)", file.data, re.MULTILINE) for file in builtin_files())
    return frozenset(id.decode("ascii") for ids in found for id in ids)


def builtin_signature() -> bytes:
    """Return what changes when a built-in rule file does: all names, sizes and times. Empty when there is no folder."""
    for folder in _folders():
        try:
            with os.scandir(folder) as listing:
                facts = [(entry.name, entry.stat()) for entry in listing if entry.name.endswith(".yaml")]
        except OSError:
            continue
        if facts:
            told = [f"{name}/{status.st_size}/{status.st_mtime_ns}" for name, status in facts]
            return "\n".join((folder, *sorted(told))).encode("utf-8", "surrogateescape")
    return b""


def _folders() -> list[str]:
    """Return where the rules may be, the likeliest first."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    checkout = os.path.dirname(package)
    folders = [os.path.join(package, "_rules")]
    return [*folders, os.path.join(checkout, "rules")] if _is_checkout(checkout) else folders


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
