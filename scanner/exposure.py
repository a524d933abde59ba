"""Since when a secret is in history, until when, and which refs lead to it. `scanner.model` hands these on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

RefKind = Literal["branch", "tag", "remote", "other"]


class Provenance(NamedTuple):
    """The commit that first brought something into history. `date` is the author date, ISO 8601 with zone."""

    commit: str
    author: str
    email: str
    date: str


class Refs(NamedTuple):
    """Refs of one kind: how many, and the first names; the current branch, or a detached `HEAD`, before others."""

    kind: RefKind
    total: int
    names: tuple[str, ...]


class Exposure(NamedTuple):
    """Which refs lead to a secret, and how long it could be read; docs/incidents.md says more."""

    last: Provenance | None = None  # the last commit with a file that has it
    removed: Provenance | None = None  # what took it out of HEAD; when no ref's files have it, out of the last
    tips: tuple[Refs, ...] = ()  # whose files have it
    reach: tuple[Refs, ...] = ()  # whose history has it
    stands: bool = False  # in the files of a ref, or in a message that one reaches
    days: int | None = None  # from the first commit to now if it stands, else to `removed`, else to `last`
    exact: bool = True  # if not, there was too much to look at: `tips` and `removed` are a guess

    def renamed(self, name: Callable[[RefKind, str], str]) -> Exposure:
        """Return the same with other names for the refs; `name` is given a ref's kind and its name."""
        tips, reach = (
            tuple(refs._replace(names=tuple(name(refs.kind, one) for one in refs.names)) for refs in group)
            for group in (self.tips, self.reach)
        )
        return self._replace(tips=tips, reach=reach)
