"""Findings against labels, line by line.

A finding on a line of a T label finds it; each T label counts once, and one that no finding touches is missed. A
finding on no T label but on an F or X label is a false alarm, on a neutral one nothing, elsewhere unlabelled: the
strict figure counts it among the false alarms.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from benchmarks.accuracy.labels import Label


class Hit(NamedTuple):
    """A finding: its lines and columns are those of the file, 1-based, `end_column` that after its last character.

    `judged` says whether a generic rule found it, whose confidence is a judgement; `why` is for a person.
    """

    line: int
    end_line: int
    column: int
    end_column: int
    rule: str
    evidence: str
    confidence: float
    judged: bool
    why: str = ""


class Outcome(NamedTuple):
    """What became of the labels and findings of one snippet. `on_value`: found T labels whose own characters were."""

    found: tuple[Label, ...]
    missed: tuple[Label, ...]
    right: tuple[Hit, ...]
    false: tuple[tuple[Hit, Label], ...]
    unlabelled: tuple[Hit, ...]
    on_value: int


class Tally(NamedTuple):
    """Labels found and missed; findings that are false, and those that no label speaks of."""

    found: int = 0
    missed: int = 0
    false: int = 0
    unlabelled: int = 0

    @property
    def precision(self) -> float:
        return _share(self.found, self.found + self.false)

    @property
    def recall(self) -> float:
        return _share(self.found, self.found + self.missed)

    @property
    def f1(self) -> float:
        return _share(2 * self.found, 2 * self.found + self.missed + self.false)

    @property
    def strict(self) -> Tally:
        return self._replace(false=self.false + self.unlabelled, unlabelled=0)


def compare(labels: Sequence[Label], hits: Sequence[Hit], exact: bool = False) -> Outcome:
    """Compare the labels and findings of a snippet. `exact`: they must share a character, not just a line."""

    def met(label: Label, hit: Hit) -> bool:
        return _share_line(label, hit) and (not exact or _share_character(label, hit))

    true = [label for label in labels if label.verdict == "T" and not label.neutral]
    found = [label for label in true if any(met(label, hit) for hit in hits)]
    right: list[Hit] = []
    false: list[tuple[Hit, Label]] = []
    unlabelled: list[Hit] = []
    for hit in hits:
        touched = [label for label in labels if met(label, hit)]
        wrong = [label for label in touched if label.verdict != "T" and not label.neutral]
        if any(label in true for label in touched):
            right.append(hit)
        elif wrong:
            false.append((hit, max(wrong, key=lambda label: _share_character(label, hit))))
        elif not touched:
            unlabelled.append(hit)
    on_value = sum(any(_share_line(label, hit) and _share_character(label, hit) for hit in hits) for label in found)
    missed = tuple(label for label in true if label not in found)
    return Outcome(tuple(found), missed, tuple(right), tuple(false), tuple(unlabelled), on_value)


def tally(outcomes: Iterable[Outcome]) -> Tally:
    found = missed = false = unlabelled = 0
    for one in outcomes:
        found += len(one.found)
        missed += len(one.missed)
        false += len(one.false)
        unlabelled += len(one.unlabelled)
    return Tally(found, missed, false, unlabelled)


def _share_line(label: Label, hit: Hit) -> bool:
    return label.line <= hit.end_line and hit.line <= label.end_line


def _share_character(label: Label, hit: Hit) -> bool:
    """Whether they share a character."""
    if label.start < 0:
        return True
    begin, end = (label.line, label.start + 1), (label.end_line, label.end + 1)
    return begin < (hit.end_line, hit.end_column) and (hit.line, hit.column) < end


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
