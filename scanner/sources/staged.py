"""The index: the blobs that `git commit` would record, changed against HEAD."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from scanner.git.command import Git
from scanner.git.index import GITLINK, Change
from scanner.model import IndexOrigin, Skip, Target
from scanner.sources.objects import ObjectReader

MAX_BYTES: Final = 512 << 20


class Staged(NamedTuple):
    """`left_out` says of a path why it is not to be read, None when it is. `limit`: bytes of one object."""

    git: Git
    changes: tuple[Change, ...]
    left_out: Callable[[str], str | None] = lambda path: None
    limit: int = MAX_BYTES

    def targets(self) -> Iterator[Target | Skip]:
        for change in self.changes:
            origin = IndexOrigin(change.path)
            if change.status == "U":
                yield Skip(origin, "unmerged", "has merge conflicts, so there is nothing that a commit would record")
            elif change.mode == GITLINK:
                yield Skip(origin, "submodule", "is a repository of its own; scan it there")
            elif why := self.left_out(os.fsdecode(change.path)):
                yield Skip(origin, "excluded", why)
            else:
                yield Target(origin, -1, change.oid)

    def reader(self) -> ObjectReader:
        return ObjectReader(self.git, self.limit)
