"""The refs of a repository: their names, to be read like any others, and what is said of those that lead nowhere."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from hashlib import blake2b
from typing import NamedTuple

from scanner.errors import GitError
from scanner.git.command import Git
from scanner.git.refs import list_refs
from scanner.model import Names, RefOrigin, RepositoryOrigin, Skip, Target


class RefTargets(NamedTuple):
    """`names` and `skips` are what is to be read and to be said; `digest` is one of all names, `tips` are binary ids of
    what they name.
    """

    names: tuple[Target, ...]
    skips: tuple[Skip, ...]
    digest: bytes
    tips: bytes


def ref_targets(git: Git, unreadable: Collection[str] = ()) -> RefTargets:
    """Return the refs. `unreadable` are objects that git must not be asked for. What it cannot list makes a skip."""
    try:
        refs = list_refs(git, unreadable)
    except GitError as error:
        why = Skip(RepositoryOrigin(b""), "git-error", f"{error.message}; so the names of refs were not read")
        return RefTargets((), (why,), b"", b"")
    names = tuple(Target(RefOrigin(name), len(name), objects=0) for name in refs.names)
    skips = [Skip(RefOrigin(name), "unresolved-ref", why) for name, why in refs.unresolved.items()]
    skips += [Skip(RefOrigin(name), "dangling-ref", "the ref that it names does not exist") for name in refs.dangling]
    digest = blake2b(b"\n".join(refs.names), digest_size=16).digest()
    return RefTargets(names, tuple(skips), digest, bytes.fromhex("".join(sorted(refs.ids))))


def names_of(targets: Iterable[Target]) -> Names:
    """Return the names that these targets stand for."""
    return Names({target.origin: "" for target in targets}, 0)
