"""Findings on the lines that a commit adds; a secret of several lines counts when any of them is added.

When in doubt a line counts as added: what cannot be compared with what was there before is reported.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence

from scanner.engine.batch import BatchResult
from scanner.errors import GitError
from scanner.git.catfile import CatFile, Object
from scanner.git.command import Git
from scanner.git.index import Change, added_lines, followed_changes
from scanner.model import Finding, Span


def only_added(git: Git, changes: Sequence[Change], result: BatchResult) -> tuple[BatchResult, tuple[Finding, ...]]:
    """Drop what stands on lines that HEAD already has, also under a file's old name; return those findings as well."""
    spans: dict[bytes, set[Span]] = {}
    for finding in (*result.findings, *(s.finding for s in result.suppressed)):
        spans.setdefault(finding.location.origin.path, set()).update(_spans(finding))
    if not spans:
        return result, ()
    with CatFile(git) as objects:
        there = {
            (change.path, span)
            for change in followed(git, changes)
            if change.path in spans and not change.is_new
            for span in _unchanged(git, objects, change, sorted(spans[change.path]))
        }

    def is_added(finding: Finding) -> bool:
        if finding.location.inside:  # lines of an archive's members are not those of the archive
            return True
        return any((finding.location.origin.path, span) not in there for span in _spans(finding))

    kept: list[Finding] = []
    unchanged: list[Finding] = []
    for finding in result.findings:
        (kept if is_added(finding) else unchanged).append(finding)
    quiet = tuple(s for s in result.suppressed if is_added(s.finding))
    return result._replace(findings=tuple(kept), suppressed=quiet), tuple(unchanged)


def _spans(finding: Finding) -> list[Span]:
    """A credential of two parts is new when either of them is."""
    return [finding.location.span, *(part.location.span for part in finding.parts)]


def followed(git: Git, changes: Sequence[Change]) -> Sequence[Change]:
    """Return the changes with renames followed, if git can."""
    try:
        return followed_changes(git)
    except GitError:  # it compares contents to find renames, and one of them is not here
        return changes


def _unchanged(git: Git, objects: CatFile, change: Change, spans: Sequence[Span]) -> Iterator[Span]:
    """Yield the spans whose lines the file had before."""
    old, new = objects.read([change.old, change.oid])
    if not (isinstance(old, Object) and isinstance(new, Object)):
        return
    try:
        ranges = added_lines(git, change)
    except GitError:  # git compares nothing over a gigabyte
        return
    stops = [lines.stop for lines in ranges]
    kept = _CarriageReturns(old.data, new.data) if _has_lone_cr(new.data) else None
    for span, first, last in _lines(new.data, spans):
        at = bisect_right(stops, first)
        is_added = at < len(ranges) and ranges[at].start <= last
        if not is_added or (kept and kept.cover(span)):
            yield span


def _lines(data: bytes, spans: Sequence[Span]) -> Iterator[tuple[Span, int, int]]:
    """Yield each span, given in rising order, with its first and last line as git counts them: by line feeds."""
    line, seen = 1, 0
    for span in spans:
        line += data.count(b"\n", seen, span.start)
        seen = span.start
        yield span, line, line + data.count(b"\n", span.start, max(span.start, span.end - 1))


def _has_lone_cr(data: bytes) -> bool:
    return data.count(b"\r") > data.count(b"\r\n")


class _CarriageReturns:
    """Files whose lines end in a lone CR are one line to git, and all of it is new after any change.

    Their lines are compared here: one that stands no more often than before was there before.
    """

    def __init__(self, old: bytes, new: bytes) -> None:
        self._data = new
        self._old = Counter(old.splitlines())
        self._new = Counter(new.splitlines())

    def cover(self, span: Span) -> bool:
        data = self._data
        start = max(data.rfind(b"\n", 0, span.start), data.rfind(b"\r", 0, span.start)) + 1
        ends = [at for at in (data.find(b"\n", span.end), data.find(b"\r", span.end)) if at >= 0]
        lines = data[start : min(ends, default=len(data))].splitlines()
        return all(self._new[line] <= self._old[line] for line in lines)
