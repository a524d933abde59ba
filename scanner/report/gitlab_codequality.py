"""The report for GitLab's merge request widget: a code quality report. It never shows a secret.

The format has no place for what was not read; the exit code says that, and the job's log.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Final, TextIO

from scanner.model import POLICY_CHANGE, BlobOrigin, Finding, Notice, RuleInfo, ScanReport, Severity
from scanner.redact import printable
from scanner.report import Options
from scanner.report._artifact import Object, file_name
from scanner.report._place import in_order
from scanner.report._words import advice, prose, unapproved, why_sure

_SEVERITIES: Final[dict[Severity, str]] = {
    "critical": "blocker",
    "high": "critical",
    "medium": "major",
    "low": "minor",
    "info": "info",
}


def render(report: ScanReport, out: TextIO, options: Options) -> None:
    rules = {rule.id: rule for rule in report.rules}
    seen: dict[str, int] = {}
    issues = [_issue(finding, rules.get(finding.rule_id), report.root, seen) for finding in in_order(report)]
    issues += [_change(notice, report.root, seen) for notice in report.notices if notice.kind == POLICY_CHANGE]
    json.dump(issues, out, ensure_ascii=True, allow_nan=False, indent=2)
    out.write("\n")


def _change(notice: Notice, root: bytes, seen: dict[str, int]) -> Object:
    path = file_name(BlobOrigin("", notice.path), root)
    return {
        "description": f"The change alters the policy: {prose(notice.message)}",
        "check_name": POLICY_CHANGE,
        "fingerprint": _fingerprint(f"{POLICY_CHANGE} {notice.message} {path}", seen),
        "severity": "info",
        "location": {"path": path, "lines": {"begin": max(1, notice.line), "end": max(1, notice.line)}},
    }


def _issue(finding: Finding, rule: RuleInfo | None, root: bytes, seen: dict[str, int]) -> Object:
    masked = printable(finding.secret.masked)
    path = file_name(finding.location.origin, root)
    why = f" {unapproved(finding).capitalize()}." if finding.unapproved else ""
    return {
        "description": f"{prose(finding.rule_name)}: {masked} ({why_sure(finding)}).{why} {advice(finding, rule)}",
        "check_name": printable(finding.rule_id),
        "fingerprint": _fingerprint(f"{finding.fingerprint} {path}", seen),
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": path, "lines": {"begin": finding.location.start.line, "end": finding.location.end.line}},
    }


def _fingerprint(what: str, seen: dict[str, int]) -> str:
    """Return what names the issue, also when its line has moved: the secret, the file, and the how-manyth there."""
    seen[what] = seen.get(what, 0) + 1
    return sha256(f"{what} {seen[what]}".encode()).hexdigest()
