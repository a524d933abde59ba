"""Which weights judge which repository: for figures of repositories that the model has not seen.

A folder of weights by fold, as the training script writes it, holds `folds.json`, an object of repository to fold
number, and for each fold K `fold-K.txt`: weights in the format of the package's own, trained without the repositories
of fold K.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from benchmarks.accuracy.labels import Snippet
from benchmarks.accuracy.run import Probe
from scanner.refine.generic.weights import parse


def chooser(folder: Path | None) -> Callable[[Snippet], Probe]:
    """Return what gives each snippet its probe: one for all, or by the fold of its repository."""
    if folder is None:
        probe = Probe()
        return lambda _: probe
    try:
        folds: dict[str, int] = json.loads((folder / "folds.json").read_text())
        numbers = sorted(set(folds.values()))
        probes = {number: Probe(parse((folder / f"fold-{number}.txt").read_text())) for number in numbers}
    except (OSError, ValueError, AttributeError) as error:
        raise SystemExit(f"{folder}: needs folds.json and the weights of every fold in it: {error}") from None

    def choose(snippet: Snippet) -> Probe:
        if snippet.repo not in folds:
            raise SystemExit(f"repository {snippet.repo} is in no fold of {folder / 'folds.json'}")
        return probes[folds[snippet.repo]]

    return choose
