"""The report for programs: redhanded's own JSON, written field by field, never a dump of internals.

The shape is a contract: `redhanded-report.schema.json` beside this file describes it, and a change that a
reader could notice raises the number in SCHEMA. Output is ASCII, so no byte of it can steer a terminal or
hide from an eye; a path that is not UTF-8 keeps its bytes as lone surrogates, as `os.fsencode` expects them.
"""

from __future__ import annotations

import json
from typing import Final, TextIO

from scanner.model import (
    SEVERITIES,
    Finding,
    Location,
    Marker,
    Notice,
    Origin,
    Part,
    Position,
    Provenance,
    Refs,
    ScanReport,
    Skip,
    Suppressed,
)
from scanner.redact import Secret, printable
from scanner.report import Options
from scanner.report._place import in_order, kind_of_place, object_id
from scanner.report._words import prose

SCHEMA: Final = "redhanded-report/1"

Object = dict[str, object]


def render(report: ScanReport, out: TextIO, options: Options) -> None:
    document: Object = {
        "schema": SCHEMA,
        "version": report.version,
        "command": report.command,
        "findings": [_finding(finding, options) for finding in in_order(report)],
        "suppressed": [_suppressed(entry, options) for entry in report.suppressed],
        "skips": [_skip(skip) for skip in report.skips],
        "notices": [_notice(notice) for notice in report.notices],
        "summary": _summary(report),
    }
    _write(document, out)
    out.write("\n")


def _write(document: Object, out: TextIO) -> None:
    """Write one finding a line: lines can be searched and compared, and a report of a large history is soon written."""
    for number, (key, value) in enumerate(document.items()):
        out.write(f"{'{' if number == 0 else ','}\n  {_text(key)}: ")
        if isinstance(value, list) and value:
            for place, item in enumerate(value):
                out.write(f"{'[' if place == 0 else ','}\n    {_text(item)}")
            out.write("\n  ]")
        else:
            out.write(_text(value))
    out.write("\n}")


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, allow_nan=False)


def _finding(finding: Finding, options: Options) -> Object:
    return {
        "id": finding.id,
        "rule_id": finding.rule_id,
        "rule_name": finding.rule_name,
        "severity": finding.severity,
        "evidence": finding.evidence,
        "confidence": finding.confidence,
        "secret": _secret(finding.secret, options),
        "fingerprint": finding.fingerprint,
        "location": _location(finding.location),
        "notes": list(finding.notes),
        "also": [_location(location) for location in finding.also],
        "in_head": finding.in_head,
        "parts": [_part(part, options) for part in finding.parts],
        "facts": list(finding.facts),
        "exposure": _exposure(finding),
        "marker": _marker(finding.refused),
        "unapproved": prose(finding.unapproved) or None,
    }


def _exposure(finding: Finding) -> Object | None:
    exposure = finding.exposure
    if exposure is None:
        return None
    return {
        "first": _commit(finding.location.provenance),
        "last": _commit(exposure.last),
        "removed": _commit(exposure.removed),
        "days": exposure.days,
        "stands": exposure.stands,
        "tips": [_refs(refs) for refs in exposure.tips],
        "reach": [_refs(refs) for refs in exposure.reach],
        "exact": exposure.exact,
    }


def _commit(who: Provenance | None) -> Object | None:
    return who and {"commit": who.commit, "author": who.author, "email": who.email, "date": who.date}


def _refs(refs: Refs) -> Object:
    return {"kind": refs.kind, "total": refs.total, "names": list(refs.names)}


def _part(part: Part, options: Options) -> Object:
    return {
        "rule_id": part.rule_id,
        "rule_name": part.rule_name,
        "secret": _secret(part.secret, options),
        "fingerprint": part.fingerprint,
        "location": _location(part.location),
    }


def _secret(secret: Secret, options: Options) -> str:
    value = secret.reveal() if options.show_secrets else b""
    return value.decode("utf-8", "backslashreplace") or secret.masked


def _location(location: Location) -> Object:
    who = location.provenance
    return {
        "kind": location.origin.kind,
        "place": kind_of_place(location),
        "path": _path(location.origin),
        "inside": location.inside.decode("utf-8", "surrogateescape") or None,
        "via": [printable(way) for way in location.via],
        "start": _position(location.start),
        "end": _position(location.end),
        "span": {"start": location.span.start, "end": location.span.end},
        "object": object_id(location.origin),
        "commit": who.commit if who else None,
        "author": who.author if who else None,
        "email": who.email if who else None,
        "date": who.date if who else None,
    }


def _path(origin: Origin) -> str | None:
    # What os.fsdecode does on POSIX; on Windows that would raise for bytes that are not UTF-8.
    return origin.path.decode("utf-8", "surrogateescape") or None


def _position(position: Position) -> Object:
    return {"line": position.line, "column": position.column}


def _suppressed(entry: Suppressed, options: Options) -> Object:
    told = {"marker": _marker(entry.marker), "reason": entry.reason, "detail": entry.detail, "owner": entry.owner}
    return {**_finding(entry.finding, options), **told}


def _marker(marker: Marker | None) -> Object | None:
    if marker is None:
        return None
    return {
        "tool": marker.tool,
        "line": marker.line,
        "rules": [printable(rule) for rule in marker.rules],
        "reason": marker.reason,
        "lacks": marker.lack,
    }


def _skip(skip: Skip) -> Object:
    return {
        "kind": skip.origin.kind,
        "path": _path(skip.origin),
        "object": object_id(skip.origin),
        "reason": skip.reason,
        "detail": skip.detail,
        "incomplete": skip.incomplete,
    }


def _notice(notice: Notice) -> Object:
    path = notice.path.decode("utf-8", "surrogateescape") or None
    message = prose(notice.message)
    return {"kind": notice.kind, "message": message, "fails": notice.fails, "path": path, "line": notice.line or None}


def _summary(report: ScanReport) -> Object:
    stats = report.stats
    severities = [finding.severity for finding in report.findings]
    return {
        "findings": len(report.findings),
        "suppressed": len(report.suppressed),
        "skips": len(report.skips),
        "incomplete": report.incomplete,
        "scope": stats.scope,
        "read": stats.read,
        "bytes": stats.bytes,
        "seconds": round(stats.seconds, 6),
        "by_severity": {severity: severities.count(severity) for severity in SEVERITIES},
        "drops": dict(sorted(stats.drops.items())),
        "details": dict(sorted(stats.details.items())),
        "rules": len(report.rules),
        "rules_digest": report.rules_digest,
        "reader": report.reader,
        "prefilter": report.prefilter,
        "policy": list(map(printable, report.policy)),
    }
