"""A comparison of two rule sets, for people and for programs."""

from __future__ import annotations

import json
from typing import Any, Final, NamedTuple, TextIO

from scanner import __version__
from scanner.cli.rules.diff.compare import Comparison, Found, Pair, overlapping
from scanner.cli.rules.diff.measure import Measured
from scanner.redact import printable

SCHEMA: Final = "redhanded-rules-diff/1"
_LISTED: Final = 20  # ids of rules; all are in the JSON


class Shown(NamedTuple):
    old: Measured
    new: Measured
    compared: Comparison
    path: str
    history: bool

    @property
    def rules(self) -> tuple[list[str], list[str]]:
        """Return the ids of the rules that only the new and only the old side has; none when one is not known."""
        old, new = self.old.rules, self.new.rules
        return ([], []) if old is None or new is None else (sorted(new - old), sorted(old - new))


def as_json(out: TextIO, shown: Shown) -> None:
    added, removed = shown.rules
    compared = shown.compared
    document = {
        "schema": SCHEMA,
        "version": __version__,
        "command": "history" if shown.history else "scan",
        "path": shown.path,
        "old": _side(shown.old),
        "new": _side(shown.new),
        "ratio": {
            "scan": _ratio(shown.old.scanning, shown.new.scanning),
            "compile": _ratio(shown.old.compiling, shown.new.compiling),
        },
        "rules": {"added": added, "removed": removed},
        "appeared": [_masked(finding) for finding in compared.appeared],
        "vanished": [_masked(finding) for finding in compared.vanished],
        "changed": [{"fields": p.fields, "old": _masked(p.old), "new": _masked(p.new)} for p in compared.changed],
        "unchanged": compared.unchanged,
    }
    json.dump(document, out, indent=2)
    out.write("\n")


def _side(one: Measured) -> dict[str, Any]:
    summary = one.report["summary"]
    return {
        "name": one.side.name,
        "rules": summary["rules"],
        "rules_digest": summary["rules_digest"],
        "version": one.report["version"],
        "findings": summary["findings"],
        "read": summary["read"],
        "bytes": summary["bytes"],
        "incomplete": summary["incomplete"],
        "compile_seconds": one.compiling,
        "scan_seconds": one.scanning,
    }


def _ratio(old: float | None, new: float | None) -> float | None:
    return round(new / old, 3) if old and new is not None else None


def as_text(out: TextIO, shown: Shown) -> None:
    what = f"the history of {printable(shown.path)}" if shown.history else printable(shown.path)
    out.write(f"from {_named(shown.old)} to {_named(shown.new)}, on {what}\n\n")
    compared = shown.compared
    for finding in compared.appeared:
        out.write(f"appears   {_line(finding)}{_allowed(finding, shown.old, 'before')}\n")
    for finding in compared.vanished:
        out.write(f"vanishes  {_line(finding)}{_allowed(finding, shown.new, 'now')}\n")
    for pair in compared.changed:
        out.write(f"changes   {_line(pair.new)}\n{_changes(pair)}")
    if not compared.differs:
        out.write("no finding differs\n")
    counts = (len(compared.appeared), len(compared.vanished), len(compared.changed), compared.unchanged)
    out.write("\n{:,} appear, {:,} vanish, {:,} change, {:,} stay as they are\n".format(*counts))
    for title, ids in zip(("only in the new rules", "only in the old rules"), shown.rules, strict=True):
        if ids:
            more = f" and {len(ids) - _LISTED:,} more" if len(ids) > _LISTED else ""
            out.write(f"{title}: {', '.join(ids[:_LISTED])}{more}\n")
    for one in (shown.old, shown.new):
        if one.report["summary"]["incomplete"]:
            name = printable(one.side.name)
            out.write(f"NOT EVERYTHING WAS READ with {name}: what differs may be more (`redhanded scan` says why)\n")
    out.write(_cost("scan", shown.old.scanning, shown.new.scanning))
    out.write(_cost("compile", shown.old.compiling, shown.new.compiling))


def _named(one: Measured) -> str:
    count = one.report["summary"]["rules"]
    kind = "a report, " if one.side.report is not None else ""
    return f"{printable(one.side.name)} ({kind}{count:,} {'rule' if count == 1 else 'rules'})"


def _line(finding: Found) -> str:
    at = finding["location"]
    where = at["path"] or at["place"] or at["kind"]
    inside = f"!{at['inside']}" if at["inside"] else ""
    commit = f" ({at['commit'][:12]})" if at["commit"] else ""
    place = f"{printable(where + inside)}:{at['start']['line']}:{at['start']['column']}{commit}"
    return f"{place}  {printable(finding['rule_id'])}  {finding['severity']}, {finding['evidence']}  {_mask(finding)}"


def _masked(finding: Found) -> Found:
    parts = [{**part, "secret": _mask(part)} for part in finding["parts"]]
    return {**finding, "secret": _mask(finding), "parts": parts}


def _mask(finding: Found) -> str:
    """Return the secret as its report shows it, when that is a mask: a report may have been made to show secrets."""
    shown = str(finding["secret"])
    return printable(shown) if shown.endswith("********") and len(shown) <= 24 else "********"


def _allowed(finding: Found, other: Measured, when: str) -> str:
    found = overlapping(finding, other.report["suppressed"])
    return f"  ({when} allowed: {found['reason']}, {printable(found['rule_id'])})" if found else ""


def _changes(pair: Pair) -> str:
    lines = []
    for field in pair.fields:
        old, new = (_value(side, field) for side in (pair.old, pair.new))
        lines.append(f"          {field.replace('_id', '')}: {printable(old)} -> {printable(new)}\n")
    return "".join(lines)


def _value(finding: Found, field: str) -> str:
    if field == "span":
        at = finding["location"]
        return "{}:{} to {}:{}".format(*(at[end][part] for end in ("start", "end") for part in ("line", "column")))
    if field == "places":
        return str(1 + len(finding["also"]))
    value = finding[field]
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _cost(what: str, old: float | None, new: float | None) -> str:
    if old is None or new is None:
        return f"{what}: not compared, as a report of an earlier run tells nothing of this machine today\n"
    ratio = f", x{new / old:.2f}" if old else ""
    return f"{what}: {old:.3f} s -> {new:.3f} s{ratio}\n"
