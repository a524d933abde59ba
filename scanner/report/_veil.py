"""Masks a found secret where it stands in something other than its own value: a path, a name, a reason.

Formats show `Secret.masked` by themselves; but a file can be named after the token that it holds, and an
author can paste one into a comment. A Secret that crossed a pickle has lost its value, and cannot be looked
for here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from scanner.model import (
    Exposure,
    Finding,
    Location,
    Marker,
    NameOrigin,
    Notice,
    Origin,
    Provenance,
    RefOrigin,
    ScanReport,
    Skip,
    Span,
    Suppressed,
)
from scanner.redact import covered, mask

_LEAST: Final = 12  # bytes; shorter values stand in names by chance, and would make every path unreadable

Names = dict[str, str]  # the name of a ref that holds a secret -> the same with the secret masked


def veiled(report: ScanReport) -> ScanReport:
    """Return the report with each found secret masked in the texts that come with it.

    A path is searched for every secret found under it, other texts for their own finding's: linear in the
    number of places, where comparing everything with everything would let a hostile repository stall us.
    """
    everything = [*report.findings, *(entry.finding for entry in report.suppressed)]
    paths = _Paths(everything)
    names = _masked_names(everything)
    return report._replace(
        findings=tuple(_finding(finding, paths, names) for finding in report.findings),
        suppressed=tuple(_suppressed(entry, paths, names) for entry in report.suppressed),
        skips=tuple(_skip(skip, paths) for skip in report.skips),
        notices=_notices(report.notices, everything),
    )


def _notices(notices: Sequence[Notice], findings: Sequence[Finding]) -> tuple[Notice, ...]:
    """Mask every secret found: a notice quotes policy files, and belongs to no finding."""
    text = "\n".join(notice.message for notice in notices)  # one search for each secret, not one in each notice
    values = {value for finding in findings if len(value := finding.secret.reveal()) >= _LEAST} if text else set()
    found = sorted((value for value in values if _decoded(value) in text), key=len, reverse=True)
    for value in found:
        notices = [notice._replace(message=_text(notice.message, value)) for notice in notices]
    return tuple(notices)


class _Paths:
    """Paths that hold a secret, by themselves or in the name of a file or folder, and what may be shown of them."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        places = [place for finding in findings for place in (finding.location, *finding.also)]
        self._values = _by_value(findings)
        self._refs = _by_span(place for place in places if isinstance(place.origin, RefOrigin))
        self._names = _by_span(_last_part(place) for place in places if isinstance(place.origin, NameOrigin))

    def get(self, path: bytes) -> bytes | None:
        """Return the path as it may be shown; None when nothing of it is to be hidden."""
        masked = self._values.get(path) or self._refs.get(path) or path
        if self._names:
            masked = b"/".join(self._names.get(part, part) for part in masked.split(b"/"))
        return None if masked == path else masked

    def told(self, text: str) -> str:
        """Return a text of git's with each of the refs as it may be shown."""
        for name, masked in self._refs.items():
            text = text.replace(_decoded(name), _decoded(masked))
        return text


def _by_value(findings: Iterable[Finding]) -> dict[bytes, bytes]:
    values: dict[bytes, set[bytes]] = {}
    for finding in findings:
        value = finding.secret.reveal()
        if len(value) >= _LEAST:
            for location in (finding.location, *finding.also):
                values.setdefault(location.origin.path, set()).add(value)
    paths: dict[bytes, bytes] = {}
    for path, found in values.items():
        masked = path
        for value in sorted(found, key=len, reverse=True):  # a value may hold another
            masked = masked.replace(value, mask(value).encode())
        if masked != path:
            paths[path] = masked
    return paths


def _by_span(places: Iterable[Location]) -> dict[bytes, bytes]:
    """Mask what was found in names: where it stands is known, even if the value has not come out of a worker."""
    spans: dict[bytes, set[Span]] = {}
    for place in places:
        spans.setdefault(place.origin.path, set()).add(place.span)
    return {name: covered(name, found) for name, found in spans.items()}


