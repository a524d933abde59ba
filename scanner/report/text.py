"""The report for a person whose commit was just stopped: what, where, how sure, and what to do about it.

The end of the report, what was and was not read, is in `_coverage`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TextIO

from scanner.model import POLICY_CHANGE, Finding, Location, RuleInfo, ScanReport
from scanner.redact import Secret, printable
from scanner.report import Options
from scanner.report._coverage import coverage, summary
from scanner.report._exposure import past, today
from scanner.report._place import encodings, in_order, kind_of_place, place, reads_history, short
from scanner.report._receipt import short_form
from scanner.report._words import PLACES, advice, count, paint, prose, unapproved, whose, why_sure, wrap

_SOME_PLACES: Final = 3  # of the others where the same secret stands; the rest under --verbose
_ID: Final = 12  # hex digits of a fingerprint: enough to tell findings apart, and to name one to `redhanded allow add`
_INDENT: Final = " " * 4
_LABEL: Final = 13
_STYLES: Final = {"critical": "red", "high": "red", "medium": "yellow", "low": "dim", "info": "dim"}


def render(report: ScanReport, out: TextIO, options: Options) -> None:
    rules = {rule.id: rule for rule in report.rules}
    for finding in in_order(report):
        out.write("\n".join(lines_of(finding, rules.get(finding.rule_id), options)) + "\n\n")
    if report.findings and report.command == "staged":
        out.write("\n".join(_next_steps(report, options)) + "\n\n")
    elif any(finding.rule_id != POLICY_CHANGE for finding in report.findings):
        out.write("\n".join(_hints(report, options)) + "\n\n")
    for part in coverage(report, options):
        out.write(part + "\n\n")
    if report.stats.details:
        out.write("\n".join(short_form(report)) + "\n\n")
    out.write(summary(report, options) + "\n")


def lines_of(finding: Finding, rule: RuleInfo | None, options: Options) -> Iterator[str]:
    """Yield all that is to be said of one finding."""
    severity = paint(finding.severity, _STYLES[finding.severity], options.color)
    yield f"{paint(place(finding.location), 'bold', options.color)}  {_rule(finding)}"
    if finding.rule_id == POLICY_CHANGE:
        yield from _policy_change(finding, options)
        return
    yield _line("secret", _secret(finding.secret, options))
    if (kind := kind_of_place(finding.location)) and kind != "file":
        yield _line("in", PLACES[kind])
    if ways := encodings(finding.location):
        yield _line("written in", ways)
    yield _line("severity", severity)
    yield from _parts(finding, options)
    for fact in finding.facts:
        yield _field("it tells", prose(fact), options)
    yield _field("evidence", why_sure(finding), options)
    if finding.refused:
        yield _field("marker", f"not accepted under a strict policy: {whose(finding.refused)}", options)
    if finding.unapproved:
        yield _field("policy", unapproved(finding), options)
    if options.verbose and rule and rule.description:
        yield _field("meaning", prose(rule.description), options)
    for label, words in past(finding):
        yield _line(label, words)
    if now := today(finding):
        yield _field("today", now, options)
    yield from _others(finding, options)
    yield _field("advice", advice(finding, rule), options)
    yield _line("id", printable(finding.fingerprint if options.verbose else finding.fingerprint[:_ID]))


def _policy_change(finding: Finding, options: Options) -> Iterator[str]:
    yield _field("the change", ", ".join(map(prose, finding.notes)), options)
    yield _field("advice", advice(finding, None), options)


def _rule(finding: Finding) -> str:
    return f"{prose(finding.rule_name)} [{printable(finding.rule_id)}]"


def _secret(secret: Secret, options: Options) -> str:
    value = secret.reveal() if options.show_secrets else b""
    return printable(value) if value else printable(secret.masked)


def _parts(finding: Finding, options: Options) -> Iterator[str]:
    for part in finding.parts:
        line, column = part.location.start
        is_beside = part.location.origin == finding.location.origin
        where = f"line {line}, column {column}" if is_beside else place(part.location)
        yield _line("with its", f"{prose(part.rule_name)} at {where}: {_secret(part.secret, options)}")


def _others(finding: Finding, options: Options) -> Iterator[str]:
    if not finding.also:
        return
    shown = finding.also if options.verbose else finding.also[:_SOME_PLACES]
    yield _line("also in", count(len(finding.also), "other place") + ":")
    for location in shown:
        yield _line("", _other(location))
    if len(shown) < len(finding.also):
        yield _line("", f"... and {len(finding.also) - len(shown):,} more (-v lists them)")


def _other(location: Location) -> str:
    who = location.provenance
    ways = f", in {ways}" if (ways := encodings(location)) else ""
    return f"{place(location)}{ways} ({short(who.commit)})" if who else place(location) + ways


def _line(label: str, text: str) -> str:
    return f"{_INDENT}{label:<{_LABEL}}{text}"


def _field(label: str, text: str, options: Options) -> str:
    return wrap(text, _line(label, ""), _line("", ""), options.width)


def _next_steps(report: ScanReport, options: Options) -> Iterator[str]:
    rules = {finding.rule_id for finding in report.findings}
    rule = printable(min(rules)) if len(rules) == 1 else "rule-id"
    steps = (
        "Remove it from the file: read it from the environment or a secret manager. Then stage the file.",
        "Rotate it (revoke it and issue a new one) if it was ever pushed or shared.",
        "If it is a false alarm, allow it with a comment on that line or the line before:",
    )
    yield paint("What to do next", "bold", options.color)
    for number, step in enumerate(steps, 1):
        yield wrap(step, f"  {number}. ", " " * 5, options.width)
    yield f"{' ' * 7}redhanded: allow[{rule}] reason"  # on a line of its own, to be copied whole
    yield "     or, without touching that file:"
    yield f"{' ' * 7}{_allow(report)}"


def _hints(report: ScanReport, options: Options) -> Iterator[str]:
    """Yield what to do about findings where nobody waits for a commit: commands, and what they do where it has room."""
    commands = [("redhanded why FILE:LINE", "explains one of them")] if not reads_history(report.command) else []
    if report.command in ("scan", "history"):
        mode = " --history" if report.command == "history" else ""
        commands.append((f"redhanded review{mode}", "goes through them, one by one"))
    commands.append((_allow(report), "accepts one that is no secret"))
    width = max(len(command) for command, _ in commands)
    yield paint("Next:", "bold", options.color)
    for command, does in commands:
        line = f"  {command:<{width}}  {does}"
        yield line if len(line) <= options.width else f"  {command}"


def _allow(report: ScanReport) -> str:
    ids = {finding.fingerprint[:_ID] for finding in report.findings if finding.rule_id != POLICY_CHANGE}
    return f'redhanded allow add {printable(min(ids)) if len(ids) == 1 else "ID"} --reason "..."'
