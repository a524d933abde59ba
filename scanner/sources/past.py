"""What is remembered of a repository as a whole: true to the letter as long as its state is the same, and of use after
that, as commits and objects do not change.

It holds numbers, and ids of commits and of what refs name. What something was found in is told by where it stands, not
by its id, which is a hash of what is in it. No path, no name, no value, and nothing made of a value.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from scanner.git.facts import Facts
from scanner.git.spots import Spot, at_spots
from scanner.model import Leads
from scanner.sources import leads

_LENGTH: Final = 8  # bytes that give the length of the head
_ID: Final = 20  # bytes of an object id
Life = tuple[Any, ...]


class Known(NamedTuple):
    """How many objects were read with nothing found in them, how many bytes, and what was set aside in them."""

    scope: int = 0
    bytes: int = 0
    drops: tuple[tuple[str, int], ...] = ()


class Story(NamedTuple):
    """What went through history for the objects in which something was found. `notable`: commits, in order, that had to
    do with them. `commits`: binary ids of all commits that were looked at for that. `has_hints`: whether
    anything but commits leads to some of those objects.
    `lives`: of each incident what its exposure was (scanner.sources.lives), under the digest `asked` of what was asked.
    """

    notable: tuple[str, ...] = ()
    commits: bytes = b""
    has_hints: bool = True
    asked: str = ""
    lives: tuple[Life, ...] = ()


class Past(NamedTuple):
    """`state` and `settings` are those of scanner.git.facts, `state` empty when not everything was known.

    `reader`: what read. `is_shallow`: whether that was said. `missing`: the ids of what was reached and not there.
    `counts`: what was in scope, by kind. `again`: what is to be read again, `leads` where to look there
    (scanner.sources.leads), `folders` those of them that are folders, with a name in which something matched. `known`:
    all the rest. `names`: a digest of the names of all refs, if nothing matched in them. `tips`: binary ids of what
    refs named. `packs`: facts of the packs whose folders have all been read.
    """

    state: bytes = b""
    settings: bytes = b""
    reader: str = ""
    is_shallow: bool = False
    missing: tuple[str, ...] = ()
    counts: Mapping[str, int] = {}
    again: tuple[Spot, ...] = ()
    leads: tuple[Leads, ...] = ()
    folders: tuple[Spot, ...] = ()
    known: Known = Known()
    names: bytes = b""
    tips: bytes = b""
    packs: frozenset[bytes] = frozenset()
    story: Story = Story()


NOTHING: Final = Past()


def encode(past: Past) -> bytes:
    found = leads.encode(past.leads)
    head = {
        "state": past.state.hex(),
        "settings": past.settings.hex(),
        "reader": past.reader,
        "shallow": past.is_shallow,
        "missing": past.missing,
        "counts": dict(past.counts),
        "again": past.again,
        "folders": past.folders,
        "known": past.known,
        "names": past.names.hex(),
        "packs": sorted(fact.hex() for fact in past.packs),
        "notable": past.story.notable,
        "hints": past.story.has_hints,
        "asked": past.story.asked,
        "lives": past.story.lives,
        "leads": len(found),
        "tips": len(past.tips),
        "commits": len(past.story.commits),
    }
    text = json.dumps(head, separators=(",", ":")).encode()
    return len(text).to_bytes(_LENGTH, "little") + text + past.tips + past.story.commits + found


def decode(data: bytes) -> tuple[Past, bytes] | None:
    """Return what `encode` was given, and what stands behind it; None for what is not of today's layout."""
    try:
        end = _LENGTH + int.from_bytes(data[:_LENGTH], "little")
        head = json.loads(data[_LENGTH:end])
        middle = end + head["tips"]
        last = middle + head["commits"]
        behind = last + head["leads"]
        scope, size, drops = head["known"]
        past = Past(
            state=bytes.fromhex(head["state"]),
            settings=bytes.fromhex(head["settings"]),
            reader=head["reader"],
            is_shallow=head["shallow"],
            missing=tuple(head["missing"]),
            counts=head["counts"],
            again=tuple((fact, number) for fact, number in head["again"]),
            leads=tuple(leads.decode(data[last:behind])),
            folders=tuple((fact, number) for fact, number in head["folders"]),
            known=Known(scope, size, tuple((reason, count) for reason, count in drops)),
            names=bytes.fromhex(head["names"]),
            tips=data[end:middle],
            packs=frozenset(map(bytes.fromhex, head["packs"])),
            story=Story(
                tuple(head["notable"]),
                data[middle:last],
                head["hints"],
                head["asked"],
                tuple(map(tuple, head["lives"])),
            ),
        )
    except (ValueError, TypeError, KeyError):
        return None
    if len(data) < behind or len(past.leads) != len(past.again):
        return None
    return past, data[behind:]


def to_read(past: Past, stored: Facts) -> dict[str, Leads]:
    """Return the ids of what is to be read again, where it still stands, with where to look in it."""
    oids = at_spots(stored, past.again)
    pairs = zip(past.again, past.leads, strict=True)
    return {oids[spot]: found for spot, found in pairs if spot in oids}


def binary(oids: Iterable[str]) -> bytes:
    return bytes.fromhex("".join(oids))


def hexadecimal(ids: bytes) -> list[str]:
    text = ids.hex()
    return [text[at : at + 2 * _ID] for at in range(0, len(text), 2 * _ID)]