def _last_part(place: Location) -> Location:
    """Return a place in a path as one in the name that the path ends with."""
    before, slash, name = place.origin.path.rpartition(b"/")
    start, end = place.span
    moved = len(before) + len(slash)
    return place._replace(origin=NameOrigin(name), span=Span(start - moved, end - moved))


def _masked_names(findings: Sequence[Finding]) -> Names:
    """Return the names of refs that hold any secret: each leads to many findings, and is shown with all of them."""
    shown = {name for finding in findings for name in _names(finding.exposure)}
    text = "\n".join(sorted(shown))  # one search for each secret, not one for each in each name
    values = {value for finding in findings if len(value := finding.secret.reveal()) >= _LEAST}
    found = sorted((value for value in values if _decoded(value) in text), key=len, reverse=True) if text else []
    names = {}
    for name in shown if found else ():
        masked = name
        for value in found:
            masked = _text(masked, value)
        if masked != name:
            names[name] = masked
    return names


def _names(exposure: Exposure | None) -> Iterator[str]:
    for refs in (*exposure.tips, *exposure.reach) if exposure else ():
        yield from refs.names


def _finding(finding: Finding, paths: _Paths, names: Names) -> Finding:
    value = finding.secret.reveal()
    return finding._replace(
        location=_location(finding.location, paths, value),
        also=tuple(_location(location, paths, value) for location in finding.also),
        notes=tuple(_text(note, value) for note in finding.notes),
        facts=tuple(_text(fact, value) for fact in finding.facts),
        parts=tuple(part._replace(location=_location(part.location, paths, value)) for part in finding.parts),
        exposure=_exposure(finding.exposure, value, names),
        refused=_marker(finding.refused, value),
        unapproved=_text(finding.unapproved, value),
    )


def _exposure(exposure: Exposure | None, value: bytes, names: Names) -> Exposure | None:
    if exposure is None:
        return None
    shown = exposure.renamed(lambda kind, name: names.get(name, name)) if names else exposure
    return shown._replace(last=_who(exposure.last, value), removed=_who(exposure.removed, value))


def _suppressed(entry: Suppressed, paths: _Paths, names: Names) -> Suppressed:
    value = entry.finding.secret.reveal()
    shown = _finding(entry.finding, paths, names)
    detail, owner = _text(entry.detail, value), _text(entry.owner, value)
    return entry._replace(finding=shown, detail=detail, owner=owner, marker=_marker(entry.marker, value))


def _marker(marker: Marker | None, value: bytes) -> Marker | None:
    return marker and marker._replace(
        rules=tuple(_text(rule, value) for rule in marker.rules), reason=_text(marker.reason, value)
    )


def _skip(skip: Skip, paths: _Paths) -> Skip:
    masked = paths.get(skip.origin.path)
    if skip.reason in ("git-error", "unresolved-ref"):
        skip = skip._replace(detail=paths.told(skip.detail))
    if masked is None:
        return skip
    detail = skip.detail.replace(_decoded(skip.origin.path), _decoded(masked))
    return skip._replace(origin=_origin(skip.origin, paths), detail=detail)


def _location(location: Location, paths: _Paths, value: bytes) -> Location:
    who = _who(location.provenance, value)
    return location._replace(origin=_origin(location.origin, paths), provenance=who)


def _who(who: Provenance | None, value: bytes) -> Provenance | None:
    return who and who._replace(author=_text(who.author, value), email=_text(who.email, value))


def _origin(origin: Origin, paths: _Paths) -> Origin:
    masked = paths.get(origin.path)
    return origin if masked is None else origin._replace(path=masked)


def _text(text: str, value: bytes) -> str:
    return text.replace(_decoded(value), mask(value)) if len(value) >= _LEAST else text


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "surrogateescape")
