"""The worst misses and false alarms, with what the scanner thought of them. Values are shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from benchmarks.accuracy.labels import Label, Snippet
from benchmarks.accuracy.run import Candidate, Probe
from benchmarks.accuracy.tables import Scanned

_WIDTH = 150


def false_alarms(scanned: Sequence[Scanned], number: int, choose: Callable[[Snippet], Probe]) -> Iterator[str]:
    """The most confident first, and of those of a repository no more than three."""
    found = [(hit, label, one.snippet) for one in scanned for hit, label in one.outcome().false]
    of_repo: Counter[str] = Counter()
    for hit, label, snippet in sorted(found, key=lambda entry: -entry[0].confidence):
        of_repo[snippet.repo] += 1
        if of_repo[snippet.repo] > 3 or of_repo.total() > 4 * number:
            continue
        what = f"{label.verdict} {':'.join(label.categories)}"
        yield f"{hit.confidence:.2f} {snippet.path}:{hit.line} [{hit.rule}] {what}"
        yield f"     {_text(snippet, hit.line, hit.column - 1)}"
        seen = (c for c in choose(snippet).candidates(snippet) if c.line == hit.line and c.rule == hit.rule)
        yield f"     {hit.why or next((c.reasons for c in seen if not c.dropped), '')}"


def misses(
    scanned: Sequence[Scanned], number: int, choose: Callable[[Snippet], Probe]
) -> tuple[Counter[str], list[str]]:
    """Count by what became of the candidates on the missed lines, and describe some: every n-th, to see all kinds."""
    missed = [(label, one.snippet) for one in scanned for label in one.outcome().missed]
    fates: Counter[str] = Counter()
    shown: list[str] = []
    step = max(1, len(missed) // number) if number else 0
    for count, (label, snippet) in enumerate(missed):
        seen = [c for c in choose(snippet).candidates(snippet) if _on(label, c)]
        fates[", ".join(sorted({c.dropped.partition(":")[0] for c in seen if c.dropped})) or "no candidate"] += 1
        if step and count % step == 0 and len(shown) < 3 * number:
            shown += _miss(label, snippet, seen)
    return fates, shown


def _miss(label: Label, snippet: Snippet, seen: Sequence[Candidate]) -> Iterator[str]:
    yield f"{snippet.path}:{label.line} {':'.join(label.categories)}"
    yield f"     {_text(snippet, label.line, label.start)}"
    notes = [f"{c.rule} {c.value[:40]!r}: {c.dropped.partition(':')[0]} {c.reasons}" for c in seen if c.dropped]
    yield "     " + (" | ".join(notes) or "no candidate")


def _on(label: Label, found: Candidate) -> bool:
    return found.line <= label.end_line and label.line <= found.end_line


def _text(snippet: Snippet, line: int, column: int) -> str:
    """The line, or of a long one what stands around the column."""
    text = snippet.text.split("\n")[line - snippet.first_line].strip("\r")
    begin = max(0, column - _WIDTH // 2) if len(text) > _WIDTH else 0
    return text[begin : begin + _WIDTH].strip()
