"""Object stores as folders: where they are, and the packs and loose objects in them.

Alternates are followed as git follows them (gitrepository-layout(5)).
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from typing import Final

from scanner.errors import GitError
from scanner.redact import printable

_NESTED: Final = 6  # alternates of alternates, as deep as git goes
_PREFIX: Final = re.compile(r"[0-9a-f]{2}")
_REST: Final = re.compile(r"[0-9a-f]{38}")
_QUOTED: Final = re.compile(rb'"((?:[^"\\]|\\[0-3][0-7]{2}|\\[abfnrtv\\"])*)"')
_ESCAPE: Final = re.compile(rb"\\([0-3][0-7]{2}|.)")
_PLAIN: Final = dict(zip(b'abfnrtv\\"', b'\a\b\f\n\r\t\v\\"', strict=True))


class Folders:
    """The object folders of a repository, its own in front. `problems` grows by what cannot be listed or followed."""

    def __init__(self, own: str) -> None:
        self.problems: list[str] = []
        self.paths: list[str] = []
        level = [own]
        seen: set[str] = set()
        for _ in range(_NESTED + 1):
            below: list[str] = []
            for path in level:
                if (real := os.path.realpath(path)) not in seen:
                    seen.add(real)
                    self.paths.append(path)
                    below += self._alternates(path)
            level = below
        self.problems += [f"{path} is nested too deep for git" for path in level if os.path.realpath(path) not in seen]

    def packs(self) -> Iterator[str]:
        """Yield the paths of the packs, without their endings, sorted in each folder.

        One without an index is not read by git either: it is on its way in, or out. Raises GitError as `loose` does.
        """
        for folder in self.paths:
            names = sorted(self._files(os.path.join(folder, "pack")))
            indexes = {name[:-4] for name in names if name.endswith(".idx")}
            for name in names:
                if name.endswith(".pack") and name[:-5] in indexes:
                    yield os.path.join(folder, "pack", name[:-5])

    def loose(self) -> Iterator[str]:
        """Yield the ids of the loose objects. Raises GitError for what git would wait for without end."""
        for folder in self.paths:
            for prefix in self._names(folder):
                if _PREFIX.fullmatch(prefix):
                    names = self._files(os.path.join(folder, prefix))
                    yield from (prefix + rest for rest in names if _REST.fullmatch(rest))

    def _files(self, folder: str) -> list[str]:
        return self._names(folder, are_files=True)

    def _names(self, folder: str, are_files: bool = False) -> list[str]:
        try:
            with os.scandir(folder) as entries:
                return [entry.name for entry in entries if not (are_files and _stops_git(entry))]
        except FileNotFoundError:  # gc has removed it; or an alternate that is not there, which git complains about
            return []
        except OSError as error:
            self._problem(folder, error)
            return []

    def _alternates(self, folder: str) -> list[str]:
        path = os.path.join(folder, "info", "alternates")
        try:
            with open(path, "rb") as file:
                lines = file.read().partition(b"\0")[0].split(b"\n")  # git stops there, too
        except FileNotFoundError:
            return []
        except OSError as error:
            self._problem(path, error)
            return []
        base = os.path.realpath(folder)
        entries = [os.fsdecode(unquoted(line)) for line in lines if line and not line.startswith(b"#")]
        below = [os.path.normpath(os.path.join(base, entry)) for entry in entries]
        self.problems += [f"{entry}, which {path} names, is not there" for entry in below if not os.path.lexists(entry)]
        return below

    def _problem(self, path: str, error: OSError) -> None:
        if (problem := f"{path} cannot be read: {error.strerror}") not in self.problems:
            self.problems.append(problem)


def _stops_git(entry: os.DirEntry[str]) -> bool:
    """Return False. Raises GitError for a pipe, a socket or a device, and links to such."""
    if entry.is_file(follow_symlinks=False) or entry.is_dir():
        return False
    try:
        mode = entry.stat().st_mode
    except OSError:  # a link to nowhere: git says so
        return False
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        return False
    help = "take it away; git itself would wait for it without end"
    raise GitError(f"{printable(entry.path)} is no file, but a pipe, a socket or a device", help)


def unquoted(line: bytes) -> bytes:
    """Return the path that a line of `alternates` names; in quotes it has escapes, as in C."""
    quoted = _QUOTED.fullmatch(line)
    if not quoted:
        return line
    return _ESCAPE.sub(lambda e: bytes([_PLAIN[e[1][0]] if len(e[1]) == 1 else int(e[1], 8)]), quoted[1])
