"""The refs of a repository, and what each of them leads to."""

from __future__ import annotations

from collections.abc import Container
from typing import Final, NamedTuple

from scanner.git.catfile import CatFile, Object
from scanner.git.command import Git

_NESTED: Final = 20  # tags of tags


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
    named: list[tuple[str, str]] = []
    for line in git.run("for-each-ref", "--format=%(objectname) %(symref) %(refname)").split(b"\n"):
        oid, _, rest = line.partition(b" ")
        target, _, name = rest.partition(b" ")
        if name and not target:
            named.append((name.decode("utf-8", "surrogateescape"), oid.decode()))
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
