"""Whether a secret is new: not where it stands decides that, but whether the same rule found the same value before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from scanner.engine.batch import BatchResult
from scanner.model import Finding

Key = tuple[str, str]  # rule id, fingerprint


def only_new(result: BatchResult, before: BatchResult) -> BatchResult:
    """Set aside what stood somewhere before, allowed or not: moved, indented, copied, or in a file of another name.

    A credential of two parts is new when either of them is. What could not be read of before makes nothing known.
    """
    known = frozenset(key for finding in _all(before) for key in _keys(finding))

    def is_new(finding: Finding) -> bool:
        return any(key not in known for key in _keys(finding))

    findings = tuple(filter(is_new, result.findings))
    suppressed = tuple(entry for entry in result.suppressed if is_new(entry.finding))
    drops = Counter(dict(result.drops))
    drops["not-new"] += len(result.findings) - len(findings) + len(result.suppressed) - len(suppressed)
    return result._replace(findings=findings, suppressed=suppressed, drops=tuple(sorted((+drops).items())))


def _all(result: BatchResult) -> Iterator[Finding]:
    yield from result.findings
    yield from (entry.finding for entry in result.suppressed)


def _keys(finding: Finding) -> Iterable[Key]:
    yield finding.rule_id, finding.fingerprint
    yield from ((part.rule_id, part.fingerprint) for part in finding.parts)
