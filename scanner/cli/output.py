"""Where reports go: standard output or a file, opened only when there is something to write."""

from __future__ import annotations

import json
import os
import shutil
from argparse import Namespace
from collections import Counter

from scanner.cli.environment import Environment
from scanner.errors import RedhandedError
from scanner.model import ScanReport
from scanner.redact import printable
from scanner.report import Options, render


def write_report(report: ScanReport, options: Namespace, environment: Environment) -> None:
    """Render the report. Raises RedhandedError when the file cannot be written, BrokenPipeError on a closed pipe."""
    to_file = bool(options.output) and options.output != "-"
    color = environment.is_terminal and not to_file and not environment.variables.get("NO_COLOR")
    how = Options(
        color=color,
        verbose=options.verbose,
        show_secrets=options.show_secrets,
        width=shutil.get_terminal_size().columns if environment.is_terminal else 100,
    )
    if not to_file:
        render(options.format, report, environment.out, how)
        environment.out.flush()
        return
    try:
        with open(options.output, "w", encoding="utf-8", errors="backslashreplace") as file:
            render(options.format, report, file, how)
    except OSError as error:
        raise _unwritable(options.output, error) from None


def write_receipt(report: ScanReport, options: Namespace, environment: Environment) -> None:
    """Write what was in scope, read and skipped, if asked to. Raises RedhandedError."""
    if options.receipt is None:
        return
    if options.receipt == "-":
        environment.err.write(_as_text(report))
        return
    try:
        with open(options.receipt, "w", encoding="utf-8") as file:
            json.dump(receipt(report), file, indent=2)
            file.write("\n")
    except OSError as error:
        raise _unwritable(options.receipt, error) from None


def receipt(report: ScanReport) -> dict[str, object]:
    """Return the coverage receipt as JSON values."""
    stats = report.stats
    return {
        "schema": "redhanded-receipt/1",
        "version": report.version,
        "command": report.command,
        "complete": not report.incomplete,
        "scope": stats.scope,
        "read": stats.read,
        "bytes": stats.bytes,
        "seconds": round(stats.seconds, 3),
        "reader": report.reader,
        "prefilter": report.prefilter,
        "rules": len(report.rules),
        "rules_digest": report.rules_digest,
        "skipped": [
            {
                "kind": skip.origin.kind,
                "path": os.fsdecode(skip.origin.path).encode("utf-8", "backslashreplace").decode(),
                "object": getattr(skip.origin, "oid", None),
                "reason": skip.reason,
                "detail": skip.detail,
                "incomplete": skip.incomplete,
            }
            for skip in report.skips
        ],
    }


def _as_text(report: ScanReport) -> str:
    stats = report.stats
    verdict = "INCOMPLETE" if report.incomplete else "complete"
    lines = [
        f"receipt: {verdict}; {stats.scope:,} in scope, {stats.read:,} read ({stats.bytes:,} bytes), "
        f"{len(report.skips):,} skipped",
        f"receipt: {len(report.rules)} rules {report.rules_digest}, reader {report.reader}, prefilter {report.prefilter}",
    ]
    reasons = Counter((skip.reason, skip.incomplete) for skip in report.skips)
    for (reason, incomplete), count in sorted(reasons.items()):
        lines.append(f"receipt: skipped {count:,}: {reason} ({'not read' if incomplete else 'by decision'})")
    return "\n".join(lines) + "\n"


def _unwritable(path: str, error: OSError) -> RedhandedError:
    return RedhandedError(f"cannot write {printable(path)}: {error.strerror}", "the scan itself was finished; name another file")
