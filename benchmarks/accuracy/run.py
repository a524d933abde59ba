"""The scanner over snippets, in this process: what it finds, and what became of every candidate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Final, NamedTuple

import scanner.refine.generic.judge as generic
from benchmarks.accuracy.labels import Snippet
from benchmarks.accuracy.score import Hit
from scanner.decode.text import Text, views
from scanner.engine.compiled import CompiledRules, prepare
from scanner.engine.prefilter import TooManyHits
from scanner.engine.scan import Scanner
from scanner.lines import LineIndex
from scanner.model import Blob, Drop, FileOrigin, Finding
from scanner.refine import judge
from scanner.refine.generic.weights import Weights
from scanner.refine.subject import Subject
from scanner.ruleset.resources import builtin_files
from scanner.ruleset.select import select

_NOW: Final = 1.8e9  # Unix time in seconds: figures do not change with the date
_REASONS: Final = 8


class Candidate(NamedTuple):
    """A match of a rule, with its lines in the file. `dropped` says why it was (empty: it was not), `reasons` what
    moved the judge.
    """

    line: int
    end_line: int
    rule: str
    value: str
    dropped: str
    reasons: str


class Probe:
    """Scans snippets under their own path and with the line numbers of their file.

    `weights` replace those that the judge comes with.
    """

    def __init__(self, weights: Weights | None = None) -> None:
        self._compiled = _compiled()
        self._weights = weights
        self._scanners: dict[float | None, Scanner] = {}
        self._judged = frozenset(rule.id for rule in self._compiled.rules if "generic" in rule.tags)

    def hits(self, snippet: Snippet, gate: float | None = None) -> list[Hit]:
        """Return the findings; `gate` as `--min-confidence` has it."""
        result = self._scanner(gate).scan_blob(_blob(snippet))
        return [self._hit(finding, snippet.first_line - 1) for finding in result.findings]

    def candidates(self, snippet: Snippet, gate: float | None = None) -> Iterator[Candidate]:
        """Yield all matches, also those that are dropped."""
        blob = _blob(snippet)
        with _judging_by(self._weights):
            for text in views(blob.data):
                index = LineIndex(text.data)
                for subject in self._subjects(text, blob, gate):
                    lines = [index.position(at).line + snippet.first_line - 1 for at in subject.secret]
                    verdict = judge(subject)
                    dropped = f"{verdict.reason}: {verdict.detail}" if isinstance(verdict, Drop) else ""
                    value = subject.value.decode("utf-8", "replace")
                    yield Candidate(lines[0], lines[1], subject.rule.id, value, dropped, self._reasons(subject))

    def weighed(self, snippet: Snippet) -> Iterator[Sequence[tuple[str, float]]]:
        """Yield for every candidate that the judge was asked about what moved it, in log-odds."""
        blob = _blob(snippet)
        with _judging_by(self._weights):
            for text in views(blob.data):
                for subject in self._subjects(text, blob, 0.0):
                    if subject.rule.id in self._judged and not _dropped_before(subject):
                        yield generic.explain(subject).reasons

    def _subjects(self, text: Text, blob: Blob, gate: float | None) -> Iterator[Subject]:
        try:
            yield from self._scanner(gate).subjects(text, blob.origin)
        except (TooManyHits, TimeoutError):
            return

    def _scanner(self, gate: float | None) -> Scanner:
        if gate not in self._scanners:
            rules, prefilter = self._compiled.rules, self._compiled.prefilter
            wanted = select(rules)
            self._scanners[gate] = Scanner(rules, prefilter, _NOW, wanted, True, gate, self._weights)
        return self._scanners[gate]

    def _reasons(self, subject: Subject) -> str:
        if subject.rule.id not in self._judged:
            return ""
        verdict = generic.explain(subject)
        reasons = ", ".join(f"{weight:+.1f} {name}" for name, weight in verdict.reasons[:_REASONS])
        return f"{verdict.confidence:.2f}: {reasons}"

    def _hit(self, finding: Finding, above: int) -> Hit:
        (line, column), (end_line, end_column) = finding.location.start, finding.location.end
        why = "; ".join((*finding.notes, *finding.facts))
        judged = finding.rule_id in self._judged
        place = line + above, end_line + above, column, end_column
        return Hit(*place, finding.rule_id, finding.evidence, finding.confidence, judged, why)


def _dropped_before(subject: Subject) -> bool:
    verdict = judge(subject)
    return isinstance(verdict, Drop) and verdict.reason != "unlikely"


@lru_cache(maxsize=1)
def _compiled() -> CompiledRules:
    return prepare(builtin_files(), None)


@contextmanager
def _judging_by(weights: Weights | None) -> Iterator[None]:
    """Have the judge give its reasons by these weights meanwhile, which only the scanner can be told."""
    if weights is None:
        yield
        return
    names = vars(generic)
    usual = names["weights"]
    names["weights"] = lambda: weights
    try:
        yield
    finally:
        names["weights"] = usual


def _blob(snippet: Snippet) -> Blob:
    path = snippet.path.encode("utf-8", "surrogateescape")
    return Blob(FileOrigin(path), snippet.text.encode("utf-8", "surrogateescape"))
