"""The scanner over snippets, in this process: what it finds, and what became of every candidate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from benchmarks.accuracy.labels import Snippet
from benchmarks.accuracy.score import Hit
from scanner.decode.text import views
from scanner.engine.compiled import CompiledRules, prepare
from scanner.engine.scan import Scanner
from scanner.lines import LineIndex
from scanner.model import Blob, Drop, FileOrigin, Finding
from scanner.ruleset.resources import builtin_files
from scanner.ruleset.select import select

_NOW: Final = 1.8e9  # Unix time in seconds: figures do not change with the date


class Candidate(NamedTuple):
    """A match of a rule: its first line in the file and the value, and why it was dropped (empty: it was not)."""

    line: int
    end_line: int
    rule: str
    value: str
    dropped: str


class Probe:
    """Scans snippets under their own path and with the line numbers of their file."""

    def __init__(self, compiled: CompiledRules | None = None) -> None:
        compiled = compiled or prepare(builtin_files(), None)
        self._scanner = Scanner(compiled.rules, compiled.prefilter, _NOW, select(compiled.rules), show_secrets=True)
        self._judged = frozenset(rule.id for rule in compiled.rules if "generic" in rule.tags)

    def hits(self, snippet: Snippet) -> list[Hit]:
        result = self._scanner.scan_blob(_blob(snippet))
        return [self._hit(finding, snippet.first_line - 1) for finding in result.findings]

    def candidates(self, snippet: Snippet) -> Iterator[Candidate]:
        """Yield all matches, also those that are dropped."""
        blob = _blob(snippet)
        for text in views(blob.data):
            index = LineIndex(text.data)
            places = self._scanner.prefilter.candidates(text.data)
            for subject, verdict in self._scanner._judged(text, blob.origin, places, []):
                first, last = index.position(subject.secret.start).line, index.position(subject.secret.end).line
                reason = f"{verdict.reason}: {verdict.detail}" if isinstance(verdict, Drop) else ""
                above, value = snippet.first_line - 1, subject.value.decode("utf-8", "replace")
                yield Candidate(first + above, last + above, subject.rule.id, value, reason)

    def _hit(self, finding: Finding, above: int) -> Hit:
        (line, column), (end_line, end_column) = finding.location.start, finding.location.end
        why = "; ".join((*finding.notes, *finding.facts))
        judged = finding.rule_id in self._judged
        place = line + above, end_line + above, column, end_column
        return Hit(*place, finding.rule_id, finding.evidence, finding.confidence, judged, why)


def _blob(snippet: Snippet) -> Blob:
    path = snippet.path.encode("utf-8", "surrogateescape")
    return Blob(FileOrigin(path), snippet.text.encode("utf-8", "surrogateescape"))
