"""What is said of a repository as a whole, in the same words each time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from scanner.model import BY_CONTENT, ObjectOrigin, RepositoryOrigin, Skip

GONE: Final = "a file, or a folder and all that is in it"
SHALLOW: Final = Skip(
    RepositoryOrigin(b""), "shallow", "a shallow clone lacks older commits; `git fetch --unshallow` gets them"
)


def was_cut(skips: Iterable[Skip]) -> bool:
    """Whether Ctrl-C, or a fault of the system, came before all was done."""
    return any(skip.reason == "interrupted" for skip in skips)


def is_plain(skip: Skip) -> bool:
    """Whether it says no more than that an object, known by its id, or what is before a shallow boundary is missing."""
    return skip == SHALLOW or (skip.reason == "missing-object" and skip.detail == GONE)


def will_be_said_again(skip: Skip) -> bool:
    """Whether another run over the same objects says it, too, when it reads again what was not read to its end."""
    if not skip.incomplete or is_plain(skip):
        return True
    return skip.reason in BY_CONTENT and isinstance(skip.origin, ObjectOrigin)
