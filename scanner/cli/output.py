"""Where reports go: standard output or a file, opened only when there is something to write."""

from __future__ import annotations

import os
from argparse import Namespace
from collections import Counter
from typing import Final

from scanner.cli.environment import Environment, stdout_error
from scanner.engine.batch import KNOWN
from scanner.errors import RedhandedError, UsageError
from scanner.model import ScanReport
from scanner.redact import printable
from scanner.report import Options, render

RECEIPT_SCHEMA: Final = "redhanded-receipt/1"
_RECEIPT_START: Final = b'{\n  "schema": "redhanded-receipt/'


def check_outputs(options: Namespace) -> None:
    """Refuse, before the work is done, files that cannot or should not be written. Raises UsageError."""
    if options.output is not None and options.output != "-":
        _check_writable("--output", options.output)
    if options.receipt is not None and options.receipt != "-":
        _check_writable("--receipt", options.receipt)
        _check_receipt(options.receipt)


def _check_writable(option: str, path: str) -> None:
    folder = os.path.dirname(path) or "."
    if not path or os.path.isdir(path):
        what = "is a folder" if path else "is an empty name"
        raise UsageError(f"{option} {printable(path) or repr(path)}: {what}", "name a file to be written")
    if not os.path.isdir(folder):
        raise UsageError(f"{option} {printable(path)}: there is no folder {printable(folder)}", "create it first")
    if os.path.islink(path) and not os.path.abspath(path).startswith("/dev/"):
        # What is scanned may be hostile: a link in it could lead to any file of the user's.
        raise UsageError(f"{option} {printable(path)}: this is a link, which is not written through", "name a file")
    if not os.access(path if os.path.lexists(path) else folder, os.W_OK):
        raise UsageError(f"{option} {printable(path)}: Permission denied", "name a file that you may write")


def _check_receipt(path: str) -> None:
    """`--receipt app.py` may have been meant as `--receipt` and the path app.py: do not write over that file."""
    if not os.path.isfile(path):
        return
    with open(path, "rb") as file:
        start = file.read(len(_RECEIPT_START))
    if start not in (b"", _RECEIPT_START):
        problem = f"--receipt {printable(path)}: this file exists and is no receipt"
        raise UsageError(problem, "name a new file, or write --receipt=- when the path is what to scan")


def write_report(report: ScanReport, options: Namespace, environment: Environment) -> None:
    """Render the report. Raises RedhandedError when it cannot be written, BrokenPipeError on a closed pipe."""
    to_file = options.output is not None and options.output != "-"
    color = environment.is_terminal and not to_file and not environment.variables.get("NO_COLOR")
    how = Options(
        color=color,
        verbose=options.verbose,
        show_secrets=options.show_secrets,
        width=os.get_terminal_size(environment.out.fileno()).columns if environment.is_terminal else 100,
    )
    try:
        if not to_file:
            render(options.format, report, environment.out, how)
            environment.out.flush()
            return
        with open(
            _create(options.output, options.show_secrets), "w", encoding="utf-8", errors="backslashreplace"
        ) as file:
            render(options.format, report, file, how)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise (_unwritable(options.output, error) if to_file else stdout_error(error)) from None


def _create(path: str, private: bool) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if private else 0o666)


def write_receipt(report: ScanReport, options: Namespace, environment: Environment) -> None:
    """Write what was in scope, read and skipped, if asked to. Raises RedhandedError."""
    if options.receipt is None:
        return
    try:
        if options.receipt == "-":
            environment.err.write(_as_text(report))
            environment.err.flush()
            return
        with open(_create(options.receipt, False), "w", encoding="utf-8") as file:
            import json

            json.dump(receipt(report), file, indent=2)
            file.write("\n")
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _unwritable("to standard error" if options.receipt == "-" else options.receipt, error) from None


def receipt(report: ScanReport) -> dict[str, object]:
    """Return the coverage receipt as JSON values."""
    stats = report.stats
    return {
        "schema": RECEIPT_SCHEMA,
        "version": report.version,
        "command": report.command,
        "complete": not report.incomplete,
        "scope": stats.scope,
        "read": stats.read,
        "known": stats.details.get(KNOWN, 0),
        "bytes": stats.bytes,
        "seconds": round(stats.seconds, 3),
        "reader": report.reader,
        "prefilter": report.prefilter,
        "rules": len(report.rules),
        "rules_digest": report.rules_digest,
        "skipped": [
            {
                "kind": skip.origin.kind,
                "path": skip.origin.path.decode("utf-8", "surrogateescape"),
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
    known = stats.details.get(KNOWN, 0)
    known_of = f", {known:,} of them by an earlier run that found nothing in them" if known else ""
    lines = [
        f"receipt: {verdict}; {stats.scope:,} in scope, {stats.read:,} read ({stats.bytes:,} bytes){known_of}, "
        f"{len(report.skips):,} skipped",
        f"receipt: {len(report.rules)} rules {report.rules_digest}, "
        f"reader {report.reader}, prefilter {report.prefilter}",
    ]
    reasons = Counter((skip.reason, skip.incomplete) for skip in report.skips)
    for (reason, incomplete), count in sorted(reasons.items()):
        lines.append(f"receipt: skipped {count:,}: {reason} ({'not read' if incomplete else 'by decision'})")
    return "\n".join(lines) + "\n"


def _unwritable(path: str, error: OSError) -> RedhandedError:
    problem = f"cannot write {printable(path)}: {error.strerror or type(error).__name__}"
    return RedhandedError(problem, "the scan itself was finished; make room, or name another file")
