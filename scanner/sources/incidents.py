"""Findings in git objects to incidents: one secret, every place it has, the first in front, and who put it there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from scanner.errors import GitError
from scanner.git.command import Git
from scanner.git.graph import Commits, Listing
from scanner.git.history import head_blobs, reached, reached_without_commits
from scanner.git.metadata import describe
from scanner.git.provenance import EVERYTHING, Introductions
from scanner.model import (
    BlobOrigin,
    CommitOrigin,
    Finding,
    Location,
    NameOrigin,
    Origin,
    Provenance,
    RepositoryOrigin,
    Skip,
    TagOrigin,
)
from scanner.sources.past import Story
from scanner.sources.story import Before, has_no_hints, retraced, told

_Object = BlobOrigin | CommitOrigin | TagOrigin
_NEVER: Final = float("inf")


class Traced(NamedTuple):
    """What history knows of the objects that hold something.

    `head`: the files of HEAD, None when git cannot read it. `skips`: what could not be found out, and what is out of
    scope. `hints`: a path for blobs that no commit is known to have brought in. `stray`: what no ref or reflog reaches;
    it is told only if `keeps_stray`. `graph` are all commits that a ref or reflog reaches, if that is known.
    `story` is what to remember, and `before` what was.
    """

    introduced: Introductions
    people: dict[str, Provenance]
    head: frozenset[str] | None
    skips: tuple[Skip, ...] = ()
    hints: Mapping[str, bytes] = {}
    stray: frozenset[str] = frozenset()
    keeps_stray: bool = False
    graph: Commits = ()
    before: Before | None = None
    story: Story = Story()


NOTHING_TRACED: Final = Traced(Introductions({}, {}), {}, frozenset())


def trace(
    git: Git,
    findings: Iterable[Finding],
    skips: Iterable[Skip] = (),
    everything: bool = False,
    walk: Sequence[str] = EVERYTHING,
    jobs: int = 1,
    before: Before | None = None,
    listing: Listing | None = None,
) -> Traced:
    """Look up where all these objects come from, at once, and the paths of files that were not read.

    What git cannot tell makes a skip. `walk`, `jobs`: see provenance; `before` is of use for everything only. `listing`
    are the commits of the walk, if git has been asked already.

    With `everything`, what no ref or reflog reaches is in scope as well. It is in any case when git cannot go through
    all that they reach: then nobody knows. And what a part of history holds (`walk`) is in scope by being in it.
    """
    origins = {finding.location.origin for finding in findings}
    unnamed = {s.origin.oid for s in skips if isinstance(s.origin, BlobOrigin) and s.reason != "missing-object"}
    if not origins and not unnamed:
        return NOTHING_TRACED
    blobs = {origin.oid for origin in origins if isinstance(origin, BlobOrigin)}
    messages = {origin.oid for origin in origins if isinstance(origin, CommitOrigin | TagOrigin)}
    introduced = retraced(git, before or Before(), blobs | unnamed, messages, jobs, walk, listing)
    stray = frozenset((blobs | messages).difference(introduced.blobs, introduced.ranks))
    stray = stray if walk == EVERYTHING else frozenset()
    hints, error = _hints(git, introduced, stray, unnamed, walk, before)
    stray = stray.difference(hints)
    commits = {place.commit for places in introduced.blobs.values() for place in places}
    people = describe(git, sorted(commits | messages))
    keeps_stray = everything or error is not None
    skips = (*_untold(error), *(() if keeps_stray else _out_of_scope(origins, stray)))
    graph = introduced.commits if walk == EVERYTHING else ()
    story = told(introduced, bool(hints or error), before) if before else Story()
    return Traced(introduced, people, head_blobs(git), skips, hints, stray, keeps_stray, graph, before, story)


def _hints(
    git: Git,
    introduced: Introductions,
    stray: frozenset[str],
    unnamed: set[str],
    walk: Sequence[str],
    before: Before | None,
) -> tuple[dict[str, bytes], GitError | None]:
    """Return what is reached of all that no commit brought in, with a path if it has one, and paths for the unnamed;
    and why that is not all.
    """
    error = introduced.error
    hints = {oid: introduced.blobs[oid][0].path for oid in unnamed.intersection(introduced.blobs)}
    others = stray | unnamed.difference(hints)
    if not others or has_no_hints(before):
        return hints, error
    is_in_no_commit = walk == EVERYTHING and error is None and unnamed <= hints.keys()
    look = reached_without_commits if is_in_no_commit else reached
    try:
        return hints | look(git, others), error
    except GitError as failed:
        return hints, error or failed


def named(traced: Traced, skips: Iterable[Skip]) -> Iterator[Skip]:
    """Yield the skips, with a path for each file that has one."""
    for skip in skips:
        path = traced.hints.get(skip.origin.oid, b"") if isinstance(skip.origin, BlobOrigin) else b""
        yield skip._replace(origin=skip.origin._replace(path=path)) if path else skip


def _untold(error: GitError | None) -> Iterator[Skip]:
    if error:
        detail = f"{error.message}; so where and when a secret came in is not told, or not surely"
        yield Skip(RepositoryOrigin(b""), "git-error", detail)


def _out_of_scope(origins: Iterable[Origin], stray: frozenset[str]) -> Iterator[Skip]:
    for origin in sorted(origin for origin in origins if isinstance(origin, _Object)):
        if origin.oid in stray:
            yield Skip(origin, "unreachable", "it holds something; --all-objects reports it")


def incidents(traced: Traced, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return one finding per rule and secret, its places from the first in history to the last."""
    groups: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[finding.rule_id, finding.fingerprint].append(finding)
    return tuple(made for group in groups.values() if (made := _incident(traced, group)))


