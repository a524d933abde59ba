"""`redhanded rules diff`: what another rule set would find in one's own repository, and what it costs."""

from __future__ import annotations

import os
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

from scanner.cli.environment import Environment
from scanner.errors import CLEAN, FINDINGS, UsageError

if TYPE_CHECKING:
    from scanner.cli.rules.diff.measure import Measured

DESCRIPTION: Final = """\
Show which findings appear, vanish or change when the rules OLD give way to NEW, on your own files or
history, and what both cost, measured in this run. OLD and NEW are each a rule file, a folder of them,
`builtin`, what a folder of this repository held in a commit (REV:FOLDER), several of these joined by +,
or the JSON report of an earlier run. Secrets are masked.
"""
EPILOG: Final = """\
exit codes: 0, whatever differs; with --exit-code 1 when something does

examples:
  redhanded rules diff builtin builtin+acme.yaml       what our own rules add
  redhanded rules diff main:rules rules src            what this branch changes, in src
  redhanded rules diff old.json builtin --history      another version's report, and this one"""


def add_options(parser: ArgumentParser) -> None:
    parser.add_argument("old", metavar="OLD", help="the rules to compare with")
    parser.add_argument("new", metavar="NEW", help="the rules to try")
    parser.add_argument("path", metavar="PATH", nargs="?", default=".", help="what to scan (default: .)")
    parser.add_argument("--history", action="store_true", help="scan the whole history of the repository at PATH")
    parser.add_argument("--extended", action="store_true", help="also use the rules that are off by default")
    parser.add_argument("--exit-code", action="store_true", help="exit with 1 if a finding differs")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to report (default: text)")


def run(options: Namespace, environment: Environment) -> int:
    from scanner.cli.rules.diff import show
    from scanner.cli.rules.diff.compare import compare
    from scanner.cli.rules.diff.measure import measured
    from scanner.cli.rules.diff.sides import side

    if not os.path.lexists(os.path.join(environment.folder, options.path)):
        raise UsageError(f"{options.path}: there is no such file or folder", "name what to scan with both rule sets")
    with ExitStack() as opened:
        folder = opened.enter_context(tempfile.TemporaryDirectory(prefix="redhanded-rules-"))
        names = {"old": options.old, "new": options.new}
        sides = [side(text, environment, os.path.join(folder, name)) for name, text in names.items()]
        old, new = measured(sides, folder, options, environment)
    _check_commands(options, old, new)
    compared = compare(old.report["findings"], new.report["findings"])
    write = show.as_json if options.format == "json" else show.as_text
    write(environment.out, show.Shown(old, new, compared, options.path, options.history))
    return FINDINGS if options.exit_code and compared.differs else CLEAN


def _check_commands(options: Namespace, *found: Measured) -> None:
    """Refuse to compare a scan of files with one of a history: everything would differ."""
    wanted = "history" if options.history else "scan"
    for one in found:
        command = _command(one.report)
        if command != wanted and not all(other.side.report is not None for other in found):
            help = "--history goes with a report of `history`, and without it with one of `scan`"
            raise UsageError(f"{one.side.name} is a report of `{command}`, not of `{wanted}`", help)
    if len({_command(one.report) for one in found}) > 1:
        raise UsageError("the two reports are of different commands", "compare reports of the same one")


def _command(report: Mapping[str, object]) -> str:
    return str(report["command"])
