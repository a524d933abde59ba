"""What a path has a say in, once it is known: whether a rule is for such files, and how sure the judge is."""

from __future__ import annotations

from collections import Counter

from scanner.engine.batch import BatchResult
from scanner.engine.graded import graded_by_path
from scanner.engine.paths import only_where_rules_apply
from scanner.engine.scan import Scanner
from scanner.model import Finding
from scanner.refine import OF_FILE


def by_path(result: BatchResult, scanner: Scanner) -> BatchResult:
    """Drop what is no finding at its paths, and count what is too unlikely there."""
    paths = {rule.id: rule.paths for rule in scanner.active if rule.paths}
    of_files = {rule.id for rule in scanner.active if OF_FILE in rule.tags}
    guesses = {rule.id for rule in scanner.active if "generic" in rule.tags}

    def weighed(findings: tuple[Finding, ...]) -> tuple[tuple[Finding, ...], int]:
        return graded_by_path(only_where_rules_apply(findings, paths, of_files, guesses), scanner.gate)

    findings, gone = weighed(result.findings)
    drops = Counter(dict(result.drops))
    drops["unlikely"] += gone
    # What would be no finding needs no comment to allow it.
    allowed = tuple(entry for entry in result.suppressed if weighed((entry.finding,))[0])
    return result._replace(findings=findings, suppressed=allowed, drops=tuple(sorted((+drops).items())))
