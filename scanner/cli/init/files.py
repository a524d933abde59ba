"""Files of a repository, read and written with care: no links, nothing half written, nothing over another's work."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import Final

from scanner.errors import RedhandedError, UsageError
from scanner.redact import printable

_MOST: Final = 1 << 20  # bytes


def read_text(root: str, name: str) -> str | None:
    """Return what a file says, line ends as they are; None when there is none. Raises UsageError for what is no text
    file inside the repository.
    """
    _refuse_links(root, name)
    path = os.path.join(root, name)
    try:
        with open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise UsageError(f"{name} is not a file", "move it away")
            data = file.read(_MOST + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}", "check its permissions") from None
    if len(data) > _MOST:
        raise UsageError(f"{name} is larger than {_MOST:,} bytes", "check that it is the right file")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{name}:{line}: is not UTF-8 text", "save the file as UTF-8") from None


def _refuse_links(root: str, name: str) -> None:
    """What is written through a link lands elsewhere, and a repository can hold links to anywhere."""
    path = root
    for part in name.split("/"):
        path = os.path.join(path, part)
        if os.path.islink(path):
            raise UsageError(f"{printable(path)} is a link, and is not followed", "put the file itself there")


def write_text(root: str, name: str, old: str | None, text: str) -> None:
    """Write a file that said `old`, None for a new one: all of it or nothing. Raises RedhandedError, also when the file
    says something else by now.
    """
    if read_text(root, name) != old:
        raise RedhandedError(f"{name} has changed in the meantime", "nothing was written to it; run the command again")
    path = os.path.join(root, name)
    temporary = f"{path}.{os.urandom(8).hex()}"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        mode = 0o666 if old is None else stat.S_IMODE(os.stat(path).st_mode)
        try:
            with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
                file.write(text.encode())
            _put(temporary, path, old is None, mode)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(temporary)
    except OSError as error:
        problem = f"cannot write {printable(path)}: {error.strerror or type(error).__name__}"
        raise RedhandedError(problem, "check the permissions, and run it again") from None


def _put(temporary: str, path: str, is_new: bool, mode: int) -> None:
    if not is_new:
        os.chmod(temporary, mode)
        os.replace(temporary, path)
        return
    try:
        os.link(temporary, path)  # fails when there is a file by now
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if os.path.lexists(path):
            raise
        os.replace(temporary, path)
