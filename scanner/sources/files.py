"""Files and folders on disk. Links are not followed, so no loop and no way out of the tree; nothing is passed over
in silence.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Final, NamedTuple

from scanner.errors import UsageError
from scanner.globs import Globs
from scanner.model import Blob, FileOrigin, Skip, Target
from scanner.redact import printable

MAX_BYTES: Final = 512 << 20  # a larger file is skipped, and said
_KINDS: Final = (
    (stat.S_ISFIFO, "a FIFO"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class FileReader:
    def __enter__(self) -> FileReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def read(self, targets: Sequence[Target]) -> Iterator[Blob | Skip]:
        for target in targets:
            yield _read(target)


def _read(target: Target) -> Blob | Skip:
    origin = target.origin
    try:
        # O_NONBLOCK: a file that has become a FIFO since it was listed must not hang the scan.
        descriptor = os.open(origin.path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(descriptor, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                return Skip(origin, "unreadable", f"is {_kind(status.st_mode)}, not a file")
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return Skip(origin, "vanished", "was there when the scan began")
    except (OSError, ValueError) as error:
        return Skip(origin, "unreadable", getattr(error, "strerror", None) or str(error))
    if len(data) > MAX_BYTES:
        return Skip(origin, "too-large", f"is over {MAX_BYTES >> 20} MiB")
    return Blob(origin, data)


class Files(NamedTuple):
    """The files named, and all below the folders named, less what is excluded."""

    paths: tuple[bytes, ...]
    excludes: Globs = Globs()

    def targets(self) -> Iterator[Target | Skip]:
        """Yield files in order of name. Raises UsageError for a path that does not exist."""
        for path in self.paths:
            try:
                status = os.stat(path)
            except OSError as error:
                if error.errno is not None and os.path.islink(path):
                    raise UsageError(f"{printable(path)} is a link that leads nowhere", "name a file or a folder") from None
                message = f"{printable(path)}: {error.strerror or error}"
                raise UsageError(message, "name a file or a folder that exists, or - for standard input") from None
            if stat.S_ISDIR(status.st_mode):
                yield from self._below(path)
            elif stat.S_ISREG(status.st_mode):
                yield self._file(path, status.st_size)
            else:
                yield Skip(FileOrigin(path), "unreadable", f"is {_kind(status.st_mode)}, not a file")

    def reader(self) -> FileReader:
        return FileReader()

    def _below(self, top: bytes) -> Iterator[Target | Skip]:
        folders = [top]
        while folders:
            folder = folders.pop()
            try:
                with os.scandir(folder) as listing:
                    entries = sorted(listing, key=lambda entry: entry.name)
            except OSError as error:
                yield Skip(FileOrigin(folder), "unreadable", error.strerror or str(error))
                continue
            below: list[bytes] = []
            for entry in entries:
                path = entry.path[2:] if entry.path.startswith(b"./") else entry.path
                if entry.name == b".git" and not entry.is_symlink():
                    yield Skip(FileOrigin(path), "excluded", "git's own folder; `redhanded history` reads it")
                elif entry.is_dir(follow_symlinks=False):
                    if self._is_excluded(path):
                        yield Skip(FileOrigin(path), "excluded", "by .redhanded.yaml")
                    else:
                        below.append(path)
                else:
                    yield self._entry(path)
            folders += reversed(below)

    def _entry(self, path: bytes) -> Target | Skip:
        try:
            status = os.lstat(path)
        except OSError as error:
            return Skip(FileOrigin(path), "vanished", error.strerror or str(error))
        if stat.S_ISLNK(status.st_mode):
            return Skip(FileOrigin(path), "symlink", "links are not followed")
        if not stat.S_ISREG(status.st_mode):
            return Skip(FileOrigin(path), "not-a-file", f"is {_kind(status.st_mode)}")
        return self._file(path, status.st_size)

    def _file(self, path: bytes, size: int) -> Target | Skip:
        if self._is_excluded(path):
            return Skip(FileOrigin(path), "excluded", "by .redhanded.yaml")
        return Target(FileOrigin(path), size)

    def _is_excluded(self, path: bytes) -> bool:
        if not self.excludes.patterns:
            return False
        return self.excludes.match(os.path.relpath(os.path.abspath(os.fsdecode(path)), self.excludes.root)) is not None


def _kind(mode: int) -> str:
    return next((name for test, name in _KINDS if test(mode)), "something else")
