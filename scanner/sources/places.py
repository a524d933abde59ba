"""What kind of place each finding in history stands in: a file, a link's target, which part of a commit or tag."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

from scanner.errors import GitError
from scanner.git.command import Git
from scanner.git.special import contents, special_commits
from scanner.model import BlobOrigin, CommitOrigin, Finding, Location, Place, Provenance, RefOrigin, TagOrigin
from scanner.redact import mask

_HEADERS: Final[dict[bytes, Place]] = {b"author": "author", b"committer": "committer", b"tagger": "tagger"}
_TRAILER: Final = re.compile(rb"[A-Za-z0-9-]+[ \t]*:|[ \t]|\(cherry picked from commit ")


Person = tuple[str, str]  # name and address
People = Mapping[Person, Person]  # those that hold a secret, and what may be shown of them


class _Known(NamedTuple):
    messages: dict[str, bytes]  # commits and tags, whole
    links: frozenset[tuple[str, bytes]] = frozenset()
    notes: frozenset[str] = frozenset()
    stashes: frozenset[str] = frozenset()


def with_places(
    git: Git, findings: Sequence[Finding], links: frozenset[tuple[str, bytes]] = frozenset()
) -> tuple[tuple[Finding, ...], People]:
    """Return the findings with the kind of each of their places, as far as git can tell; and whose name holds a secret.

    `links` are commits and the paths that they made symbolic links. Where a name holds a secret, that is masked. It
    comes with every other finding of the same person's, too.
    """
    every = [location for finding in findings for location in (finding.location, *finding.also)]
    if not every:
        return tuple(findings), {}
    known = _look_up(git, every)._replace(links=links)
    marked = {location: _placed(location, known) for location in every}
    people = _masked_people(marked.values(), known)
    shown = tuple(
        finding._replace(
            location=_shown(marked[finding.location], people),
            also=tuple(_shown(marked[place], people) for place in finding.also),
        )
        for finding in findings
    )
    return shown, people


def with_people(findings: Iterable[Finding], people: People) -> tuple[Finding, ...]:
    """Return the findings with these people masked in their exposure."""
    return tuple(_with_exposure(finding, people) if people else finding for finding in findings)


def _with_exposure(finding: Finding, people: People) -> Finding:
    if finding.exposure is None:
        return finding
    last, removed = _who(finding.exposure.last, people), _who(finding.exposure.removed, people)
    return finding._replace(exposure=finding.exposure._replace(last=last, removed=removed))


def _masked_people(locations: Iterable[Location], known: _Known) -> dict[Person, Person]:
    """Return the names and addresses that hold what was found in them, with that masked.

    The value itself may not have come out of a worker.
    """
    people: dict[Person, Person] = {}
    for location in locations:
        who = location.provenance
        if who and location.place in _HEADERS.values() and isinstance(location.origin, CommitOrigin | TagOrigin):
            value = known.messages[location.origin.oid][location.span.start : location.span.end]
            text, masked = value.decode("utf-8", "backslashreplace"), mask(value)
            person = who.author, who.email
            author, email = people.get(person, person)
            people[person] = author.replace(text, masked), email.replace(text, masked)
    return people


def _shown(location: Location, people: People) -> Location:
    return location._replace(provenance=_who(location.provenance, people))


def _who(who: Provenance | None, people: People) -> Provenance | None:
    if who is None or (who.author, who.email) not in people:
        return who
    author, email = people[who.author, who.email]
    return who._replace(author=author, email=email)


def _look_up(git: Git, locations: Iterable[Location]) -> _Known:
    oids: dict[str, None] = {}
    commits: dict[str, None] = {}
    for location in locations:
        if isinstance(location.origin, CommitOrigin | TagOrigin):
            oids[location.origin.oid] = None
        elif isinstance(location.origin, BlobOrigin) and location.provenance:
            commits[location.provenance.commit] = None
    known = _Known(contents(git, oids))
    if commits:
        with suppress(GitError):  # the reading has met the same, and has said so
            notes, stashes = special_commits(git)
            known = known._replace(notes=notes, stashes=stashes)
    return known


def _placed(location: Location, known: _Known) -> Location:
    place = location.place or _place(location, known)
    return location._replace(place=place) if place else location


def _place(location: Location, known: _Known) -> Place | None:
    match location.origin:
        case RefOrigin():
            return "ref-name"
        case CommitOrigin(oid) if oid in known.messages:
            return _in_commit(known.messages[oid], location.span.start)
        case TagOrigin(oid) if oid in known.messages:
            return _in_header(known.messages[oid], location.span.start) or "tag-message"
        case BlobOrigin(_, path):
            commit = location.provenance.commit if location.provenance else ""
            if (commit, path) in known.links:
                return "symlink"
            return "note" if commit in known.notes else "stash" if commit in known.stashes else "file"
        case _:
            return None


def _in_commit(data: bytes, at: int) -> Place:
    return _in_header(data, at) or ("trailer" if _is_in_trailer(data, at) else "message")


def _in_header(data: bytes, at: int) -> Place | None:
    """Return which header holds what stands at an offset; a line that begins with a space goes on with the last one."""
    end = data.find(b"\n\n")
    if end < 0 or at > end:
        return None
    start = data.rfind(b"\n", 0, at) + 1
    while start and data[start : start + 1] == b" ":
        start = data.rfind(b"\n", 0, start - 1) + 1
    return _HEADERS.get(data[start:end].split(b" ", 1)[0], "header")


def _is_in_trailer(data: bytes, at: int) -> bool:
    """Whether it stands in the last paragraph, that is not the subject, and all lines there are trailers."""
    body = data.rstrip()
    start = body.rfind(b"\n\n") + 2
    if at < start or start <= data.find(b"\n\n") + 2:
        return False
    return all(map(_TRAILER.match, body[start:].splitlines()))
