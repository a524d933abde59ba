"""What is compared: a rule set, from files, from a commit or built in; or the report of a run that has been."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from scanner.cli.environment import Environment
from scanner.cli.rulefiles import rule_files
from scanner.errors import RedhandedError, RuleError, UsageError
from scanner.git.command import Git
from scanner.git.command import environment as git_environment
from scanner.git.revision import resolve
from scanner.redact import printable
from scanner.ruleset.resources import RuleFile
from scanner.ruleset.yamltext import MAX_BYTES

BUILTIN: Final = "builtin"
_SCHEMA: Final = "redhanded-report/1"
_MOST: Final = 512 << 20  # bytes of a report
_FORMS: Final = "a rule file, a folder of them, `builtin`, REV:FOLDER, several joined by +, or a JSON report"


class Side(NamedTuple):
    """`paths` are rule files and folders; those that were taken out of a commit are in a temporary folder, and `names`
    tells what to call them. `report` is given for a run that has been.
    """

    name: str
    paths: tuple[str, ...] = ()
    builtin: bool = False
    names: Mapping[str, str] = {}
    report: Mapping[str, Any] | None = None

    def files(self) -> list[RuleFile]:
        """Return the rule files. Raises UsageError."""
        try:
            return rule_files(self.paths, self.builtin)
        except UsageError as error:
            raise UsageError(self.readable(error.message.removeprefix("--rules ")), f"name {_FORMS}") from None

    def readable(self, text: str) -> str:
        """Return a message with the names that the user knows."""
        for path, name in self.names.items():
            text = text.replace(printable(path), printable(name))
        return text


def side(text: str, environment: Environment, folder: str) -> Side:
    """Return what OLD or NEW stands for; `folder` is for what comes out of a commit. Raises UsageError."""
    if text == BUILTIN:
        return Side(text, builtin=True)
    path = os.path.join(environment.folder, text)
    if os.path.lexists(path) and text:
        is_report = text.endswith(".json") and not os.path.isdir(path)
        return Side(text, report=_report(path, text)) if is_report else Side(text, (path,), names={path: text})
    if "+" in text:
        parts = [side(part, environment, os.path.join(folder, str(n))) for n, part in enumerate(text.split("+"))]
        if any(part.report is not None for part in parts):
            raise UsageError(f"{printable(text)}: a report cannot be joined with rules", f"name {_FORMS}")
        paths = tuple(path for part in parts for path in part.paths)
        names = {path: name for part in parts for path, name in part.names.items()}
        return Side(text, paths, any(part.builtin for part in parts), names)
    revision, colon, inside = text.partition(":")
    if not colon or not revision:
        raise UsageError(f"{printable(text) or repr(text)}: there is no such file or folder", f"name {_FORMS}")
    return _of_commit(text, revision, inside, environment, folder)


def _report(path: str, name: str) -> Mapping[str, Any]:
    try:
        with open(path, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode) or os.fstat(file.fileno()).st_size > _MOST:
                raise UsageError(f"{printable(name)} is no report: it is no file, or too large", f"name {_FORMS}")
            found = json.load(file)
    except OSError as error:
        raise UsageError(f"{printable(name)} cannot be read: {error.strerror}", f"name {_FORMS}") from None
    except (ValueError, RecursionError):
        raise UsageError(f"{printable(name)} is not JSON", "`--format json --output FILE` writes a report") from None
    if not isinstance(found, dict) or found.get("schema") != _SCHEMA:
        raise UsageError(f"{printable(name)} is no report ({_SCHEMA})", "`--format json --output FILE` writes one")
    return found


def _of_commit(text: str, revision: str, inside: str, environment: Environment, folder: str) -> Side:
    """Take the rule files of a folder, or one file, out of a commit. Raises UsageError and GitError."""
    git = Git(environment.folder, git_environment(environment.variables))
    git.run("rev-parse", "--git-dir")  # fails with git's own words when this is no repository
    commit = resolve(git, revision)
    if commit is None:
        problem = f"{printable(text)}: no such file, and {printable(revision)} names no commit here"
        raise UsageError(problem, f"name {_FORMS}")
    inside = inside.strip("/")
    entries = _entries(git, f"{commit}^{{tree}}", inside)
    if inside in entries and entries[inside][0] == b"tree":
        listed = {f"{inside}/{name}": found for name, found in _entries(git, entries[inside][1]).items()}
    else:
        listed = entries
    os.makedirs(folder)
    for name, (kind, oid, size) in listed.items():
        if kind == b"blob" and name.endswith((".yaml", ".yml")) and size <= MAX_BYTES:
            with open(os.path.join(folder, os.path.basename(name)), "xb") as file:
                file.write(git.run("cat-file", "blob", oid))
    if not os.listdir(folder):
        raise UsageError(f"{printable(text)}: there is no rule file (.yaml) in that commit", f"name {_FORMS}")
    path = os.path.join(folder, os.path.basename(inside)) if inside in listed else folder
    return Side(text, (path,), names={path: text.rstrip("/")})


def _entries(git: Git, tree: str, name: str = "") -> dict[str, tuple[bytes, str, int]]:
    """Return kind, id and size in bytes of what a tree holds, or of the one thing at a path in it."""
    only = ("--", name) if name else ()
    found = {}
    for entry in git.run("ls-tree", "-z", "--full-tree", "-l", tree, *only).split(b"\0")[:-1]:
        facts, _, path = entry.partition(b"\t")
        mode, kind, oid, size = facts.split()
        if mode in (b"100644", b"100755", b"040000"):  # no links, no submodules
            found[os.fsdecode(path)] = (kind, oid.decode("ascii"), int(size) if size.isdigit() else 0)
    return found


def renamed(error: RedhandedError, side: Side) -> RedhandedError:
    """Return an error about a side's rules in the names that the user knows."""
    if not isinstance(error, RuleError):
        return error
    return RedhandedError(side.readable(error.message), error.help)
