"""Findings on the lines that a commit adds; a secret of several lines counts when any of them is added."""

from __future__ import annotations

from collections.abc import Callable

from scanner.engine.batch import BatchResult
from scanner.git.catfile import CatFile, Object
from scanner.git.command import Git
from scanner.git.index import Change, added_lines, followed_changes
from scanner.model import Finding


def only_added(git: Git, result: BatchResult) -> BatchResult:
    """Drop what stands on lines that HEAD already has, also under a file's old name. Raises GitError."""
    found = [*result.findings, *(s.finding for s in result.suppressed)]
    if not found:
        return result
    paths = {finding.location.origin.path for finding in found}
    is_added = {c.path: _judge(git, c) for c in followed_changes(git) if c.path in paths and not c.is_new}

    def keep(finding: Finding) -> bool:
        judge = is_added.get(finding.location.origin.path)
        return judge is None or judge(finding)

    return result._replace(
        findings=tuple(finding for finding in result.findings if keep(finding)),
        suppressed=tuple(s for s in result.suppressed if keep(s.finding)),
    )


def _judge(git: Git, change: Change) -> Callable[[Finding], bool]:
    with CatFile(git) as objects:
        content = next(iter(objects.read([change.oid])))
    # Git counts lines by line feeds in the raw bytes, which is not how a UTF-16 or an old Mac file counts them.
    data = content.data if isinstance(content, Object) else b""
    ranges = added_lines(git, change)

    def is_added(finding: Finding) -> bool:
        start, end = finding.location.span
        first = data.count(b"\n", 0, start) + 1
        last = first + data.count(b"\n", start, max(start, end - 1))
        return any(lines.start <= last and first < lines.stop for lines in ranges)

    return is_added
