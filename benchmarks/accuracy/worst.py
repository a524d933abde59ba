"""The worst misses and false alarms, with what the scanner thought of them. Values are shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from benchmarks.accuracy.labels import Label, Snippet
from benchmarks.accuracy.run import Candidate, Probe
from benchmarks.accuracy.score import Hit
from benchmarks.accuracy.tables import Scanned

_WIDTH = 150


def false_alarms(scanned: Sequence[Scanned], least: float, number: int) -> Iterator[str]:
    """The most confident first."""
    found = [(hit, label, one.snippet) for one in scanned for hit, label in one.outcome(least).false]
    for hit, label, snippet in sorted(found, key=lambda entry: -entry[0].confidence)[:number]:
        kind = f"{label.verdict} {':'.join(label.categories)}"
        yield f"{hit.confidence:.2f} {snippet.path}:{hit.line} [{hit.rule}] {kind}"
        yield f"     {_text(snippet, hit.line, hit.column - 1)}"
        if hit.why:
            yield f"     {hit.why}"


def misses(
    scanned: Sequence[Scanned], least: float, number: int, choose: Callable[[Snippet], Probe]
) -> tuple[Counter[str], list[str]]:
    """Count by what became of the candidates on the missed lines, and describe some: every n-th, to see all kinds."""
    missed = [(label, one) for one in scanned for label in one.outcome(least).missed]
    fates: Counter[str] = Counter()
    shown: list[str] = []
    step = max(1, len(missed) // number) if number else 0
    for count, (label, one) in enumerate(missed):
        seen = [c for c in choose(one.snippet).candidates(one.snippet) if _on(label, c)]
        fates[_fate(label, seen, one.hits)] += 1
        if step and count % step == 0 and len(shown) < 3 * number:
            shown += _miss(label, one, seen)
    return fates, shown


def _fate(label: Label, seen: Sequence[Candidate], hits: Sequence[Hit]) -> str:
    weak = [hit for hit in hits if _on(label, hit)]
    if weak:
        return "below the gate"
    reasons = sorted({candidate.dropped.partition(":")[0] for candidate in seen if candidate.dropped})
    return ", ".join(reasons) or "no candidate"


def _miss(label: Label, one: Scanned, seen: Sequence[Candidate]) -> Iterator[str]:
    yield f"{one.snippet.path}:{label.line} {':'.join(label.categories)}"
    yield f"     {_text(one.snippet, label.line, label.start)}"
    weak = [f"{hit.rule} {hit.confidence:.2f} {hit.why}" for hit in one.hits if _on(label, hit)]
    notes = weak + [f"{c.rule} {c.value[:40]!r}: {c.dropped}" for c in seen if c.dropped]
    yield "     " + (" | ".join(notes) or "no candidate")


def _on(label: Label, found: Hit | Candidate) -> bool:
    return found.line <= label.end_line and label.line <= found.end_line


def _text(snippet: Snippet, line: int, column: int) -> str:
    """The line, or of a long one what stands around the column."""
    text = snippet.text.split("\n")[line - snippet.first_line].strip("\r")
    begin = max(0, column - _WIDTH // 2) if len(text) > _WIDTH else 0
    return text[begin : begin + _WIDTH].strip()
