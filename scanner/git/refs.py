"""The refs of a repository: their names, what each of them leads to, and those that git passes over in silence."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Container, Iterator
from typing import Final, NamedTuple

from scanner.git.catfile import CatFile, Object
from scanner.git.command import Git, failure
from scanner.git.history import identified

_LIST: Final = ("for-each-ref", "--format=%(objectname) %(symref) %(refname)")
_IGNORED: Final = re.compile(rb"^warning: ignoring (?:broken ref|ref with broken name) (.+)$", re.M)
_BROKEN: Final = "its file cannot be read, its content is no object's id, or its name no ref's"
_OF_ONE_WORKTREE: Final = (b"refs/bisect/", b"refs/rewritten/", b"refs/worktree/")
_NESTED: Final = 20  # tags of tags


class _Line(NamedTuple):
    """What git says of a ref: its full name, the object that it names, and the ref that it stands for, if it does."""

    name: bytes
    oid: str
    target: bytes


def _listed(git: Git) -> tuple[list[_Line], bytes]:
    """Return all refs that git lists, and its complaints about others. Raises GitError."""
    process = git.start(*_LIST)
    try:
        output, code = process.finish()
        messages = process.messages()
        if code:
            raise failure(_LIST, code, messages)
    finally:
        process.close()
    fields = (line.split(b" ", 2) for line in output.splitlines())
    return [_Line(name, oid.decode(), target) for oid, target, name in fields], messages


def ref_names(git: Git) -> list[bytes]:
    """Return the full names of all refs that git lists. Raises GitError."""
    return [line.name for line in _listed(git)[0]]


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
    lines, messages = _listed(git)
    ids = {line.name: line.oid for line in lines}
    asked = sorted(set(ids.values()).difference(unreadable))
    missing = {entry.oid for entry in identified(git, asked) if entry.kind == "missing"}
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


class Ref(NamedTuple):
    """`oids`: the object that the ref names, and if that is a tag, what the tag names, and so on."""

    name: str
    oids: tuple[str, ...]


class Refs(NamedTuple):
    """`current` is the full name of HEAD's branch, `HEAD` when it is detached; `head` is its commit, if it has one."""

    all: tuple[Ref, ...]
    current: str
    head: str


def read_refs(git: Git, commits: Container[str]) -> Refs:
    """Return every ref, and HEAD among them when it is on no branch; `commits` are objects known to be no tags.

    A ref that stands for another one is left out. Raises GitError.
    """
    named, current, head = named_refs(git)
    behind = _behind(git, {oid for _, oid in named if oid not in commits})
    return Refs(tuple(Ref(name, _chain(oid, behind)) for name, oid in named), current, head)


def named_refs(git: Git) -> tuple[list[tuple[str, str]], str, str]:
    """Return name and object of every ref, and what `read_refs` calls `current` and `head`. Raises GitError."""
    lines, _ = _listed(git)
    named = [(line.name.decode("utf-8", "surrogateescape"), line.oid) for line in lines if not line.target]
    head = (git.try_run("rev-parse", "--quiet", "--verify", "HEAD") or b"").decode().strip()
    branch = git.try_run("symbolic-ref", "--quiet", "HEAD")
    current = "HEAD" if branch is None else branch.removesuffix(b"\n").decode("utf-8", "surrogateescape")
    if branch is None and head:
        named.append(("HEAD", head))
    return named, current, head


def _chain(oid: str, behind: dict[str, str]) -> tuple[str, ...]:
    chain = [oid]
    while (oid := behind.get(oid, "")) and len(chain) <= _NESTED:
        chain.append(oid)
    return tuple(chain)


def _behind(git: Git, oids: set[str]) -> dict[str, str]:
    """Return what each of the objects that is a tag names, and what the tags among those do."""
    found: dict[str, str] = {}
    with CatFile(git) as objects:
        for _ in range(_NESTED):
            read = [made for made in objects.read(sorted(oids)) if isinstance(made, Object) and made.kind == "tag"]
            new = {
                tag.oid: tag.data.partition(b"\n")[0].removeprefix(b"object ").decode("ascii", "replace")
                for tag in read
            }
            found |= new
            oids = {oid for tag in read for oid in [new[tag.oid]] if b"\ntype tag\n" in tag.data[:200]}
            if not oids:
                break
    return found
