"""The coverage receipt: what was in scope, what was read, what was not and why, and what did the reading.

JSON for programs, some lines for people, and a short form for the end of the text report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from scanner.model import KNOWN, ScanReport, Skip
from scanner.redact import printable
from scanner.report._place import object_id
from scanner.report._words import SKIPPED, count, size

SCHEMA: Final = "redhanded-receipt/1"
_NOUNS: Final = {"refs": "ref", "commits": "commit", "trees": "tree", "blobs": "blob", "tags": "tag"}

Object = dict[str, object]


def receipt(report: ScanReport) -> Object:
    """Return the receipt as JSON values. `report` is one whose names hold no secret."""
    stats = report.stats
    known = [skip.size for skip in _unread(report) if skip.size is not None]
    return {
        "schema": SCHEMA,
        "version": report.version,
        "command": report.command,
        "complete": not report.incomplete,
        "scope": stats.scope,
        "read": stats.read,
        "known": stats.details.get(KNOWN, 0),
        "kinds": {kind: {"scope": scope, "read": read} for kind, scope, read in _kinds(report)},  # null: not known
        "bytes": stats.bytes,
        "bytes_unread": sum(known),
        "unread_of_unknown_size": sum(1 for _ in _unread(report)) - len(known),
        "seconds": round(stats.seconds, 3),
        "readers": list(_readers(report)),
        "prefilter": report.prefilter,
        "rules": len(report.rules),
        "rules_digest": report.rules_digest,
        "versions": dict(report.versions),
        "limits": dict(report.limits),
        "policy": list(report.policy),
        "reasons": dict(sorted(Counter(skip.reason for skip in report.skips).items())),
        "skipped": [_skip(skip) for skip in report.skips],
    }


def _skip(skip: Skip) -> Object:
    return {
        "kind": skip.origin.kind,
        "path": skip.origin.path.decode("utf-8", "surrogateescape"),
        "object": object_id(skip.origin),
        "size": skip.size,
        "reason": skip.reason,
        "detail": skip.detail,
        "incomplete": skip.incomplete,
    }


def _unread(report: ScanReport) -> Iterator[Skip]:
    return (skip for skip in report.skips if skip.incomplete)


def _readers(report: ScanReport) -> list[str]:
    return report.reader.split(" and ")


def _kinds(report: ScanReport) -> Iterator[tuple[str, int, int | None]]:
    """Yield each kind of object, how many are in scope, and how many were read whole, None when nobody can say: when
    many were lost at once.

    What is missing is in scope, as a blob: what it was, nobody can say.
    """
    lost = any(skip.reason == "worker-died" and skip.origin.kind == "repository" for skip in report.skips)
    unread = {(skip.origin.kind, skip.origin) for skip in _unread(report)}
    missing = Counter(skip.origin.kind for skip in report.skips if skip.reason == "missing-object")
    skipped = Counter(kind for kind, _ in unread)
    for kind, number in report.stats.details.items():
        if kind == KNOWN:
            continue
        noun = _NOUNS.get(kind, "")
        scope = number + missing[noun]  # type: ignore[index]
        yield kind, scope, None if lost and noun != "ref" else scope - skipped[noun]  # type: ignore[index]


def lines(report: ScanReport) -> Iterator[str]:
    """Yield the receipt as text for standard error."""
    stats = report.stats
    verdict = "INCOMPLETE" if report.incomplete else "complete"
    known = stats.details.get(KNOWN, 0)
    known_of = f", {known:,} of them by an earlier run that found nothing in them" if known else ""
    yield (
        f"receipt: {verdict}; {stats.scope:,} in scope, {stats.read:,} read ({stats.bytes:,} bytes){known_of}, "
        f"{len(report.skips):,} skipped"
    )
    yield (
        f"receipt: {len(report.rules)} rules {report.rules_digest}, "
        f"reader {report.reader}, prefilter {report.prefilter}"
    )
    if report.stats.details:
        yield f"receipt: {_scope(report)}"
    if report.versions:
        yield f"receipt: {_versions(report)}"
    if report.limits:
        yield f"receipt: limits {', '.join(f'{name} {number:,}' for name, number in report.limits.items())}"
    yield from (f"receipt: by {printable(line)}" for line in report.policy)
    reasons = Counter((skip.reason, skip.incomplete) for skip in report.skips)
    for (reason, incomplete), number in sorted(reasons.items()):
        yield f"receipt: skipped {number:,}: {reason} ({'not read' if incomplete else 'by decision'})"


def short_form(report: ScanReport) -> Iterator[str]:
    """Yield the lines for the end of a report on a history."""
    yield f"Receipt: {_scope(report)}; {size(report.stats.bytes)} of content"
    reasons = Counter(SKIPPED.get(skip.reason, skip.reason) for skip in report.skips)
    told = "; ".join(f"{number:,}: {reason}" for reason, number in reasons.most_common())
    yield f"  not read: {told or 'nothing'}"
    yield f"  by {report.reader}; {count(len(report.rules), 'rule')} {report.rules_digest[:12]}; {_versions(report)}"


def _scope(report: ScanReport) -> str:
    told = []
    is_known = True
    for kind, scope, read in _kinds(report):
        whole = count(scope, _NOUNS[kind]) if kind in _NOUNS else f"{scope:,} {kind}"
        told.append(whole if read is None or scope == read else f"{read:,} of {whole}")
        is_known = is_known and read is not None
    return ", ".join(told) + ("" if is_known else ", not all of them read")


def _versions(report: ScanReport) -> str:
    return ", ".join(f"{printable(name)} {printable(version)}" for name, version in report.versions.items())
