"""The refs of a repository by name, and those that lead nowhere, which git passes over in silence."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

from scanner.git.command import Git, failure
from scanner.git.history import facts

_LIST: Final = ("for-each-ref", "--format=%(objectname) %(refname)")
_IGNORED: Final = re.compile(rb"^warning: ignoring (?:broken ref|ref with broken name) (.+)$", re.M)
_BROKEN: Final = "its file cannot be read, its content is no object's id, or its name no ref's"
_OF_ONE_WORKTREE: Final = (b"refs/bisect/", b"refs/rewritten/", b"refs/worktree/")


class RefNames(NamedTuple):
    """`names` are all there are, in full, and the branch that HEAD is on, even if nothing has been committed to it.

    `unresolved` tells of those that lead to no object why not. `dangling` stand for other refs, which are not there.
    `ids` are those of the objects that they name.
    """

    names: tuple[bytes, ...]
    unresolved: dict[bytes, str]
    dangling: tuple[bytes, ...] = ()
    ids: frozenset[str] = frozenset()


def list_refs(git: Git, unreadable: Collection[str] = ()) -> RefNames:
    """Raises GitError when git cannot list them. `unreadable` are objects that it must not be asked for."""
    process = git.start(*_LIST)
    try:
        output, code = process.finish()
        messages = process.messages()
        if code:
            raise failure(_LIST, code, messages)
    finally:
        process.close()
    ids = {name: oid.decode() for oid, _, name in (line.partition(b" ") for line in output.splitlines())}
    asked = sorted(set(ids.values()).difference(unreadable))
    missing = {entry.oid for entry in facts(git, asked) if entry.kind == "missing"}
    unresolved = {name: f"it names the object {oid}, which is not here" for name, oid in ids.items() if oid in missing}
    unresolved |= dict.fromkeys(_IGNORED.findall(messages), _BROKEN)
    dangling: list[bytes] = []
    for name, is_symbolic in _passed_over(git, ids.keys() | unresolved.keys()):
        if is_symbolic:
            dangling.append(name)
        else:
            unresolved[name] = _BROKEN
    on = (git.try_run("symbolic-ref", "--quiet", "HEAD") or b"").rstrip(b"\n")
    names = {*ids, *unresolved, *dangling, *([on] if on else [])}
    return RefNames(tuple(sorted(names)), unresolved, tuple(sorted(dangling)), frozenset(ids.values()))


def _passed_over(git: Git, known: set[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield the refs that stand in a file of their own and git does not list, and whether they name another ref."""
    answer = git.run("rev-parse", "--path-format=absolute", "--git-common-dir", "--git-dir")
    common, own = answer.splitlines()
    for folder, _, files in os.walk(os.path.join(common, b"refs")):
        for file in files:
            path = os.path.join(folder, file)
            name = os.path.relpath(path, common).replace(os.sep.encode(), b"/")
            elsewhere = common != own and name.startswith(_OF_ONE_WORKTREE)
            if name not in known and name.count(b"/") > 1 and not (elsewhere or name.endswith(b".lock")):
                yield name, _is_symbolic(path)


def _is_symbolic(path: bytes) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read(5) == b"ref: "
    except OSError:
        return False