def _incident(traced: Traced, group: list[Finding]) -> Finding | None:
    found = [(finding, places) for finding in group if (places := [*_places(traced, finding.location)])]
    if not found:
        return None
    # Content that was read under several names has the same places under each.
    places = [*dict.fromkeys(place for _, places in found for place in places)]
    # Where its other parts stood beside it, it opens the most.
    whole = max((finding for finding, _ in found), key=lambda finding: len(finding.parts))
    parts = tuple(
        part._replace(location=_in_order(traced, [*_places(traced, part.location)])[0]) for part in whole.parts
    )
    made = _with_places(traced, whole._replace(parts=parts), _in_order(traced, places))
    if all(isinstance(place.origin, _Object) and place.origin.oid in traced.stray for place in places):
        return made._replace(notes=(*made.notes, "no branch, tag or reflog is known to reach it"))
    return made


def _with_places(traced: Traced, finding: Finding, places: list[Location]) -> Finding:
    head = traced.head or ()
    places = [place._replace(in_head=getattr(place.origin, "oid", "") in head) for place in places]
    return finding._replace(location=places[0], also=tuple(places[1:]), in_head=_in_head(traced, places))


def _in_head(traced: Traced, places: Iterable[Location]) -> bool | None:
    """Whether a file of HEAD holds the secret; None when that is not known, or no file ever did, only a message.

    Whether HEAD has a name that holds it, too, is not known.
    """
    origins = [place.origin for place in places]
    files = [origin.oid for origin in origins if isinstance(origin, BlobOrigin)]
    if traced.head is None or not files:
        return None
    is_there = any(oid in traced.head for oid in files)
    return None if not is_there and any(isinstance(origin, NameOrigin) for origin in origins) else is_there


def _places(traced: Traced, location: Location) -> Iterator[Location]:
    """Yield a location once for each path that its blob has had, with who brought it there."""
    origin = location.origin
    if not isinstance(origin, _Object):  # a name, which has been looked up already
        yield location
        return
    if origin.oid in traced.stray and not traced.keeps_stray:
        return
    if not isinstance(origin, BlobOrigin):
        yield location._replace(provenance=traced.people.get(getattr(origin, "oid", "")))
        return
    introduced = traced.introduced.blobs.get(origin.oid)
    if introduced is None:  # only a tag reaches it, or nothing does
        yield location._replace(origin=BlobOrigin(origin.oid, traced.hints.get(origin.oid, b"")))
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
