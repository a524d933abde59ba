"""A part of history: the commit messages, tags and blobs that some commits bring in, and the files that were there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from scanner.errors import GitError, over
from scanner.git.command import Git
from scanner.git.history import Entry
from scanner.git.range import Scope, files, in_scope, is_cut_short, paths
from scanner.model import (
    Blob,
    BlobOrigin,
    CommitOrigin,
    Finding,
    Location,
    NameOrigin,
    Names,
    RepositoryOrigin,
    Skip,
    TagOrigin,
    Target,
)
from scanner.sources.objects import ObjectReader

MAX_BYTES: Final = 512 << 20
_WHOLE: Final = RepositoryOrigin(b"")


class Range(NamedTuple):
    """What the commits in `scope` bring in. Objects of more than `max_bytes` are not read, and said.

    With `every_name` a blob that has several names there is read under each, as some rules go by the name.
    """

    git: Git
    scope: Scope
    every_name: bool = False
    max_bytes: int = MAX_BYTES

    def targets(self) -> Iterator[Target | Skip]:
        try:
            if is_cut_short(self.git, self.scope):
                yield Skip(_WHOLE, "shallow", "a shallow clone ends within the range; `git fetch --unshallow` gets it")
            found = paths(self.git, self.scope)
            yield from _names(found.new)
            others = found.blobs if self.every_name else {}
            for entry in in_scope(self.git, self.scope):
                for path in sorted(others.get(entry.oid, {entry.path})):
                    yield self._target(entry._replace(path=path))
        except GitError as error:
            yield Skip(_WHOLE, "git-error", error.message)

    def reader(self) -> NameReader:
        return NameReader(self.git, self.max_bytes)

    def _target(self, entry: Entry) -> Target | Skip:
        oid, kind, size, path, _ = entry
        if kind == "missing":
            return Skip(BlobOrigin(oid), "missing-object", "a file, or a folder and all that is in it")
        origin = CommitOrigin(oid) if kind == "commit" else TagOrigin(oid) if kind == "tag" else BlobOrigin(oid, path)
        if size > self.max_bytes:
            return Skip(origin, "too-large", over(self.max_bytes))
        return Target(origin, size, oid)


class Trees(NamedTuple):
    """All files of some commits, under each of their names; and the names themselves."""

    git: Git
    commits: tuple[str, ...]

    def targets(self) -> Iterator[Target | Skip]:
        seen: set[tuple[str, bytes]] = set()
        for commit in self.commits:
            try:
                new = [entry for entry in files(self.git, commit) if entry not in seen]
            except GitError as error:
                yield Skip(_WHOLE, "git-error", error.message)
                continue
            seen.update(new)
            for oid, path in new:
                yield Target(BlobOrigin(oid, path), -1, oid)
        yield from _names({name for _, path in seen for name in path.split(b"/")})

    def reader(self) -> NameReader:
        return NameReader(self.git)


class NameReader(ObjectReader):
    """Reads objects, and names that are targets of their own."""

    def read(self, targets: Sequence[Target]) -> Iterator[Blob | Skip | Names]:
        yield Names({target.origin: "" for target in targets if isinstance(target.origin, NameOrigin)}, 0)
        yield from self.objects([target for target in targets if not isinstance(target.origin, NameOrigin)])


def _names(names: Iterable[bytes]) -> Iterator[Target]:
    for name in sorted(names):
        yield Target(NameOrigin(name), len(name), objects=0)


def seen_from(head: Iterable[tuple[str, bytes]], findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings with a place in `head` in front, if there is one, and `in_head` as it is there.

    A change is reviewed as it ends: that is where a line number leads somewhere. Who brought the secret in stays said.
    """
    there = frozenset(head)
    return tuple(_seen(there, finding) for finding in findings)


def _seen(there: frozenset[tuple[str, bytes]], finding: Finding) -> Finding:
    places = [place._replace(in_head=_key(place) in there) for place in (finding.location, *finding.also)]
    inside = [place for place in places if place.in_head]
    if not inside:
        is_file = any(isinstance(place.origin, BlobOrigin) for place in places)
        finding = finding._replace(location=places[0], also=tuple(places[1:]))
        return finding._replace(in_head=False if is_file else None)
    first = inside[0]
    also = tuple(place for place in places if place is not first)
    return finding._replace(location=first._replace(provenance=finding.location.provenance), also=also, in_head=True)


def _key(place: Location) -> tuple[str, bytes]:
    return getattr(place.origin, "oid", ""), place.origin.path
