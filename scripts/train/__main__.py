"""Trains the judge of generic candidates, prints how it does on repositories that it has not seen, writes weights."""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from pathlib import Path
from random import Random
from typing import Final

import numpy as np

from scanner.refine.generic.features import content_features, path_features
from scanner.refine.generic.judge import site_of
from scripts.train.candidates import generic_scanner
from scripts.train.fit import Floats, fit, isotonic, matrix
from scripts.train.pool import clean_samples, label_samples, made_samples, realistic, renamed
from scripts.train.sample import Sample, read_labels
from scripts.train.write import write

SEED: Final = 20261122
FOLDS: Final = 8
PENALTY: Final = 3.0
LEAST_GROUPS: Final = 4  # a feature that fewer groups have is a quirk
PATH: Final = (-3.0, 1.5)
WEIGHTS: Final = Path(__file__).resolve().parents[2] / "scanner/refine/generic/weights.txt"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.train", description=__doc__)
    parser.add_argument("labels", type=Path, help="labelled snippets (*.jsonl.gz)")
    parser.add_argument("--made", type=Path, help="the made set's training part")
    parser.add_argument(
        "--clean", type=Path, action="append", default=[], help="folder of packages that hold next to no secrets"
    )
    parser.add_argument(
        "--folds", type=Path, help="write the weights of each fold into this folder: folds.json, fold-K.txt"
    )
    parser.add_argument("--dry-run", action="store_true", help="write no weights")
    options = parser.parse_args()
    scanner = generic_scanner()
    samples = list(label_samples(options.labels, scanner))
    samples += list(realistic(samples, SEED))
    if options.made:
        made = list(made_samples(options.made, scanner))
        samples += [*made, *renamed(made, SEED)]
    for folder in options.clean:
        samples += clean_samples(folder, scanner, SEED)
    repositories = {snippet.group for snippet in read_labels(options.labels)}
    train(samples, repositories, None if options.dry_run else WEIGHTS, options.folds)


class Design:
    """Samples as rows of numbered features; each a second time without its path, as history has it at first."""

    def __init__(self, samples: list[Sample]) -> None:
        content, places = [], []
        for sample in samples:
            site = site_of(sample.data, sample.secret, sample.placed)
            features, stance = content_features(sample.data, sample.secret, site)
            content.append(features)
            places.append(path_features(sample.path, stance))
        groups: dict[str, set[str]] = defaultdict(set)
        for sample, own, place in zip(samples, content, places, strict=True):
            for feature in (*own, *place):
                groups[feature].add(sample.group)
        self.names = sorted(name for name, members in groups.items() if len(members) >= LEAST_GROUPS)
        numbers = {name: number for number, name in enumerate(self.names)}
        self.content = [[numbers[name] for name in own if name in numbers] for own in content]
        self.places = [[numbers[name] for name in place if name in numbers] for place in places]
        self.truth = np.array([sample.truth for sample in samples], dtype=np.float64)
        self.weight = _weights(samples)

    def fit(self, rows: list[int]) -> Floats:
        whole = [self.content[n] + self.places[n] for n in rows]
        bare = [self.content[n] for n in rows]
        chosen = np.array(rows)
        truth, weight = self.truth[chosen], self.weight[chosen]
        data = matrix(whole + bare, len(self.names))
        penalty = np.full(len(self.names), PENALTY)
        return fit(data, np.tile(truth, 2), np.concatenate((weight, 0.2 * weight)), penalty)

    def scores(self, weights: Floats, rows: list[int], with_path: bool = True) -> Floats:
        content = matrix([self.content[n] for n in rows], len(self.names)).scores(weights)
        if not with_path:
            return content
        added = np.array([weights[self.places[n]].sum() for n in rows])
        whole: Floats = content + np.clip(added, *PATH)
        return whole


def _weights(samples: list[Sample]) -> Floats:
    sizes = Counter(sample.group for sample in samples)
    found: Floats = np.array([sample.weight * float(sizes[sample.group]) ** -0.3 * 4 for sample in samples])
    return found


def train(samples: list[Sample], groups: set[str], target: Path | None, folder: Path | None = None) -> None:
    """Fit, print what cross-validation says; write the weights of all to `target`, those of the folds to `folder`."""
    design = Design(samples)
    fold = folds(groups | {sample.group for sample in samples})
    found = np.zeros(len(samples))
    fitted = []
    for number in range(FOLDS):
        seen = [n for n, sample in enumerate(samples) if fold[sample.group] != number]
        unseen = [n for n, sample in enumerate(samples) if fold[sample.group] == number]
        fitted.append(design.fit(seen))
        found[unseen] = design.scores(fitted[-1], unseen)
    _tell(samples, found, design.truth)
    curve = _curve(found, samples, design.truth)
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "folds.json").write_text(json.dumps(fold))
        for number, weights in enumerate(fitted):
            write(folder / f"fold-{number}.txt", design.names, weights, curve, PATH)
    if target:
        write(target, design.names, design.fit(list(range(len(samples)))), curve, PATH)


def folds(groups: set[str]) -> dict[str, int]:
    """Return the fold of each group, by chance but always the same."""
    ordered = sorted(groups)
    Random(SEED).shuffle(ordered)
    return {group: number % FOLDS for number, group in enumerate(ordered)}


def _curve(scores: Floats, samples: list[Sample], truth: Floats) -> list[tuple[float, float]]:
    """Return the points of the calibration: isotonic, thinned to a dozen. Values put into the labels' places do not
    count, they would make secrets too common.
    """
    weight = np.array([_COUNTS.get(sample.origin, 0.0) for sample in samples])
    chosen = weight > 0
    at, share = isotonic(scores[chosen], truth[chosen], weight[chosen])
    points: list[tuple[float, float]] = []
    for score in np.arange(-6, 6.5, 0.75):
        near = np.interp(score + _AROUND, at, share).mean()
        points.append((float(score), float(min(max(near, 0.001), 0.995))))
    return points


# Steps of the isotonic curve are chance, and would move the gate with every training: each point is a mean around it.
_AROUND: Final = np.linspace(-1.0, 1.0, 21)
_COUNTS: Final = {"label": 1.0, "unlabelled": 0.3, "made": 0.2, "clean": 0.3}


def _tell(samples: list[Sample], scores: Floats, truth: Floats) -> None:
    for origin in sorted({sample.origin for sample in samples}):
        of = np.array([sample.origin == origin for sample in samples])
        print(f"{origin}: {int(of.sum())} candidates, {int(truth[of].sum())} secrets")
        for limit in (-1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0):
            said = of & (scores > limit)
            hits = float((truth * said).sum())
            precision, recall = hits / max(1.0, float(said.sum())), hits / max(1.0, float(truth[of].sum()))
            print(f"  score > {limit:+.1f}: precision {precision:.3f}, recall {recall:.3f}, said {int(said.sum())}")


if __name__ == "__main__":
    main()
