"""The report formats: each turns one ScanReport into text on one stream, and decides nothing else.

A format is a module with a `render` function and one line in FORMATS. The modules are named, not imported,
so that the commit hook pays for none that it does not use.
"""

from __future__ import annotations

from importlib import import_module
from typing import Final, NamedTuple, Protocol, TextIO

from scanner.model import ScanReport
from scanner.report._veil import veiled as veiled

FORMATS: Final[dict[str, str]] = {
    "text": "scanner.report.text",
    "json": "scanner.report.json_report",
    "sarif": "scanner.report.sarif",
    "github": "scanner.report.github",
    "gitlab-codequality": "scanner.report.gitlab_codequality",
    "gitlab-sast": "scanner.report.gitlab_sast",
}


class Options(NamedTuple):
    """How to show a report. `width` is where prose is broken, in characters; paths are never broken."""

    color: bool = False
    verbose: bool = False
    show_secrets: bool = False
    width: int = 100


class Render(Protocol):
    """What every format's module offers under the name `render`."""

    def __call__(self, report: ScanReport, out: TextIO, options: Options) -> None: ...


def render(name: str, report: ScanReport, out: TextIO, options: Options) -> None:
    """Write `report` to `out` in the format `name`, one of FORMATS.

    Masking happens here, before any format sees the report, so that a new format cannot forget it.
    """
    draw: Render = import_module(FORMATS[name]).render
    draw(report if options.show_secrets else veiled(report), out, options)
