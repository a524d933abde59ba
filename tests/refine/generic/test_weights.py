"""The weights file: whole, readable, of the right version, and a curve that never falls."""

from __future__ import annotations

import pytest

from scanner.refine.generic.letters import read_data
from scanner.refine.generic.weights import parse, weights

_SMALL = """\
# a comment
version\t1
features\t2
gate\t0.5
path-low\t-1
path-high\t2
curve\t-2:0.1 0:0.5 2:0.9
+1.00\ta: b
-0.50\tc
"""


def test_the_weights_that_redhanded_comes_with_are_sound() -> None:
    model = weights()
    assert len(model.of) > 500
    assert 0 < model.gate < 1
    shares = [share for _, share in model.curve]
    assert shares == sorted(shares)
    assert shares[0] < 0.05 < 0.95 < shares[-1]
    assert model.path_low < 0 < model.path_high
    assert max(map(abs, model.of.values())) < 6


def test_every_line_can_be_read_by_a_person() -> None:
    for line in read_data("weights.txt").splitlines():
        assert (line.isascii() and line.isprintable()) or "\t" in line


def test_the_curve_is_straight_between_its_points() -> None:
    model = parse(_SMALL)
    sure = [model.confidence(score) for score in (-9, -2, -1, 0, 1, 2, 9)]
    assert sure == pytest.approx([0.1, 0.1, 0.3, 0.5, 0.7, 0.9, 0.9])


def test_what_the_path_adds_is_bounded() -> None:
    model = parse(_SMALL)
    assert model.path(["a: b"] * 5) == 2
    assert model.path(["c"] * 5) == -1
    assert model.sum(["a: b", "c", "unknown"]) == 0.5


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("version\t1", "version\t999"),
        ("features\t2", "features\t3"),
        ("0:0.5", "9:0.5"),
        ("+1.00\ta: b", "what is this"),
        ("curve\t-2:0.1 0:0.5 2:0.9", "curve\t0:0.5"),
    ],
)
def test_damaged_weights_are_refused(good: str, bad: str) -> None:
    with pytest.raises(ValueError, match="weights"):
        parse(_SMALL.replace(good, bad))
