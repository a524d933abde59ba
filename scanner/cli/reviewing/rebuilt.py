"""A finding made again from what a JSON report tells of it. Its secret has no value: a report has none, either."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Final

from scanner.cli.present import masked_of
from scanner.model import (
    EVIDENCES,
    SEVERITIES,
    BlobOrigin,
    CommitOrigin,
    Exposure,
    FileOrigin,
    Finding,
    IndexOrigin,
    Location,
    Marker,
    NameOrigin,
    Origin,
    Part,
    Position,
    Provenance,
    RefOrigin,
    Refs,
    RepositoryOrigin,
    Span,
    StdinOrigin,
    TagOrigin,
    TreeOrigin,
)
from scanner.redact import Secret, printable
from scanner.report._words import PLACES

_BY_PATH: Final[dict[str, Callable[[bytes], Origin]]] = {
    "file": FileOrigin,
    "index": IndexOrigin,
    "stdin": StdinOrigin,
    "name": NameOrigin,
    "ref": RefOrigin,
    "repository": RepositoryOrigin,
}
_OBJECTS: Final[dict[str, Callable[[str, bytes], Origin]]] = {
    "blob": BlobOrigin,
    "commit": CommitOrigin,
    "tag": TagOrigin,
    "tree": TreeOrigin,
}


def finding_of(told: Any) -> Finding:
    """Raises KeyError, TypeError, ValueError and AttributeError for what no report tells."""
    if told["evidence"] not in EVIDENCES or told["severity"] not in SEVERITIES:
        raise ValueError
    return Finding(
        rule_id=_text(told["rule_id"]),
        rule_name=_text(told["rule_name"]),
        severity=told["severity"],
        evidence=told["evidence"],
        confidence=float(told["confidence"]),
        secret=_secret(told),
        fingerprint=_text(told["fingerprint"]),
        location=_location(told["location"]),
        notes=tuple(map(_text, told["notes"])),
        also=tuple(map(_location, told["also"])),
        in_head=told["in_head"],
        parts=tuple(map(_part, told["parts"])),
        facts=tuple(map(_text, told["facts"])),
        exposure=_exposure(told["exposure"]),
        refused=_marker(told["marker"]),
    )


def _secret(told: Any) -> Secret:
    return Secret(b"", printable(masked_of(told["secret"])))


def _part(told: Any) -> Part:
    names = _text(told["rule_id"]), _text(told["rule_name"])
    return Part(*names, _secret(told), _location(told["location"]), _text(told["fingerprint"]))


def _location(told: Any) -> Location:
    if told["place"] is not None and told["place"] not in PLACES:
        raise ValueError
    who = None
    if told["commit"] is not None:
        who = Provenance(*(_text(told[key]) for key in ("commit", "author", "email", "date")))
    return Location(
        _origin(told),
        Span(int(told["span"]["start"]), int(told["span"]["end"])),
        _position(told["start"]),
        _position(told["end"]),
        who,
        told["place"],
        via=tuple(map(_text, told["via"])),
        inside=os.fsencode(told["inside"] or ""),
    )


def _origin(told: Any) -> Origin:
    path = os.fsencode(told["path"] or "")
    if told["kind"] in _OBJECTS:
        return _OBJECTS[told["kind"]](_oid(told["object"]), path)
    return _BY_PATH[told["kind"]](path)


def _oid(told: Any) -> str:
    """Return the id of an object, which becomes an argument of git's."""
    bytes.fromhex(told)
    if len(told) not in (40, 64) or not told.isalnum():
        raise ValueError
    return _text(told)


def _position(told: Any) -> Position:
    return Position(int(told["line"]), int(told["column"]))


def _exposure(told: Any) -> Exposure | None:
    if told is None:
        return None
    return Exposure(
        _commit(told["last"]),
        _commit(told["removed"]),
        tuple(map(_refs, told["tips"])),
        tuple(map(_refs, told["reach"])),
        bool(told["stands"]),
        None if told["days"] is None else int(told["days"]),
        bool(told["exact"]),
    )


def _commit(told: Any) -> Provenance | None:
    return told and Provenance(*(_text(told[key]) for key in ("commit", "author", "email", "date")))


def _refs(told: Any) -> Refs:
    return Refs(told["kind"], int(told["total"]), tuple(map(_text, told["names"])))


def _marker(told: Any) -> Marker | None:
    if told is None:
        return None
    return Marker(_text(told["tool"]), int(told["line"]), tuple(map(_text, told["rules"])), _text(told["reason"]))


def _text(told: Any) -> str:
    if not isinstance(told, str):
        raise TypeError
    return told
