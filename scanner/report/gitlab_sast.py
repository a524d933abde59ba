"""The report for GitLab's security pages: a SAST report, schema 15. It never shows a secret.

A scan that could not read everything is one with the status `failure`, and a message for each reason.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timezone
from typing import Final, TextIO
from uuid import NAMESPACE_URL, uuid5

from scanner.model import POLICY_CHANGE, Finding, Location, RuleInfo, ScanReport, Severity
from scanner.redact import printable
from scanner.report import Options
from scanner.report._artifact import Object, file_name
from scanner.report._place import in_order
from scanner.report._words import SKIPPED, advice, place_of, prose, why_sure

VERSION: Final = "15.0.7"
HOME: Final = "https://github.com/redhanded/redhanded"

_LONGEST_NAME: Final = 255  # characters; GitLab refuses a report with more
_LONGEST_SOLUTION: Final = 7_000
_SEVERITIES: Final[dict[Severity, str]] = {
    "critical": "Critical",
    "high": "High",
    "medium": "Medium",
    "low": "Low",
    "info": "Info",
}


def render(report: ScanReport, out: TextIO, options: Options) -> None:
    rules = {rule.id: rule for rule in report.rules}
    found = [_vulnerability(finding, rules.get(finding.rule_id), report.root) for finding in in_order(report)]
    document: Object = {"version": VERSION, "scan": _scan(report), "vulnerabilities": found}
    json.dump(document, out, ensure_ascii=True, allow_nan=False, indent=2)
    out.write("\n")


def _scan(report: ScanReport) -> Object:
    reasons = Counter(skip.reason for skip in report.skips if skip.incomplete)
    tool = {
        "id": "redhanded",
        "name": "redhanded",
        "url": HOME,
        "version": printable(report.version),
        "vendor": {"name": "redhanded"},
    }
    return {
        "type": "sast",
        "status": "failure" if report.incomplete else "success",
        "start_time": _time(report.started),
        "end_time": _time(report.started + report.stats.seconds),
        "analyzer": tool,
        "scanner": tool,
        "messages": [
            {"level": "warn", "value": f"Not read: {number:,}: {SKIPPED.get(reason, reason)}"}
            for reason, number in sorted(reasons.items())
        ]
        + [
            # The format has no other place for it; what a repository chose is not shown as Markdown here.
            {"level": "info", "value": f"The change alters the policy: {place_of(notice)}{prose(notice.message)}"}
            for notice in report.notices
            if notice.kind == POLICY_CHANGE
        ],
    }


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")


def _vulnerability(finding: Finding, rule: RuleInfo | None, root: bytes) -> Object:
    masked = printable(finding.secret.masked).replace("`", "'")
    rule_id = printable(finding.rule_id)
    about = prose(rule.description) if rule else ""
    links = [printable(link) for link in rule.references if link.startswith("https://")] if rule else []
    return {
        "id": str(uuid5(NAMESPACE_URL, f"{HOME}#{finding.fingerprint} {finding.id}")),
        "category": "sast",
        "name": prose(finding.rule_name)[:_LONGEST_NAME],
        # Shown as Markdown, so nothing is in it that the repository chose: not where it stands, for one.
        "description": f"`{masked}` ({why_sure(finding)}). {about}".rstrip(),
        "severity": _SEVERITIES[finding.severity],
        "solution": advice(finding, rule)[:_LONGEST_SOLUTION],
        "identifiers": [{"type": "redhanded_rule_id", "name": f"redhanded {rule_id}", "value": rule_id}],
        "links": [{"url": link} for link in links],
        "location": _location(finding.location, root),
    }


def _location(where: Location, root: bytes) -> Object:
    return {"file": file_name(where.origin, root), "start_line": where.start.line, "end_line": where.end.line}
