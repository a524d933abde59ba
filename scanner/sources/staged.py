"""The index: the blobs that `git commit` would record, changed against HEAD."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple

from scanner.git.command import Git
from scanner.git.index import GITLINK, Change
from scanner.globs import Globs
from scanner.model import IndexOrigin, Skip, Target
from scanner.sources.objects import ObjectReader


class Staged(NamedTuple):
    git: Git
    changes: tuple[Change, ...]
    excludes: Globs = Globs()

    def targets(self) -> Iterator[Target | Skip]:
        for change in self.changes:
            origin = IndexOrigin(change.path)
            if change.status == "U":
                yield Skip(origin, "unmerged", "has merge conflicts, so there is nothing that a commit would record")
            elif change.mode == GITLINK:
                yield Skip(origin, "submodule", "is a repository of its own; scan it there")
            elif self.excludes.match(os.fsdecode(change.path)):
                yield Skip(origin, "excluded", "by .redhanded.yaml")
            else:
                yield Target(origin, -1, change.oid)

    def reader(self) -> ObjectReader:
        return ObjectReader(self.git)
