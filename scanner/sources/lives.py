"""Exposures in short, to be remembered: commits by their ids, refs by numbers, as a ref's name may hold a secret."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final, NamedTuple, get_args

from scanner.model import Exposure, Finding, Location, RefKind, Refs
from scanner.sources.past import Life

Name = tuple[RefKind, str]
_KINDS: Final[tuple[RefKind, ...]] = get_args(RefKind)


class Outline(NamedTuple):
    """An exposure with the ids of its commits, empty where there is none, instead of all that is known of them."""

    last: str
    removed: str
    exposure: Exposure


def question(found: Sequence[Finding], choice: str) -> str:
    """Return a digest of what is asked: `choice` decides which of all findings, and in the same state of a repository
    those are the same. Commits, lines and fingerprints are looked at as well: a configuration puts some behind others.
    """
    asked = [
        [
            finding.rule_id,
            finding.fingerprint,
            *((_commit(place), place.span, place.origin.kind) for place in _places(finding)),
        ]
        for finding in found
    ]
    return blake2b(repr((choice, asked)).encode(), digest_size=16).hexdigest()


def _places(finding: Finding) -> tuple[Location, ...]:
    return (finding.location, *finding.also)


def _commit(place: Location) -> str:
    return place.provenance.commit if place.provenance else ""


def shortened(exposures: Sequence[Exposure], names: Sequence[Name]) -> tuple[Life, ...]:
    """`names` are those of all refs, in the order in which they are shown."""
    numbers = {name: number for number, name in enumerate(names)}

    def refs(group: Sequence[Refs]) -> list[tuple[int, int, list[int]]]:
        return [(_KINDS.index(one.kind), one.total, [numbers[one.kind, name] for name in one.names]) for one in group]

    return tuple(
        (
            one.last.commit if one.last else "",
            one.removed.commit if one.removed else "",
            refs(one.tips),
            refs(one.reach),
            one.stands,
            one.exact,
        )
        for one in exposures
    )


def outlines(lives: Sequence[Life], names: Sequence[Name]) -> list[Outline]:
    """Return what `shortened` was given, less the commits and the days."""

    def refs(group: Sequence[tuple[int, int, list[int]]]) -> tuple[Refs, ...]:
        return tuple(Refs(_KINDS[kind], total, tuple(names[n][1] for n in numbers)) for kind, total, numbers in group)

    return [
        Outline(last, removed, Exposure(tips=refs(tips), reach=refs(reach), stands=stands, exact=exact))
        for last, removed, tips, reach, stands, exact in lives
    ]
