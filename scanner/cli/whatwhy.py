"""What `redhanded why` is asked about: a file, a file in a commit, a commit, a text, or a member of an archive."""

from __future__ import annotations

import os
from argparse import Namespace
from typing import Final, NamedTuple

from scanner.cli.environment import Environment
from scanner.errors import GitError, SourceError, UsageError
from scanner.git.command import Git
from scanner.git.command import environment as git_environment
from scanner.git.revision import resolve
from scanner.model import CommitOrigin, FileOrigin, Origin, StdinOrigin
from scanner.redact import printable

BETWEEN: Final = "!/"  # an archive's path and its member's


class Asked(NamedTuple):
    """A content, and the `line` of it that is meant, None for all. `name` is what to call it, fit to be printed;
    `place` is the absolute path that it has in the work tree, or would have, empty for what has none; `member` the part
    of the archive that is meant.
    """

    data: bytes
    origin: Origin
    name: str
    line: int | None
    place: str = ""
    member: str = ""


def asked(options: Namespace, environment: Environment) -> Asked:
    """Read what the options name. Raises UsageError."""
    if options.text is not None:
        if options.rev is not None:
            raise UsageError("--text and --rev exclude each other", "give one of them")
        return _text(options, environment)
    if options.place is None:
        if options.rev is None:
            raise UsageError(
                "there is nothing to explain", "name a file, or a line of it as FILE:LINE; or give a text with --text"
            )
        return _commit(options.rev, environment)
    name, line = _place(options.place, environment.folder)
    if options.rev is not None:
        return _file_in_commit(name, line, options.rev, environment)
    file, member = _member(name, environment.folder)
    path = os.path.join(environment.folder, file)
    return Asked(_read(path, file), FileOrigin(os.fsencode(file)), printable(name), line, os.path.abspath(path), member)


def _place(text: str, folder: str) -> tuple[str, int | None]:
    """Return file and line; a file whose name ends like a line number is a file."""
    name, colon, number = text.rpartition(":")
    if not colon or not number.isdecimal() or not number.isascii() or os.path.exists(os.path.join(folder, text)):
        return text, None
    if len(number) > 9 or int(number) < 1:
        raise UsageError(f"{printable(text)}: there is no line {number[:20]}", "lines are counted from 1")
    _, colon, first = name.rpartition(":")
    if colon and first.isdecimal() and first.isascii() and not os.path.exists(os.path.join(folder, name)):
        return _place(name, folder)  # FILE:LINE:COLUMN, as reports have it
    return name, int(number)


def _member(name: str, folder: str) -> tuple[str, str]:
    if BETWEEN not in name or os.path.exists(os.path.join(folder, name)):
        return name, ""
    file, _, member = name.partition(BETWEEN)
    return file, member


def _read(path: str, name: str) -> bytes:
    if os.path.isdir(path):
        raise UsageError(f"{printable(name)} is a folder", "name a file, with a line number if you like: FILE:LINE")
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise UsageError(f"{printable(name)} cannot be read: {error.strerror}", "name a file as FILE:LINE") from None


def _text(options: Namespace, environment: Environment) -> Asked:
    """Return the text as if it stood in the file that is named, if one is."""
    if options.text == "-":
        if environment.stdin is None:
            raise UsageError("standard input is closed", "give the line itself: --text LINE")
        try:
            data = environment.stdin.read()
        except OSError as error:
            raise SourceError(f"standard input cannot be read: {error.strerror}") from None
    else:
        data = os.fsencode(options.text)
    name, line = _place(options.place, environment.folder) if options.place is not None else ("", None)
    origin: Origin = FileOrigin(os.fsencode(name)) if name else StdinOrigin(b"<text>")
    if line is None and len(data.splitlines()) == 1:
        line = 1
    place = os.path.abspath(os.path.join(environment.folder, name)) if name else ""
    return Asked(data, origin, printable(name) or "<text>", line, place)


def _commit(revision: str, environment: Environment) -> Asked:
    git = Git(environment.folder, git_environment(environment.variables))
    oid = _resolved(git, revision)
    return Asked(git.run("cat-file", "commit", oid), CommitOrigin(oid), f"commit {oid[:12]}", None)


def _file_in_commit(name: str, line: int | None, revision: str, environment: Environment) -> Asked:
    folder, rest = os.path.split(os.path.join(environment.folder, name))
    while not os.path.isdir(folder):  # it may be gone from the work tree
        folder, last = os.path.split(folder)
        rest = os.path.join(last, rest)
    git = Git(folder, git_environment(environment.variables))
    oid = _resolved(git, revision)
    prefix = os.fsdecode(git.run("rev-parse", "--show-prefix").rstrip(b"\r\n"))
    root = git.try_run("rev-parse", "--show-toplevel")  # a bare repository has none
    path = os.path.normpath(os.path.join(prefix, rest)).replace(os.sep, "/")
    try:
        data = git.run("cat-file", "blob", f"{oid}:{path}")
    except GitError:
        problem = f"commit {oid[:12]} has no file {printable(path)}"
        raise UsageError(problem, f"`git ls-tree -r --name-only {printable(revision)}` lists its files") from None
    place = os.path.join(os.fsdecode(root.rstrip(b"\r\n")) if root else environment.folder, path)
    return Asked(data, FileOrigin(os.fsencode(path)), f"{oid[:12]}:{printable(path)}", line, place)


def _resolved(git: Git, revision: str) -> str:
    git.run("rev-parse", "--git-dir")  # fails with git's own words when this is no repository
    oid = resolve(git, revision)
    if oid is None:
        raise UsageError(f"--rev: there is no commit {printable(revision)!r} here", "`git log --oneline` lists commits")
    return oid
