"""How large what was not read is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress

from scanner.errors import GitError
from scanner.git.command import Git
from scanner.git.history import identified
from scanner.model import ObjectOrigin, Skip


def sized(git: Git, skips: Iterable[Skip], unreadable: Collection[str] = ()) -> tuple[Skip, ...]:
    """Return the skips with the sizes of the objects that they are about, as far as git knows them.

    `unreadable` are those that it must not be asked for.
    """
    skips = tuple(skips)
    oids = {skip.origin.oid for skip in skips if isinstance(skip.origin, ObjectOrigin) and skip.incomplete}
    sizes: dict[str, int] = {}
    with suppress(GitError):  # one that git cannot even look up has no size
        sizes.update(
            (entry.oid, entry.size) for entry in identified(git, sorted(oids.difference(unreadable))) if entry.size >= 0
        )
    return tuple(
        skip._replace(size=sizes.get(skip.origin.oid, skip.size)) if isinstance(skip.origin, ObjectOrigin) else skip
        for skip in skips
    )
