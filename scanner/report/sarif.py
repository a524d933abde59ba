"""The report for code-scanning services and editors: SARIF 2.1.0. It never shows a secret.

Suppressed findings are results with their suppression; what was not read is a notification of a run that did
not succeed. Texts are escaped as for a terminal, since they are shown in places that we do not know.
"""

from __future__ import annotations

import json
from typing import Final, TextIO

from scanner.model import (
    BlobOrigin,
    Exposure,
    Finding,
    Location,
    Marker,
    Notice,
    Refs,
    RuleInfo,
    ScanReport,
    Severity,
    Skip,
    Suppressed,
)
from scanner.redact import printable
from scanner.report import Options
from scanner.report._artifact import BASE, Object, artifact, location, whole
from scanner.report._nested import Nested
from scanner.report._place import in_order, kind_of_place, name
from scanner.report._words import PACKED, SKIPPED, advice, by_whom, prose, unapproved, why_sure

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
HOME: Final = "https://github.com/redhanded/redhanded"

_LEVELS: Final[dict[Severity, str]] = {
    "critical": "error",
    "high": "error",
    "medium": "warning",
    "low": "note",
    "info": "note",
}
# Read by code-scanning services: above 9 is critical, from 7 high, from 4 medium, below low, 0 none.
_SCORES: Final[dict[Severity, str]] = {
    "critical": "9.5",
    "high": "8.0",
    "medium": "5.5",
    "low": "2.0",
    "info": "0.0",
}
_MOST_RELATED: Final = 100  # services read no more; `occurrenceCount` tells how many there are
_MOST_TAGS: Final = 20  # services refuse more


def render(report: ScanReport, out: TextIO, options: Options) -> None:
    document: Object = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report)]}
    json.dump(document, out, ensure_ascii=True, allow_nan=False, indent=2)
    out.write("\n")


def _run(report: ScanReport) -> Object:
    rules = {rule.id: number for number, rule in enumerate(report.rules)}
    nested = Nested(report.root)
    open_ones = [_result(finding, report, rules, nested) for finding in in_order(report)]
    allowed = [_allowed(entry, report, rules, nested) for entry in report.suppressed]
    return {
        "tool": {"driver": _driver(report)},
        "automationDetails": {"id": f"redhanded/{printable(report.command)}/"},
        "invocations": [_invocation(report)],
        # Without a uri: the absolute path of a checkout is nobody else's business.
        "originalUriBaseIds": {BASE: {"description": {"text": "The folder that was scanned."}}},
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        **({"artifacts": nested.artifacts} if nested.artifacts else {}),
        "results": [*open_ones, *allowed],
        "properties": _facts(report),
    }


def _driver(report: ScanReport) -> Object:
    return {
        "name": "redhanded",
        "version": printable(report.version),
        "semanticVersion": printable(report.version),
        "informationUri": HOME,
        "rules": [_rule(rule) for rule in report.rules],
    }


def _rule(rule: RuleInfo) -> Object:
    revoke = prose(rule.revoke)
    links = [printable(link) for link in rule.references if link.startswith(("https://", "http://"))]
    parts = [prose(rule.description), f"How to revoke it: {revoke}" if revoke else "", *links]
    tags = dict.fromkeys(printable(tag) for tag in ("security", "secret", rule.provider, *rule.tags) if tag)
    descriptor: Object = {
        "id": rule.id,
        "name": prose(rule.name),
        "shortDescription": {"text": prose(rule.name)},
        "fullDescription": {"text": prose(rule.description) or prose(rule.name)},
        "help": {"text": "\n\n".join(part for part in parts if part) or prose(rule.name)},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": [*tags][:_MOST_TAGS], "security-severity": _SCORES[rule.severity]},
    }
    return {**descriptor, "helpUri": links[0]} if links else descriptor


def _result(finding: Finding, report: ScanReport, rules: dict[str, int], nested: Nested) -> Object:
    number = rules.get(finding.rule_id)
    info = report.rules[number] if number is not None else None
    return {
        "ruleId": finding.rule_id,
        **({} if number is None else {"ruleIndex": number}),
        "kind": "fail",
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(finding, info)},
        "locations": [location(finding.location, report.root)],
        "relatedLocations": [
            {"id": at, **location(place, report.root), "message": {"text": text}}
            for at, (place, text) in enumerate(_related(finding)[:_MOST_RELATED], 1)
        ],
        "occurrenceCount": 1 + len(finding.also),
        "partialFingerprints": {"redhanded/v1": finding.fingerprint},
        "rank": round(finding.confidence * 100, 1),
        # The standard wants this on all results of a run or on none.
        "suppressions": [],
        "properties": {**_properties(finding), **nested.facts(finding.location)},
    }


