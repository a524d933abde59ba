"""What is said of the policy itself, on standard error: the report is about secrets."""

from __future__ import annotations

from argparse import Namespace
from itertools import groupby
from typing import Final

from scanner.cli.environment import Environment
from scanner.model import POLICY_CHANGE, Notice, ScanReport
from scanner.redact import printable

_SOME: Final = 3  # of each kind; the rest under --verbose
_HELP: Final = {
    "expired": "`redhanded allow prune` removes them, `redhanded allow add` with a later --expires renews one",
    "unused": "`redhanded allow prune` removes them",
    "unprotected": "the next scan of all reports them; `redhanded allow add ID --reason WHY` accepts one",
}


def write_notices(report: ScanReport, options: Namespace, environment: Environment) -> None:
    """Tell what fails with --strict-policy; with --verbose, all there is."""
    about = [notice for notice in report.notices if notice.kind != POLICY_CHANGE]  # those are in the report
    told = [notice for notice in about if notice.fails or options.verbose]
    for kind, group in groupby(told, key=lambda notice: notice.kind):
        _write(kind, [*group], options.verbose, environment)
    if options.strict_policy and any(notice.fails for notice in report.notices):
        environment.err.write("redhanded: the policy is not in order, so --strict-policy fails this run\n")


def _write(kind: str, notices: list[Notice], verbose: bool, environment: Environment) -> None:
    shown = notices if verbose else notices[:_SOME]
    lines = [f"redhanded: {printable(notice.message)}" for notice in shown]
    if len(shown) < len(notices):
        lines.append(f"redhanded: ... and {len(notices) - len(shown):,} more that are {kind} (-v lists them)")
    lines.append(f"help:  {_HELP[kind]}")
    environment.err.writelines(f"{line}\n" for line in lines)
