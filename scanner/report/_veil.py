"""Masks a found secret where it stands in something other than its own value: a path, a name, a reason.

Formats show `Secret.masked` by themselves; but a file can be named after the token that it holds, and an
author can paste one into a comment. A Secret that crossed a pickle has lost its value, and cannot be looked
for here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from scanner.model import Exposure, Finding, Location, Origin, Provenance, Refs, ScanReport, Skip, Suppressed
from scanner.redact import mask

_LEAST: Final = 12  # bytes; shorter values stand in names by chance, and would make every path unreadable

Paths = dict[bytes, bytes]  # a path that holds a secret -> the same path with the secret masked
Names = dict[str, str]  # likewise for names of refs


def veiled(report: ScanReport) -> ScanReport:
    """Return the report with each found secret masked in the texts that come with it.

    A path is searched for every secret found under it, other texts for their own finding's: linear in the
    number of places, where comparing everything with everything would let a hostile repository stall us.
    """
    everything = [*report.findings, *(entry.finding for entry in report.suppressed)]
    paths = _masked(everything)
    names = _masked_names(everything)
    return report._replace(
        findings=tuple(_finding(finding, paths, names) for finding in report.findings),
        suppressed=tuple(_suppressed(entry, paths, names) for entry in report.suppressed),
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


def _finding(finding: Finding, paths: Paths, names: Names) -> Finding:
    value = finding.secret.reveal()
    return finding._replace(
        location=_location(finding.location, paths, value),
        also=tuple(_location(location, paths, value) for location in finding.also),
        notes=tuple(_text(note, value) for note in finding.notes),
        facts=tuple(_text(fact, value) for fact in finding.facts),
        parts=tuple(part._replace(location=_location(part.location, paths, value)) for part in finding.parts),
        exposure=_exposure(finding.exposure, value, names),
    )


def _exposure(exposure: Exposure | None, value: bytes, names: Names) -> Exposure | None:
    if exposure is None:
        return None
    tips, reach = (tuple(_refs(refs, names) for refs in group) for group in (exposure.tips, exposure.reach))
    last, removed = _who(exposure.last, value), _who(exposure.removed, value)
    return exposure._replace(last=last, removed=removed, tips=tips, reach=reach)


def _refs(refs: Refs, names: Names) -> Refs:
    return refs._replace(names=tuple(names.get(name, name) for name in refs.names)) if names else refs


def _suppressed(entry: Suppressed, paths: Paths, names: Names) -> Suppressed:
    detail = _text(entry.detail, entry.finding.secret.reveal())
    return entry._replace(finding=_finding(entry.finding, paths, names), detail=detail)


def _skip(skip: Skip, paths: Paths) -> Skip:
    masked = paths.get(skip.origin.path)
    if masked is None:
        return skip
    detail = skip.detail.replace(_decoded(skip.origin.path), _decoded(masked))
    return skip._replace(origin=_origin(skip.origin, paths), detail=detail)


def _location(location: Location, paths: Paths, value: bytes) -> Location:
    who = _who(location.provenance, value)
    return location._replace(origin=_origin(location.origin, paths), provenance=who)


def _who(who: Provenance | None, value: bytes) -> Provenance | None:
    return who and who._replace(author=_text(who.author, value), email=_text(who.email, value))


def _origin(origin: Origin, paths: Paths) -> Origin:
    masked = paths.get(origin.path)
    return origin if masked is None else origin._replace(path=masked)


def _text(text: str, value: bytes) -> str:
    return text.replace(_decoded(value), mask(value)) if len(value) >= _LEAST else text


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "surrogateescape")