def _related(finding: Finding) -> list[tuple[Location, str]]:
    """Return the other parts of the credential first, then the other places of the same secret."""
    parts = [
        (part.location, _plain(f"{prose(part.rule_name)}: {printable(part.secret.masked)}")) for part in finding.parts
    ]
    return [*parts, *((place, "The same secret.") for place in finding.also)]


def _message(finding: Finding, rule: RuleInfo | None) -> str:
    masked = printable(finding.secret.masked)
    why = f" {unapproved(finding).capitalize()}." if finding.unapproved else ""
    return _plain(f"{prose(finding.rule_name)}: {masked} ({why_sure(finding)}).{why} {advice(finding, rule)}")


def _plain(text: str) -> str:
    """Square brackets would begin a link, which a message must not hold."""
    return text.replace("[", "(").replace("]", ")")


def _properties(finding: Finding) -> Object:
    facts: Object = {
        "id": finding.id,
        "severity": finding.severity,
        "evidence": finding.evidence,
        "confidence": finding.confidence,
    }
    if place := kind_of_place(finding.location):
        facts["place"] = place
    if finding.location.via:
        facts["via"] = [printable(way) for way in finding.location.via]
    who = finding.location.provenance
    if who is not None:
        facts |= {"commit": who.commit, "author": printable(who.author), "date": printable(who.date)}
    if finding.facts:
        facts["facts"] = [prose(fact) for fact in finding.facts]
    if finding.refused:
        facts["refusedMarker"] = _marker(finding.refused)
    if finding.unapproved:
        facts["unapproved"] = prose(finding.unapproved)
    if finding.in_head is not None:
        facts["inHead"] = finding.in_head
    return {**facts, "exposure": _exposure(finding.exposure)} if finding.exposure else facts


def _marker(marker: Marker) -> Object:
    return {"tool": marker.tool, "line": marker.line, "rules": [printable(rule) for rule in marker.rules]}


def _exposure(exposure: Exposure) -> Object:
    commits = (("lastIn", exposure.last), ("removedIn", exposure.removed))
    told = {
        key: {"commit": who.commit, "author": printable(who.author), "date": printable(who.date)}
        for key, who in commits
        if who is not None
    }
    return {
        **told,
        **({} if exposure.days is None else {"days": exposure.days}),
        "stands": exposure.stands,
        "tips": [_refs(refs) for refs in exposure.tips],
        "reach": [_refs(refs) for refs in exposure.reach],
        "exact": exposure.exact,
    }


def _refs(refs: Refs) -> Object:
    return {"kind": refs.kind, "total": refs.total, "names": [printable(name) for name in refs.names]}


def _allowed(entry: Suppressed, report: ScanReport, rules: dict[str, int], nested: Nested) -> Object:
    suppression: Object = {
        "kind": "inSource" if entry.reason == "inline" else "external",
        "justification": by_whom(entry),
    }
    if marker := entry.marker:
        suppression["properties"] = {"marker": _marker(marker)}
    return {**_result(entry.finding, report, rules, nested), "suppressions": [suppression]}


def _invocation(report: ScanReport) -> Object:
    notices = [_told(notice, report.root) for notice in report.notices]
    notices += [{"level": "note", "message": {"text": prose(f"The configuration: {line}")}} for line in report.policy]
    return {
        "executionSuccessful": not report.incomplete,
        **({"toolConfigurationNotifications": notices} if notices else {}),
        "toolExecutionNotifications": [
            _notification(skip, report.root) for skip in report.skips if skip.incomplete or skip.reason == PACKED
        ],
    }


def _told(notice: Notice, root: bytes) -> Object:
    told: Object = {"level": "warning", "message": {"text": prose(notice.message)}}
    if notice.path:
        region: Object = {"region": {"startLine": notice.line}} if notice.line else {}
        place = {"artifactLocation": artifact(BlobOrigin("", notice.path), root), **region}
        told |= {"locations": [{"physicalLocation": place}], "properties": {"kind": notice.kind}}
    return told


def _notification(skip: Skip, root: bytes) -> Object:
    detail = f" ({prose(skip.detail)})" if skip.detail else ""
    return {
        "level": "warning",
        "message": {"text": f"Not read: {name(skip.origin)}: {SKIPPED.get(skip.reason, skip.reason)}{detail}"},
        "locations": [whole(skip.origin, root)],
        "properties": {"reason": skip.reason},
    }


def _facts(report: ScanReport) -> Object:
    stats = report.stats
    return {
        "scope": stats.scope,
        "read": stats.read,
        "bytes": stats.bytes,
        "leftOutByDecision": sum(not skip.incomplete for skip in report.skips),
        "rulesDigest": report.rules_digest,
        "reader": report.reader,
        "prefilter": report.prefilter,
    }
