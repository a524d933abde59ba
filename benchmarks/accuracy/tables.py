"""Figures as text: overall, by group, by confidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from benchmarks.accuracy.labels import Label, Snippet, kind
from benchmarks.accuracy.score import Hit, Outcome, Tally, compare, tally

_EDGES: Final = tuple(n / 10 for n in range(11))
_PLACES: Final = {"test": "tests", "spec": "tests", "fixture": "tests", "example": "examples", "doc": "docs"}
_HEAD: Final = f"{'':34} {'T':>6} {'found':>6} {'false':>6} {'prec.':>6} {'recall':>6} {'F1':>6} {'unlab.':>6}"


class Scanned(NamedTuple):
    """A snippet and all findings in it, the weak ones too. `exact`: they are compared by characters, not by lines."""

    snippet: Snippet
    hits: Sequence[Hit]
    exact: bool = False

    def outcome(self, least: float) -> Outcome:
        """Return what became of it with findings of at least this confidence."""
        return compare(self.snippet.labels, [hit for hit in self.hits if hit.confidence >= least], self.exact)


def overall(scanned: Sequence[Scanned], least: float) -> Iterator[str]:
    outcomes = [one.outcome(least) for one in scanned]
    whole = tally(outcomes)
    yield _HEAD
    yield _line("all", whole)
    yield _line("strict: unlabelled is false", whole.strict)
    on_value = sum(one.on_value for one in outcomes)
    if not any(one.exact for one in scanned):
        yield f"of the {whole.found:,} found, {on_value:,} where the label says that the value stands"


def by_category(scanned: Iterable[Scanned], least: float) -> Iterator[str]:
    """A label of several categories counts in each."""
    return _grouped(scanned, least, lambda _, label: label.categories)


def by_kind(scanned: Iterable[Scanned], least: float) -> Iterator[str]:
    return _grouped(scanned, least, lambda snippet, _: (kind(snippet.path),), rarest=20)


def by_place(scanned: Iterable[Scanned], least: float) -> Iterator[str]:
    """Tests, documentation and what is neither, by the words of the path."""
    return _grouped(scanned, least, lambda snippet, _: (_place(snippet.path),))


def _place(path: str) -> str:
    words = path.lower().split("/")
    for word, name in _PLACES.items():
        if any(word in part for part in words[1:]):
            return name
    return "other"


def _grouped(
    scanned: Iterable[Scanned], least: float, keys: Callable[[Snippet, Label], Sequence[str]], rarest: int = 1
) -> Iterator[str]:
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in scanned:
        outcome = one.outcome(least)
        groups = (outcome.found, outcome.missed, [label for _, label in outcome.false])
        for n, labels in enumerate(groups):
            for label in labels:
                for key in keys(one.snippet, label):
                    found[key][n] += 1
    tallies = {key: Tally(*counts) for key, counts in found.items() if sum(counts) >= rarest}
    yield _HEAD
    for key in sorted(tallies, key=lambda key: -tallies[key].found - tallies[key].missed):
        yield _line(key, tallies[key])


def _line(name: str, one: Tally) -> str:
    figures = f"{one.precision:6.3f} {one.recall:6.3f} {one.f1:6.3f} {one.unlabelled:6,}"
    return f"{name:34} {one.found + one.missed:6,} {one.found:6,} {one.false:6,} {figures}"


def by_gate(scanned: Sequence[Scanned], gates: Sequence[float] = _EDGES[:-1]) -> Iterator[str]:
    """What other gates would do."""
    yield _HEAD.replace(" " * 12, "gate        ", 1)
    for gate in gates:
        yield _line(f"{gate:.2f}", tally(one.outcome(gate) for one in scanned))


def reliability(scanned: Iterable[Scanned], judged: bool) -> Iterator[str]:
    """By confidence, how many findings are right of those that a label speaks of. `judged`: of generic rules alone."""
    bins: Mapping[int, list[tuple[float, bool]]] = defaultdict(list)
    for one in scanned:
        outcome = one.outcome(0.0)
        answers = [(hit, True) for hit in outcome.right] + [(hit, False) for hit, _ in outcome.false]
        for hit, answer in answers:
            if hit.judged or not judged:
                bins[min(9, int(hit.confidence * 10 + 1e-9))].append((hit.confidence, answer))
    yield f"{'confidence':12} {'findings':>9} {'mean':>6} {'right':>6}"
    whole = off = 0.0
    for number in sorted(bins):
        members = bins[number]
        mean = sum(confidence for confidence, _ in members) / len(members)
        right = sum(answer for _, answer in members) / len(members)
        whole, off = whole + len(members), off + abs(mean - right) * len(members)
        yield f"{number / 10:.1f} to {(number + 1) / 10:.1f}   {len(members):9,} {mean:6.3f} {right:6.3f}"
    if whole:
        yield f"expected calibration error {off / whole:.3f}"
