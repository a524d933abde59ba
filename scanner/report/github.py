"""The report as GitHub Actions shows it beside the code: one workflow command for each finding. No secrets in it.

What was not read is a warning, so that a job's summary says it too.
"""

from __future__ import annotations

from typing import Final, TextIO

from scanner.model import POLICY_CHANGE, BlobOrigin, Finding, NameOrigin, RefOrigin, RuleInfo, ScanReport, Severity
from scanner.redact import printable
from scanner.report import Options
from scanner.report._artifact import file_name
from scanner.report._place import in_order, object_id, place, short
from scanner.report._words import PACKED, advice, place_of, prose, tally, unapproved, why_sure

_CHANGE: Final = "redhanded: the change alters the policy"
_LEVELS: Final[dict[Severity, str]] = {
    "critical": "error",
    "high": "error",
    "medium": "warning",
    "low": "notice",
    "info": "notice",
}


def render(report: ScanReport, out: TextIO, options: Options) -> None:
    rules = {rule.id: rule for rule in report.rules}
    for finding in in_order(report):
        out.write(_command(_level(finding), _place(finding, report.root), _message(finding, rules)))
    for notice in report.notices:
        if notice.kind == POLICY_CHANGE:
            line = {"line": f"{notice.line}"} if notice.line else {}
            place = {"file": file_name(BlobOrigin("", notice.path), report.root), **line} if notice.path else {}
            out.write(_command("notice", {**place, "title": _CHANGE}, f"{place_of(notice)}{prose(notice.message)}"))
    unread = [skip for skip in report.skips if skip.incomplete]
    if unread:
        what = f"{len(unread):,} in scope not read, or not wholly: {tally(skip.reason for skip in unread)}"
        out.write(_command("warning", {"title": "redhanded: the scan is incomplete"}, what))
    for skip in (skip for skip in report.skips if skip.reason == PACKED):
        place = {"file": file_name(skip.origin, report.root), "title": "redhanded: it cannot be unpacked"}
        out.write(_command("notice", place, f"not read: {prose(skip.detail)}"))


def _level(finding: Finding) -> str:
    return "notice" if finding.evidence == "statistical" else _LEVELS[finding.severity]


def _place(finding: Finding, root: bytes) -> dict[str, str]:
    title = {"title": prose(finding.rule_name)}
    origin, start, end = finding.location.origin, finding.location.start, finding.location.end
    if isinstance(origin, RefOrigin) or (not origin.path and object_id(origin)):
        return title  # or a message: there is no file beside which it could be shown
    if isinstance(origin, NameOrigin) or finding.location.inside:
        return {"file": file_name(origin, root), **title}  # it stands in none of its lines
    lines = {"line": f"{start.line}", "endLine": f"{end.line}"}
    columns = {"col": f"{start.column}", "endColumn": f"{end.column}"} if start.line == end.line else {}
    return {"file": file_name(origin, root), **lines, **columns, **title}


def _message(finding: Finding, rules: dict[str, RuleInfo]) -> str:
    who = finding.location.provenance
    since = f", in commit {short(who.commit)}" if who else ""
    masked = printable(finding.secret.masked)
    if finding.rule_id == POLICY_CHANGE:
        return f"{place(finding.location)}: {', '.join(map(prose, finding.notes))}. {advice(finding, None)}"
    facts = f"{place(finding.location)}{since}: {masked} [{printable(finding.rule_id)}], {why_sure(finding)}."
    why = f" {unapproved(finding).capitalize()}." if finding.unapproved else ""
    return f"{facts}{why} {advice(finding, rules.get(finding.rule_id))}"


def _command(level: str, properties: dict[str, str], message: str) -> str:
    """Return a workflow command. Escaped as the runner undoes it, so that no name can end a property or the command."""
    given = ",".join(f"{key}={_value(value)}" for key, value in properties.items())
    return f"::{level} {given}::{_data(message)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _value(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
