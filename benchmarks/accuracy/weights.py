"""Which weights judge which repository: for figures of repositories that the model has not seen.

A folder of weights by fold, as the training script writes it, holds `folds.json`, an object of repository to fold
number, and for each fold K `fold-K.json`: weights in the format of the package's own, trained without the repositories
of fold K. The probe for each fold is made by `probe_with`, the one place that knows how the judge takes other weights.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from benchmarks.accuracy.labels import Snippet
from benchmarks.accuracy.run import Probe


def probe_with(weights: Path) -> Probe:
    """Return a probe whose judge uses these weights."""
    raise SystemExit(f"{weights}: the judge of this version takes no other weights")


def chooser(folder: Path | None) -> Callable[[Snippet], Probe]:
    """Return what gives each snippet its probe: one for all, or by the fold of its repository."""
    if folder is None:
        probe = Probe()
        return lambda _: probe
    try:
        folds: dict[str, int] = json.loads((folder / "folds.json").read_text())
    except (OSError, ValueError) as error:
        raise SystemExit(f"{folder / 'folds.json'} must map repositories to folds: {error}") from None
    probes = {number: probe_with(folder / f"fold-{number}.json") for number in sorted(set(folds.values()))}

    def choose(snippet: Snippet) -> Probe:
        if snippet.repo not in folds:
            raise SystemExit(f"repository {snippet.repo} is in no fold of {folder / 'folds.json'}")
        return probes[folds[snippet.repo]]

    return choose
