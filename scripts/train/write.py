"""Writes the weights: text that a person can read, and that shows in a diff what a training has changed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from scanner.refine.generic.weights import VERSION
from scripts.train.fit import Floats

GATE: Final = 0.6
_LEAST: Final = 0.02  # a smaller weight moves nothing
_HEAD: Final = """\
# Weights of the judge of generic candidates, in log-odds; written by `python -m scripts.train`, not by hand.
# curve: what share of the candidates of a score (the sum of their features' weights) are secrets.
"""


def write(
    path: Path, names: Sequence[str], weights: Floats, curve: Sequence[tuple[float, float]], reach: tuple[float, float]
) -> None:
    kept = [(name, float(weight)) for name, weight in zip(names, weights, strict=True) if abs(weight) >= _LEAST]
    facts = {
        "version": VERSION,
        "features": str(len(kept)),
        "gate": f"{GATE:g}",
        "path-low": f"{reach[0]:g}",
        "path-high": f"{reach[1]:g}",
        "curve": " ".join(f"{score:g}:{share:.3f}" for score, share in curve),
    }
    lines = [f"{key}\t{value}" for key, value in facts.items()]
    lines += [f"{weight:+.2f}\t{name}" for name, weight in kept]
    path.write_text(_HEAD + "\n".join(lines) + "\n", encoding="utf-8")
