"""What `redhanded staged` says of secrets that were allowed before the commit, and are in the open after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from scanner.cli.allowed import of_entries, of_repository
from scanner.cli.entries import SHORT
from scanner.cli.environment import Environment
from scanner.engine.batch import BatchResult
from scanner.engine.scan import Scanner
from scanner.errors import RedhandedError
from scanner.git.command import Git
from scanner.git.index import Change
from scanner.model import Finding, Notice
from scanner.policy.allowfolder import FOLDER, parse_all
from scanner.redact import printable
from scanner.sources.unprotected import files_of_head, without_comment


class Staging(NamedTuple):
    """What is about to be committed, and where."""

    git: Git
    changes: Sequence[Change]
    root: str


def unprotected(staging: Staging, unchanged: BatchResult, scanner: Scanner, environment: Environment) -> list[Notice]:
    """Tell of the findings on unchanged lines that a comment or a suppression allowed in HEAD, and none does any more.

    They are in HEAD already, so they stop no commit; but who takes the comment away should know what comes of it.
    """
    rules = frozenset(rule.id for rule in scanner.active)
    open_ones = of_repository(staging.root, environment)(unchanged, rules).findings
    if not open_ones:
        return []
    bared = without_comment(staging.git, staging.changes, open_ones, scanner.scan_blob)
    others = tuple(finding for finding in open_ones if all(finding is not one for one in bared))
    try:
        before = parse_all(files_of_head(staging.git, FOLDER))
        left = of_entries(staging.root, before, environment)(BatchResult(others), rules).findings
    except RedhandedError:  # HEAD's are not in order, and allowed nothing
        left = others
    lost = (finding for finding in others if all(finding is not one for one in left))
    return [*(notice(one, "a comment") for one in bared), *(notice(one, "a suppression") for one in lost)]


def notice(finding: Finding, by: str) -> Notice:
    at = finding.location
    place = f"{printable(at.origin.path)}:{at.start.line}:{at.start.column}"
    told = (
        f"{place}: [{finding.rule_id}] {finding.secret.masked} stands there as before, and {by} that allowed it does so"
    )
    return Notice("unprotected", f"{told} no longer (id {finding.fingerprint[:SHORT]})")
