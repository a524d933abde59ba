"""Findings in names to where in history the names stand: which paths, and the commits that brought them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from scanner.errors import GitError
from scanner.git.command import Git
from scanner.git.metadata import describe
from scanner.git.namehistory import Named, named
from scanner.git.provenance import EVERYTHING
from scanner.lines import LineIndex
from scanner.model import Finding, Location, NameOrigin, Provenance, Skip, Span
from scanner.redact import mask


class Located(NamedTuple):
    """`skips` are names out of scope, in which something was found; their secrets are masked."""

    findings: tuple[Finding, ...]
    skips: tuple[Skip, ...] = ()


def locate(git: Git, findings: Sequence[Finding], everything: bool, walk: Sequence[str] = EVERYTHING) -> Located:
    """Return each finding in a name once for each path that ends with it.

    Names that nothing reaches stay only with `everything`; and when git cannot go through history: then nobody knows.
    """
    names = {finding.location.origin.path for finding in findings if isinstance(finding.location.origin, NameOrigin)}
    if not names:
        return Located(tuple(findings))
    try:
        places = named(git, names, walk)
    except GitError:  # the reading has met the same, and has said so
        places, everything = {}, True
    people = describe(git, sorted({place.commit for found in places.values() for place in found if place.commit}))
    located: list[Finding] = []
    skips: list[Skip] = []
    for finding in findings:
        path = finding.location.origin.path
        if not isinstance(finding.location.origin, NameOrigin):
            located.append(finding)
        elif path in places:
            located += _everywhere(finding, places[path], people)
        elif everything:
            note = "no branch, tag or reflog is known to reach it"
            located.append(_at(finding, Named("", path, False))._replace(notes=(*finding.notes, note)))
        else:
            skips.append(Skip(_masked(finding.location), "unreachable", "it holds something; --all-objects reports it"))
    return Located(tuple(located), tuple(dict.fromkeys(skips)))


def _everywhere(finding: Finding, places: Iterable[Named], people: Mapping[str, Provenance]) -> Iterator[Finding]:
    for place in places:
        who = people.get(place.commit, Provenance(place.commit, "", "", "")) if place.commit else None
        found = _at(finding, place)
        yield found._replace(location=found.location._replace(provenance=who))


def _at(finding: Finding, place: Named) -> Finding:
    location = finding.location
    before = len(place.path) - len(location.origin.path)
    span = Span(location.span.start + before, location.span.end + before)
    index = LineIndex(place.path)
    moved = Location(NameOrigin(place.path), span, index.position(span.start), index.position(span.end))
    return finding._replace(location=moved._replace(place="folder-name" if place.is_folder else "file-name"))


def _masked(location: Location) -> NameOrigin:
    name, (start, end) = location.origin.path, location.span
    return NameOrigin(name[:start] + mask(name[start:end]).encode() + name[end:])
