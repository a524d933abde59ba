"""Where reports go: standard output or a file, opened only when there is something to write."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final, TextIO

from scanner.cli.environment import Environment, stdout_error
from scanner.errors import RedhandedError, UsageError
from scanner.model import ScanReport
from scanner.redact import printable
from scanner.report import Options, render, veiled

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
        raise UsageError(f"{option} {printable(path)}: is a link, and is not followed", "name a file")
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
        with _whole(options.output, options.show_secrets) as file:
            render(options.format, report, file, how)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise (_unwritable(options.output, error) if to_file else stdout_error(error)) from None


@contextmanager
def _whole(path: str, private: bool) -> Iterator[TextIO]:
    """Yield the file, to be written to. When that fails, nothing of it stays: half a report looks like a whole one.

    Raises OSError.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if private else 0o666)
    try:
        with open(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            yield file
    except BaseException:
        if os.path.isfile(path):
            with suppress(OSError):
                os.unlink(path)
        raise


def write_receipt(report: ScanReport, options: Namespace, environment: Environment) -> None:
    """Write what was in scope, read and skipped, if asked to. Raises RedhandedError."""
    if options.receipt is None:
        return
    from scanner.report._receipt import lines, receipt

    report = veiled(report)  # a skip may be named after the secret that it holds
    try:
        if options.receipt == "-":
            environment.err.writelines(f"{line}\n" for line in lines(report))
            environment.err.flush()
            return
        with _whole(options.receipt, False) as file:
            import json

            json.dump(receipt(report), file, indent=2)
            file.write("\n")
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _unwritable("to standard error" if options.receipt == "-" else options.receipt, error) from None


def _unwritable(path: str, error: OSError) -> RedhandedError:
    problem = f"cannot write {printable(path)}: {error.strerror or type(error).__name__}"
    return RedhandedError(problem, "the scan itself was finished; make room, or name another file")
