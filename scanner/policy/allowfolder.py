"""The suppressions of a repository: all files of `.redhanded/allow/`, read, added to and taken from.

Why a folder of small files and not one file: docs/policy.md, "Made for merges".
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from typing import Final

from scanner.errors import ConfigError, RedhandedError
from scanner.policy.allowfile import Entry, parse, single, together
from scanner.policy.disk import read

FOLDER: Final = ".redhanded/allow"  # below the repository's root; with / everywhere, as git names it
ENDING: Final = ".yaml"
# A hostile repository must not stall the scan: every file is opened, and every salt costs a derivation per finding.
MOST_FILES: Final = 20_000
MOST_BYTES: Final = 32 << 20
MOST_IN_A_FILE: Final = 4 << 20
MOST_SALTS: Final = 64


def load(root: str) -> tuple[Entry, ...]:
    """Return all suppressions of the repository at `root`. Raises ConfigError naming file and line."""
    return parse_all(_files(root))


def parse_all(files: Iterable[tuple[str, bytes]]) -> tuple[Entry, ...]:
    """Return the entries of files given by name and content, wherever these come from. Raises ConfigError."""
    found: list[Entry] = []
    size = 0
    for number, (name, data) in enumerate(files, 1):
        size += len(data)
        if len(data) > MOST_IN_A_FILE:
            raise ConfigError(f"is {len(data):,} bytes long; the limit is {MOST_IN_A_FILE:,}", name)
        if number > MOST_FILES or size > MOST_BYTES:
            limits = f"{MOST_FILES:,} files and {MOST_BYTES >> 20} MiB"
            raise ConfigError(
                f"holds more than {limits}", FOLDER, help="`redhanded allow prune` removes what is unused"
            )
        found += parse(name, data)
    salts: dict[str, Entry] = {}
    for entry in found:
        salts.setdefault(entry.salt, entry)
    if len(salts) > MOST_SALTS:
        problem = f"its `salt` is one more than the {MOST_SALTS} that all suppressions may have together"
        entry = [*salts.values()][MOST_SALTS]
        raise ConfigError(
            problem, entry.file, entry.line, "remove some; `redhanded allow add` uses a salt that is there"
        )
    return tuple(found)


def _files(root: str) -> Iterator[tuple[str, bytes]]:
    for name in _names(root):
        shown = f"{FOLDER}/{name}"
        data = read(os.path.join(root, *FOLDER.split("/"), name), shown, MOST_IN_A_FILE)
        if data is not None:
            yield shown, data


def _names(root: str) -> list[str]:
    """Return the names of the files that hold suppressions, sorted: they count in no order of the disk's."""
    folder = root
    for part in FOLDER.split("/"):
        folder = os.path.join(folder, part)
        shown = os.path.relpath(folder, root).replace(os.sep, "/")
        try:
            mode = os.lstat(folder).st_mode
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise ConfigError(f"cannot be read: {error.strerror}", shown) from None
        if stat.S_ISLNK(mode):  # it could lead out of the repository
            raise ConfigError("is a link, and is not followed", shown, help="put the folder itself there")
        if not stat.S_ISDIR(mode):
            raise ConfigError("is not a folder", shown, help="suppressions are files in the folder .redhanded/allow")
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", FOLDER) from None
    for name in names:
        if name.endswith(".yml"):
            raise ConfigError("does not count: its name must end with .yaml", f"{FOLDER}/{name}", help="rename it")
    return [name for name in names if name.endswith(ENDING) and not name.startswith(".")]


def add(root: str, entries: Iterable[Entry], in_one_file: bool = False) -> list[str]:
    """Write new entries, each into a file of its own unless `in_one_file`; return the files' names from the root.

    Raises ConfigError, RedhandedError.
    """
    made = [*dict.fromkeys(entries)]
    files = [together(made)] if in_one_file and len(made) > 1 else [single(entry) for entry in made]
    _names(root)  # complains about a folder that is none, or leads elsewhere
    folder = os.path.join(root, *FOLDER.split("/"))
    try:
        os.makedirs(folder, exist_ok=True)
        for name, data in files:
            _write(os.path.join(folder, name), data)
    except OSError as error:
        problem = f"cannot write {FOLDER}: {error.strerror or type(error).__name__}"
        raise RedhandedError(problem, "nothing is allowed unless its file is there") from None
    return [f"{FOLDER}/{name}" for name, _ in files]


def remove(root: str, entries: Iterable[Entry]) -> list[str]:
    """Take entries, as `load` has read them, out of their files; return the names of the files changed or removed.

    All else in a file stays as it is. Raises ConfigError for one that has changed since, RedhandedError.
    """
    by_file: dict[str, list[Entry]] = {}
    for entry in entries:
        by_file.setdefault(entry.file, []).append(entry)
    for name, gone in by_file.items():
        path = os.path.join(root, *name.split("/"))
        data = read(path, name, MOST_IN_A_FILE) or b""
        rest = _without(name, data, gone)
        try:
            if parse(name, rest):
                _write(path, rest)
            else:
                os.unlink(path)
        except OSError as error:
            raise RedhandedError(f"cannot change {name}: {error.strerror or type(error).__name__}") from None
    return [*by_file]


def _without(name: str, data: bytes, gone: list[Entry]) -> bytes:
    lines = data.splitlines(keepends=True)
    dropped = {number for entry in gone for number in range(entry.line, entry.end)}
    rest = b"".join(line for number, line in enumerate(lines, 1) if number not in dropped)
    leaving = [entry.what for entry in parse(name, data)]
    for entry in gone:
        if entry.what not in leaving:
            raise ConfigError("has changed in the meantime", name, help="try again")
        leaving.remove(entry.what)
    try:
        left = [entry.what for entry in parse(name, rest)]
    except ConfigError:
        left = None
    if left != leaving:
        line = gone[0].line
        raise ConfigError("this entry cannot be taken out by itself", name, line, "edit the file by hand")
    return rest


def _write(path: str, data: bytes) -> None:
    """Write a file whole or not at all. Raises OSError."""
    beside = f"{path}.{os.getpid()}.tmp"
    try:
        with open(beside, "xb") as file:
            file.write(data)
        os.replace(beside, path)
    except BaseException:
        if os.path.lexists(beside):
            os.unlink(beside)
        raise
