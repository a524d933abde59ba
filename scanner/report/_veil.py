"""Masks a found secret where it stands in something other than its own value: a path, a name, a reason.

Formats show `Secret.masked` by themselves; but a file can be named after the token that it holds, and an
author can paste one into a comment. A Secret that crossed a pickle has lost its value, and cannot be looked
for here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from scanner.model import Finding, Location, Origin, ScanReport, Skip, Suppressed
from scanner.redact import mask

_LEAST: Final = 12  # bytes; shorter values stand in names by chance, and would make every path unreadable

Paths = dict[bytes, bytes]  # a path that holds a secret -> the same path with the secret masked


def veiled(report: ScanReport) -> ScanReport:
    """Return the report with each found secret masked in the texts that come with it.

    A path is searched for every secret found under it, other texts for their own finding's: linear in the
    number of places, where comparing everything with everything would let a hostile repository stall us.
    """
    paths = _masked([*report.findings, *(entry.finding for entry in report.suppressed)])
    return report._replace(
        findings=tuple(_finding(finding, paths) for finding in report.findings),
        suppressed=tuple(_suppressed(entry, paths) for entry in report.suppressed),
        skips=tuple(_skip(skip, paths) for skip in report.skips),
    )


def _masked(findings: Iterable[Finding]) -> Paths:
    values: dict[bytes, set[bytes]] = {}
    for finding in findings:
        value = finding.secret.reveal()
        if len(value) >= _LEAST:
            for location in (finding.location, *finding.also):
                values.setdefault(location.origin.path, set()).add(value)
    paths: Paths = {}
    for path, found in values.items():
        masked = path
        for value in sorted(found, key=len, reverse=True):  # a value may hold another
            masked = masked.replace(value, mask(value).encode())
        if masked != path:
            paths[path] = masked
    return paths


def _finding(finding: Finding, paths: Paths) -> Finding:
    value = finding.secret.reveal()
    return finding._replace(
        location=_location(finding.location, paths, value),
        also=tuple(_location(location, paths, value) for location in finding.also),
        notes=tuple(_text(note, value) for note in finding.notes),
        facts=tuple(_text(fact, value) for fact in finding.facts),
        parts=tuple(part._replace(location=_location(part.location, paths, value)) for part in finding.parts),
    )


def _suppressed(entry: Suppressed, paths: Paths) -> Suppressed:
    detail = _text(entry.detail, entry.finding.secret.reveal())
    return entry._replace(finding=_finding(entry.finding, paths), detail=detail)


def _skip(skip: Skip, paths: Paths) -> Skip:
    masked = paths.get(skip.origin.path)
    if masked is None:
        return skip
    detail = skip.detail.replace(_decoded(skip.origin.path), _decoded(masked))
    return skip._replace(origin=_origin(skip.origin, paths), detail=detail)


def _location(location: Location, paths: Paths, value: bytes) -> Location:
    who = location.provenance
    if who is not None:
        who = who._replace(author=_text(who.author, value), email=_text(who.email, value))
    return location._replace(origin=_origin(location.origin, paths), provenance=who)


def _origin(origin: Origin, paths: Paths) -> Origin:
    masked = paths.get(origin.path)
    return origin if masked is None else origin._replace(path=masked)


def _text(text: str, value: bytes) -> str:
    return text.replace(_decoded(value), mask(value)) if len(value) >= _LEAST else text


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "surrogateescape")
