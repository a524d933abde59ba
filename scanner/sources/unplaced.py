"""Findings to incidents when git is not to be asked any more: the same secrets, where they were met."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from scanner.engine.batch import BatchResult
from scanner.engine.run import finding_order
from scanner.model import Finding

UNSAID: Final = "which commits, paths and refs have what was found was not looked up, nor whether it is excluded"


def unplaced(result: BatchResult) -> BatchResult:
    """Return one finding per rule and secret, with every object that has it, allowed ones apart."""
    allowed = {entry.finding.fingerprint: entry for entry in result.suppressed}
    suppressed = _merged(entry.finding for entry in result.suppressed)
    return result._replace(
        findings=_merged(result.findings),
        suppressed=tuple(allowed[finding.fingerprint]._replace(finding=finding) for finding in suppressed),
    )


def _merged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    groups: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in sorted(findings, key=finding_order):
        groups[finding.rule_id, finding.fingerprint].append(finding)
    return tuple(map(_one, groups.values()))


def _one(group: list[Finding]) -> Finding:
    # Where its other parts stand beside it, it opens the most.
    whole = max(group, key=lambda finding: len(finding.parts))
    places = dict.fromkeys((whole.location, *(finding.location for finding in group)))
    return whole._replace(also=tuple(places)[1:])
