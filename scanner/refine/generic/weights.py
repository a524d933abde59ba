"""The judge's weights: data beside this module, written by `scripts/train`, readable as it stands."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from scanner.refine.generic.letters import read_data

VERSION: Final = "1"
_FILE: Final = "weights.txt"


class Weights(NamedTuple):
    """`of` gives a feature's weight in log-odds. `curve` turns a sum of them into a confidence: points (sum, share),
    straight lines between. `gate` is the least confidence that is reported unless the user says otherwise. What the
    path adds is kept within `path_low` and `path_high`.
    """

    of: dict[str, float]
    curve: tuple[tuple[float, float], ...]
    gate: float
    path_low: float
    path_high: float

    def path(self, features: Iterable[str]) -> float:
        return min(max(self.sum(features), self.path_low), self.path_high)

    def sum(self, features: Iterable[str]) -> float:
        get = self.of.get
        total = 0.0
        for feature in features:
            total += get(feature, 0.0)
        return total

    def least(self, gate: float) -> float:
        """Return a score below which nothing has this confidence."""
        before = self.curve[0]
        if gate <= before[1]:
            return float("-inf")
        for point in self.curve[1:]:
            if gate <= point[1]:
                return before[0] + (point[0] - before[0]) * (gate - before[1]) / (point[1] - before[1])
            before = point
        return float("inf")

    def confidence(self, score: float) -> float:
        """Return how many of a hundred candidates of this score are secrets, as a share."""
        curve = self.curve
        at = bisect_right(curve, (score, 2.0))
        if at == 0:
            return curve[0][1]
        if at == len(curve):
            return curve[-1][1]
        (x0, y0), (x1, y1) = curve[at - 1], curve[at]
        return y0 + (y1 - y0) * (score - x0) / (x1 - x0)


@lru_cache(maxsize=1)
def weights() -> Weights:
    """Return the weights that redhanded comes with."""
    return parse(read_data(_FILE))


def parse(text: str) -> Weights:
    """Read a weights file. Raises ValueError for one that is damaged or of another version."""
    of: dict[str, float] = {}
    facts: dict[str, str] = {}
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        left, tab, right = line.partition("\t")
        if tab and left[0] in "+-":
            of[right] = float(left)
        elif tab:
            facts[left] = right
        else:
            raise ValueError(f"not a line of a weights file: {line!r}")
    if facts.get("version") != VERSION:
        raise ValueError(f"the weights are of version {facts.get('version')}, not {VERSION}")
    points = (pair.split(":") for pair in facts["curve"].split())
    curve = tuple((float(score), float(share)) for score, share in points)
    if int(facts["features"]) != len(of) or list(curve) != sorted(curve) or len(curve) < 2:
        raise ValueError("the weights are incomplete")
    return Weights(of, curve, float(facts["gate"]), float(facts["path-low"]), float(facts["path-high"]))
