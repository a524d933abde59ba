"""A repository of which everything is known: only that is read again in which something was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from scanner.git.command import Git
from scanner.git.facts import Facts
from scanner.git.history import identified
from scanner.model import (
    Blob,
    BlobOrigin,
    CommitOrigin,
    NameOrigin,
    Names,
    RefOrigin,
    Skip,
    TagOrigin,
    Target,
    TreeOrigin,
)
from scanner.sources.objects import ObjectReader
from scanner.sources.past import NOTHING, Past, to_read
from scanner.sources.reftargets import names_of, ref_targets
from scanner.sources.said import GONE, SHALLOW

_ORIGINS: Final = {"blob": BlobOrigin, "commit": CommitOrigin, "tag": TagOrigin, "tree": TreeOrigin}


class Unchanged:
    """`counts` as those of History."""

    def __init__(self, git: Git, past: Past, stored: Facts, max_bytes: int) -> None:
        self._git = git
        self._past = past
        self._again = to_read(past, stored)
        self._max_bytes = max_bytes
        self.counts = Counter(past.counts)

    def __getstate__(self) -> dict[str, object]:  # workers need to know no more than where to look
        return {**self.__dict__, "_past": NOTHING}

    def expected(self) -> int:
        return len(self._again)

    def targets(self) -> Iterator[Target | Skip]:
        if self._past.is_shallow:
            yield SHALLOW
        if not self._past.names:  # something is in them, or to be said of them
            refs = ref_targets(self._git)
            yield from refs.names
            yield from refs.skips
        if self._again:
            for oid, kind, size, _, detail in identified(self._git, tuple(self._again)):
                if kind in _ORIGINS:
                    yield Target(_ORIGINS[kind](oid), size, oid)
                else:  # it went away while we looked
                    yield Skip(BlobOrigin(oid), "missing-object", detail or "git has it no more, or cannot read it")
        for oid in self._past.missing:
            yield Skip(BlobOrigin(oid), "missing-object", GONE)

    def reader(self) -> Again:
        return Again(self._git, self._max_bytes, self._again)


class Again(ObjectReader):
    """Reads objects through git, which checks nothing; that the content is what its id says is checked there."""

    def read(self, targets: Sequence[Target]) -> Iterator[Blob | Skip | Names]:
        yield names_of(target for target in targets if isinstance(target.origin, RefOrigin))
        for answer in self.objects([target for target in targets if not isinstance(target.origin, RefOrigin)]):
            if isinstance(answer, Skip) or not isinstance(answer.origin, TreeOrigin):
                yield answer
                continue
            from scanner.git.pack.treedelta import names

            oid = answer.origin.oid
            found = names(answer.data, len(oid) // 2)
            yield Names({NameOrigin(name.partition(b" ")[2]): oid for name in found}, 1)
