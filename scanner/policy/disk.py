"""Configuration files on disk: where they are, and their bytes, read without following a link or waiting."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable
from typing import Protocol

from scanner.errors import ConfigError


class Read(Protocol):
    def __call__(self, path: str, limit: int) -> bytes | None:
        """Return what the file holds, None when there is none. Raises ConfigError.

        `path` is relative to the repository's root, with slashes; more than `limit` bytes are an error.
        """

    def nested(self, name: str, start: str, left_out: Callable[[str], bool]) -> Iterable[str]:
        """Return the files of that name below the folder `start` (empty for the root, else with a slash at its end),
        but for those in folders of which `left_out` says so.
        """

    def lacks(self, path: str) -> bool:
        """Whether there may be a file that could not be had when it was asked for: nobody knows what it says."""


class Disk:
    """The files below a folder. A repository inside of it has files of its own, which count as not there."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._ours = {"": True}  # folder -> whether what is in it is this repository's

    def __call__(self, path: str, limit: int) -> bytes | None:
        folder = path.rpartition("/")[0]
        return read(os.path.join(self._root, path), path, limit) if self._is_ours(folder) else None

    def nested(self, name: str, start: str, left_out: Callable[[str], bool]) -> Iterable[str]:
        left = [start]
        while left:
            folder = left.pop()
            try:
                with os.scandir(os.path.join(self._root, folder)) as entries:
                    found = {entry.name: entry.is_dir(follow_symlinks=False) for entry in entries}
            except OSError:  # the scan meets it, too, and tells
                continue
            if folder and ".git" in found:  # a repository of its own
                continue
            if folder and name in found:
                yield folder + name
            below = (f"{folder}{one}/" for one, is_folder in found.items() if is_folder and one != ".git")
            left += [one for one in below if not left_out(one)]

    def lacks(self, path: str) -> bool:
        return False  # what cannot be read is an error

    def _is_ours(self, folder: str) -> bool:
        left = []
        while folder not in self._ours:
            left.append(folder)
            folder = folder.rpartition("/")[0]
        known = self._ours[folder]
        for folder in reversed(left):
            place = os.path.join(self._root, folder)
            known = known and not os.path.islink(place) and not os.path.lexists(os.path.join(place, ".git"))
            self._ours[folder] = known
        return known


def read(path: str, name: str, limit: int) -> bytes | None:
    """Return the file's content, None when there is no file. Raises ConfigError, which calls it `name`.

    A repository may hold anything under this name. A link could lead to a private file, which an error message would
    then quote, or to a terminal, on which the scan would wait.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    if os.path.islink(path):
        raise ConfigError("is a link, and is not followed", name, help="put the file itself there")
    try:
        with open(os.open(path, flags), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise ConfigError("is not a file", name)
            if status.st_size > limit:
                raise ConfigError(f"is {status.st_size:,} bytes long; the limit is {limit:,}", name)
            return file.read(limit)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", name) from None
