"""Files and folders on disk. Links are not followed, so no loop and no way out of the tree; nothing is passed over
in silence.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import BinaryIO, Final, NamedTuple

from scanner.errors import UsageError, over
from scanner.model import Blob, FileOrigin, Origin, Skip, Target
from scanner.redact import printable

MAX_BYTES: Final = 512 << 20  # a larger file is skipped, and said
_NAMED: Final = "named"  # the handle of a file that the user named: that may be a link
_KINDS: Final = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a FIFO"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
_FLAGS: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)


class FileReader:
    """Reads files of at most `limit` bytes."""

    def __init__(self, limit: int = MAX_BYTES) -> None:
        self._limit = limit

    def __enter__(self) -> FileReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def read(self, targets: Sequence[Target]) -> Iterator[Blob | Skip]:
        for target in targets:
            yield self._read(target)

    def _read(self, target: Target) -> Blob | Skip:
        origin = target.origin
        try:
            # The file may have become something else since it was listed. A FIFO must not hang the scan, and a link
            # must not lead out of the tree.
            flags = _FLAGS if target.handle == _NAMED else _FLAGS | _NO_LINK
            with open(os.open(origin.path, flags), "rb") as file:
                status = os.fstat(file.fileno())
                if not stat.S_ISREG(status.st_mode):
                    return Skip(origin, "unreadable", f"is {_kind(status.st_mode)}, not a file")
                data = _content(file, status.st_size, self._limit)
        except OSError as error:
            return _unread(origin, error)
        if data is None:
            return Skip(origin, "too-large", over(self._limit))
        return Blob(origin, data)


def _content(file: BinaryIO, size: int, limit: int) -> bytes | None:
    """Return the content of a file, None when it has more than `limit` bytes, whatever `size` its entry says."""
    if size > limit:
        return None
    data = file.read(size + 1)
    if len(data) > size:  # it grew, or is one of /proc's, whose sizes are all 0
        data += file.read(limit + 1 - len(data))
    return data if len(data) <= limit else None


class Files(NamedTuple):
    """The files named, and all below the folders named, each once, less what is left out.

    `left_out` says of an absolute path, which ends with a slash for a folder, why it is not to be read, None when it
    is. `limit`: bytes of one file.
    """

    paths: tuple[bytes, ...]
    left_out: Callable[[str], str | None] | None = None
    limit: int = MAX_BYTES

    def targets(self) -> Iterator[Target | Skip]:
        """Yield files in order of name. Raises UsageError for a path that does not exist."""
        seen: set[bytes] = set()
        for path in self.paths:
            for found in self._named(path):
                if len(self.paths) > 1 and isinstance(found, Target):
                    place = os.path.abspath(found.origin.path)
                    if place in seen:
                        continue
                    seen.add(place)
                yield found

    def reader(self) -> FileReader:
        return FileReader(self.limit)

    def _named(self, path: bytes) -> Iterator[Target | Skip]:
        try:
            status = os.stat(path)
        except (OSError, ValueError) as error:  # ValueError: a NUL byte
            raise _missing(path, error) from None
        if stat.S_ISDIR(status.st_mode):
            yield from self._below(path)
        elif stat.S_ISREG(status.st_mode):
            yield self._file(path, status.st_size, _NAMED)
        else:
            yield Skip(FileOrigin(path), "unreadable", f"is {_kind(status.st_mode)}, not a file; - is standard input")

    def _below(self, top: bytes) -> Iterator[Target | Skip]:
        folders = [top]
        while folders:
            folder = folders.pop()
            try:
                with os.scandir(folder) as listing:
                    paths = sorted(_short(entry.path) for entry in listing)
            except OSError as error:
                yield _unread(FileOrigin(folder), error)
                continue
            below: list[bytes] = []
            for path in paths:
                found = self._entry(path)
                if found is None:
                    below.append(path)
                else:
                    yield found
            folders += reversed(below)

    def _entry(self, path: bytes) -> Target | Skip | None:
        """Return what becomes of an entry of a folder, None for a folder to go into."""
        try:
            status = os.lstat(path)
        except OSError as error:
            return _unread(FileOrigin(path), error)
        if stat.S_ISLNK(status.st_mode):
            return Skip(FileOrigin(path), "symlink", "links are not followed")
        if stat.S_ISDIR(status.st_mode):
            if os.path.basename(path) == b".git":
                return Skip(FileOrigin(path), "excluded", "git's own folder; `redhanded history` reads it")
            return self._excluded(path, "/")
        if not stat.S_ISREG(status.st_mode):
            return Skip(FileOrigin(path), "not-a-file", f"is {_kind(status.st_mode)}")
        return self._file(path, status.st_size)

    def _file(self, path: bytes, size: int, handle: str = "") -> Target | Skip:
        return self._excluded(path) or Target(FileOrigin(path), size, handle)

    def _excluded(self, path: bytes, end: str = "") -> Skip | None:
        """Return the skip of a path that is excluded; `end` is a slash for a folder."""
        if self.left_out is None:
            return None
        why = self.left_out(os.path.abspath(os.fsdecode(path)) + end)
        return Skip(FileOrigin(path), "excluded", why) if why else None


def _missing(path: bytes, error: OSError | ValueError) -> UsageError:
    name = printable(path) or "(an empty name)"
    if isinstance(error, OSError) and os.path.islink(path):
        return UsageError(f"{name} is a link that leads nowhere", "name a file or a folder")
    return UsageError(f"{name}: {_cause(error)}", "name a file or a folder that exists, or - for standard input")


def _unread(origin: Origin, error: OSError) -> Skip:
    if isinstance(error, FileNotFoundError):
        return Skip(origin, "vanished", "was there when the scan began")
    return Skip(origin, "unreadable", _cause(error))


def _short(path: bytes) -> bytes:
    return path[2:] if path.startswith((b"./", b".\\")) else path


def _cause(error: OSError | ValueError) -> str:
    return getattr(error, "strerror", None) or str(error)


def _kind(mode: int) -> str:
    return next((name for test, name in _KINDS if test(mode)), "something else")
