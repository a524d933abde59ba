"""The report for GitLab's merge request widget: a code quality report. It never shows a secret.

The format has no place for what was not read; the exit code says that, and the job's log.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Final, TextIO

from scanner.model import Finding, RuleInfo, ScanReport, Severity
from scanner.redact import printable
from scanner.report import Options
from scanner.report._artifact import Object, file_name
from scanner.report._place import in_order
from scanner.report._words import advice, prose, why_sure

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
    json.dump(issues, out, ensure_ascii=True, allow_nan=False, indent=2)
    out.write("\n")


def _issue(finding: Finding, rule: RuleInfo | None, root: bytes, seen: dict[str, int]) -> Object:
    masked = printable(finding.secret.masked)
    path = file_name(finding.location.origin, root)
    return {
        "description": f"{prose(finding.rule_name)}: {masked} ({why_sure(finding)}). {advice(finding, rule)}",
        "check_name": printable(finding.rule_id),
        "fingerprint": _fingerprint(f"{finding.fingerprint} {path}", seen),
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": path, "lines": {"begin": finding.location.start.line, "end": finding.location.end.line}},
    }


def _fingerprint(what: str, seen: dict[str, int]) -> str:
    """Return what names the issue, also when its line has moved: the secret, the file, and the how-manyth there."""
    seen[what] = seen.get(what, 0) + 1
    return sha256(f"{what} {seen[what]}".encode()).hexdigest()
