"""Findings in git objects to incidents: one secret, every place it has, the first in front, and who put it there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from scanner.git.command import Git
from scanner.git.history import head_blobs
from scanner.git.metadata import describe
from scanner.git.provenance import EVERYTHING, Introductions, introductions
from scanner.model import BlobOrigin, CommitOrigin, Finding, Location, Provenance, RepositoryOrigin, Skip, TagOrigin

_NEVER: Final = float("inf")


class Traced(NamedTuple):
    """What history knows of the objects that hold something.

    `head`: the files of HEAD, None when git cannot read it. `skips`: what could not be found out.
    """

    introduced: Introductions
    people: dict[str, Provenance]
    head: frozenset[str] | None
    skips: tuple[Skip, ...] = ()


def trace(git: Git, findings: Iterable[Finding], walk: Sequence[str] = EVERYTHING) -> Traced:
    """Look up where all these objects come from, at once. What git cannot tell makes a skip. `walk`: see provenance."""
    origins = {finding.location.origin for finding in findings}
    if not origins:
        return Traced(Introductions({}, {}), {}, frozenset())
    blobs = {origin.oid for origin in origins if isinstance(origin, BlobOrigin)}
    messages = {origin.oid for origin in origins if isinstance(origin, CommitOrigin | TagOrigin)}
    introduced = introductions(git, blobs, messages, walk)
    commits = {place.commit for places in introduced.blobs.values() for place in places}
    people = describe(git, sorted(commits | messages))
    return Traced(introduced, people, head_blobs(git), tuple(_untold(introduced)))


def _untold(introduced: Introductions) -> Iterator[Skip]:
    if introduced.error:
        detail = f"{introduced.error.message}; so where and when a secret came in is not told, or not surely"
        yield Skip(RepositoryOrigin(b""), "git-error", detail)


def incidents(traced: Traced, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return one finding per rule and secret, its places from the first in history to the last."""
    groups: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[finding.rule_id, finding.fingerprint].append(finding)
    return tuple(_incident(traced, group) for group in groups.values())


def _incident(traced: Traced, group: list[Finding]) -> Finding:
    # Content that was read under several names has the same places under each.
    places = dict.fromkeys(place for finding in group for place in _places(traced, finding.location))
    return _with_places(traced, group[0], _in_order(traced, list(places)))


def _with_places(traced: Traced, finding: Finding, places: list[Location]) -> Finding:
    return finding._replace(location=places[0], also=tuple(places[1:]), in_head=_in_head(traced, places))


def _in_head(traced: Traced, places: Iterable[Location]) -> bool | None:
    """Whether a file of HEAD holds the secret; None when that is not known, or no file ever did, only a message."""
    files = [place.origin.oid for place in places if isinstance(place.origin, BlobOrigin)]
    return None if traced.head is None or not files else any(oid in traced.head for oid in files)


def _places(traced: Traced, location: Location) -> Iterator[Location]:
    """Yield a location once for each path that its blob has had, with who brought it there."""
    origin = location.origin
    if not isinstance(origin, BlobOrigin):
        yield location._replace(provenance=traced.people.get(getattr(origin, "oid", "")))
        return
    introduced = traced.introduced.blobs.get(origin.oid)
    if introduced is None:  # only a tag reaches it, or nothing does
        yield location
        return
    for commit, path in introduced:
        provenance = traced.people.get(commit, Provenance(commit, "", "", ""))
        yield location._replace(origin=BlobOrigin(origin.oid, path), provenance=provenance)


def _in_order(traced: Traced, places: list[Location]) -> list[Location]:
    """Order by rank in history, which forged or shifted dates do not change; tags, without a rank, go in by date."""
    ranks = traced.introduced.ranks
    ranked: list[tuple[float, bytes, int, Location]] = []
    others: list[tuple[float, bytes, int, Location]] = []
    for place in places:
        rank = ranks.get(place.provenance.commit) if place.provenance else None
        key = _date(place) if rank is None else float(rank)
        (others if rank is None else ranked).append((key, place.origin.path, place.span.start, place))
    ordered = [entry[3] for entry in sorted(ranked, key=lambda entry: entry[:3])]
    for date, *_, place in sorted(others, key=lambda entry: entry[:3]):
        later = (number for number, other in enumerate(ordered) if _date(other) > date)
        ordered.insert(next(later, len(ordered)), place)
    return ordered


def _date(place: Location) -> float:
    """Return the date in Unix seconds, infinity when there is none."""
    if place.provenance and place.provenance.date:
        return datetime.fromisoformat(place.provenance.date).timestamp()
    return _NEVER
