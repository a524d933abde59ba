"""Findings in git objects to incidents: one secret, every place it has, the first one in front, and who put it there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from scanner.git.command import Git
from scanner.git.history import head_blobs
from scanner.git.metadata import describe
from scanner.git.provenance import Introduced, introductions
from scanner.model import BlobOrigin, CommitOrigin, Finding, Location, Provenance, TagOrigin


def incidents(git: Git, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return one finding per rule and secret, its places in order of date. Raises GitError."""
    if not findings:
        return ()
    blobs = {f.location.origin.oid for f in findings if isinstance(f.location.origin, BlobOrigin)}
    introduced = introductions(git, blobs)
    messages = {f.location.origin.oid for f in findings if isinstance(f.location.origin, CommitOrigin | TagOrigin)}
    people = describe(git, sorted({found.commit for found in introduced.values()} | messages))
    in_head = head_blobs(git)
    groups: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[finding.rule_id, finding.fingerprint].append(finding)
    return tuple(_incident(group, introduced, people, in_head) for group in groups.values())


def _incident(
    group: list[Finding], introduced: dict[str, Introduced], people: dict[str, Provenance], in_head: set[str]
) -> Finding:
    places = sorted((_placed(f.location, introduced, people) for f in group), key=_age)
    still = any(isinstance(place.origin, BlobOrigin) and place.origin.oid in in_head for place in places)
    return group[0]._replace(location=places[0], also=tuple(places[1:]), in_head=still)


def _placed(location: Location, introduced: dict[str, Introduced], people: dict[str, Provenance]) -> Location:
    origin = location.origin
    if isinstance(origin, CommitOrigin | TagOrigin):
        return location._replace(provenance=people.get(origin.oid))
    if isinstance(origin, BlobOrigin) and origin.oid in introduced:
        commit, path = introduced[origin.oid]
        provenance = people.get(commit, Provenance(commit, "", "", ""))
        return location._replace(origin=BlobOrigin(origin.oid, path), provenance=provenance)
    return location


def _age(place: Location) -> tuple[float, bytes, int]:
    """Order by date, those without one last."""
    date = place.provenance.date if place.provenance else ""
    return _seconds(date), place.origin.path, place.span.start


def _seconds(date: str) -> float:
    from datetime import datetime

    try:
        return datetime.fromisoformat(date).timestamp()
    except (ValueError, OverflowError):
        return float("inf")
