"""Figures as text: overall, by group, by confidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from benchmarks.accuracy.labels import Label, Snippet, kind
from benchmarks.accuracy.score import Hit, Outcome, Tally, compare, tally

GATES: Final = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_PLACES: Final = {"test": "tests", "spec": "tests", "fixture": "tests", "example": "examples", "doc": "docs"}
_HEAD: Final = f"{'':34} {'T':>6} {'found':>6} {'false':>6} {'prec.':>6} {'recall':>6} {'F1':>6} {'unlab.':>6}"


class Scanned(NamedTuple):
    """A snippet and the findings in it. `exact`: they are compared by characters, not by lines."""

    snippet: Snippet
    hits: Sequence[Hit]
    exact: bool = False

    def outcome(self) -> Outcome:
        return compare(self.snippet.labels, self.hits, self.exact)


def overall(scanned: Sequence[Scanned]) -> Iterator[str]:
    outcomes = [one.outcome() for one in scanned]
    whole = tally(outcomes)
    yield _HEAD
    yield _line("all", whole)
    yield _line("strict: unlabelled is false", whole.strict)
    on_value = sum(one.on_value for one in outcomes)
    if not any(one.exact for one in scanned):
        yield f"of the {whole.found:,} found, {on_value:,} where the label says that the value stands"
    doubtful = sum(label.verdict == "X" for one in outcomes for _, label in one.false)
    yield f"of the {whole.false:,} false, {doubtful:,} where the label says that it cannot be told"


def by_category(scanned: Iterable[Scanned]) -> Iterator[str]:
    """A label of several categories counts in each."""
    return _grouped(scanned, lambda _, label: label.categories)


def by_kind(scanned: Iterable[Scanned]) -> Iterator[str]:
    return _grouped(scanned, lambda snippet, _: (kind(snippet.path),), rarest=20)


def by_place(scanned: Iterable[Scanned]) -> Iterator[str]:
    """Tests, documentation and what is neither, by the words of the path."""
    return _grouped(scanned, lambda snippet, _: (_place(snippet.path),))


def _place(path: str) -> str:
    words = path.lower().split("/")
    for word, name in _PLACES.items():
        if any(word in part for part in words[1:]):
            return name
    return "other"


def _grouped(
    scanned: Iterable[Scanned], keys: Callable[[Snippet, Label], Sequence[str]], rarest: int = 1
) -> Iterator[str]:
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in scanned:
        outcome = one.outcome()
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


def by_gate(runs: Mapping[float, Sequence[Scanned]]) -> Iterator[str]:
    """What other gates would do."""
    yield _HEAD.replace(" " * 12, "gate        ", 1)
    for gate, scanned in runs.items():
        yield _line(f"{gate:.2f}", tally(one.outcome() for one in scanned))


def weightiest(candidates: Iterable[Sequence[tuple[str, float]]], number: int = 30) -> Iterator[str]:
    """The features that move the judge most: how often, by how much, and both together over all candidates."""
    count = 0
    total: dict[str, float] = defaultdict(float)
    times: dict[str, int] = defaultdict(int)
    for reasons in candidates:
        count += 1
        for feature, weight in reasons:
            total[feature] += weight
            times[feature] += 1
    yield f"{'feature':44} {'weight':>7} {'of all':>7} {'moves':>7}"
    for feature in sorted(total, key=lambda feature: -abs(total[feature]))[:number]:
        weight, share = total[feature] / times[feature], times[feature] / count
        yield f"{feature:44} {weight:+7.2f} {share:7.1%} {abs(total[feature]) / count:7.3f}"


def reliability(scanned: Iterable[Scanned], judged: bool) -> Iterator[str]:
    """By confidence, how many findings are right of those that a label speaks of. `judged`: of generic rules alone."""
    bins: Mapping[int, list[tuple[float, bool]]] = defaultdict(list)
    for one in scanned:
        outcome = one.outcome()
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
