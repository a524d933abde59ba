"""How findings are counted against labels: the rules of the labels' description, one table each."""

from __future__ import annotations

import pytest

from benchmarks.accuracy.labels import Label
from benchmarks.accuracy.score import Hit, Tally, compare, tally


def label(verdict: str, line: int, start: int = 4, end: int = 12, last: int = 0, category: str = "Password") -> Label:
    return Label(line, last or line, start, end, verdict, tuple(category.split(":")))


def hit(line: int, column: int = 5, end: int = 13, last: int = 0) -> Hit:
    return Hit(line, last or line, column, end, "generic-password", "contextual", 0.7, judged=True)


COUNTED = [
    # labels, findings, (found, missed, false, unlabelled)
    pytest.param([], [], (0, 0, 0, 0), id="nothing"),
    pytest.param([label("T", 3)], [hit(3)], (1, 0, 0, 0), id="found"),
    pytest.param([label("T", 3)], [hit(4)], (0, 1, 0, 1), id="next line"),
    pytest.param([label("T", 3)], [hit(3, 40, 50)], (1, 0, 0, 0), id="elsewhere on its line"),
    pytest.param([label("T", 3)], [hit(3), hit(3, 40, 50)], (1, 0, 0, 0), id="twice on its line counts once"),
    pytest.param([label("T", 3), label("T", 3, 40, 50)], [hit(3)], (2, 0, 0, 0), id="one finding, two on the line"),
    pytest.param([label("T", 3, last=9)], [hit(9)], (1, 0, 0, 0), id="last line of several"),
    pytest.param([label("T", 3, last=9)], [hit(10)], (0, 1, 0, 1), id="behind the last line"),
    pytest.param([label("T", 5)], [hit(3, last=8)], (1, 0, 0, 0), id="finding over several lines"),
    pytest.param([label("F", 3)], [hit(3)], (0, 0, 1, 0), id="false"),
    pytest.param([label("X", 3)], [hit(3)], (0, 0, 1, 0), id="what cannot be told counts as false"),
    pytest.param([label("F", 3), label("F", 3, 40, 50)], [hit(3)], (0, 0, 1, 0), id="one finding is one false alarm"),
    pytest.param([label("F", 3)], [hit(3), hit(3, 40, 50)], (0, 0, 2, 0), id="two findings are two"),
    pytest.param([label("F", 3)], [], (0, 0, 0, 0), id="rightly silent"),
    pytest.param([label("T", 3), label("F", 3, 40, 50)], [hit(3, 40, 50)], (1, 0, 0, 0), id="true beside false"),
    pytest.param([label("T", 3, category="UUID")], [], (0, 0, 0, 0), id="neutral, silent"),
    pytest.param([label("T", 3, category="UUID")], [hit(3)], (0, 0, 0, 0), id="neutral, found"),
    pytest.param([label("F", 3, category="Key:Salt")], [hit(3)], (0, 0, 0, 0), id="one neutral category is enough"),
    pytest.param([label("T", 3, category="Nonce"), label("T", 3, 40, 50)], [hit(3)], (1, 0, 0, 0), id="beside neutral"),
    pytest.param([label("T", 3, -1, -1)], [hit(3)], (1, 0, 0, 0), id="whole line"),
]


@pytest.mark.parametrize(("labels", "hits", "expected"), COUNTED)
def test_counts(labels: list[Label], hits: list[Hit], expected: tuple[int, int, int, int]) -> None:
    assert tally([compare(labels, hits)]) == Tally(*expected)


@pytest.mark.parametrize(
    ("hits", "expected"),
    [
        ([hit(3)], 1),
        ([hit(3, 12, 20)], 1),
        ([hit(3, 13, 20)], 0),
        ([hit(3, 1, 5)], 0),
        ([hit(3, 1, 6)], 1),
        ([hit(2, 90, 1, last=3)], 0),
    ],
    ids=["same", "its last character", "behind it", "before it", "its first", "ends on the line above its value"],
)
def test_whether_a_finding_has_the_value_itself(hits: list[Hit], expected: int) -> None:
    assert compare([label("T", 3)], hits).on_value == expected


def test_a_false_alarm_is_booked_on_the_label_whose_value_it_has() -> None:
    labels = [label("F", 3, 0, 3, category="Token"), label("X", 3, 4, 12, category="Secret")]
    [(_, booked)] = compare(labels, [hit(3)]).false
    assert booked.categories == ("Secret",)


def test_shares() -> None:
    one = Tally(found=60, missed=40, false=20, unlabelled=20)
    assert (one.precision, one.recall) == (0.75, 0.6)
    assert one.f1 == pytest.approx(2 * 0.75 * 0.6 / (0.75 + 0.6))
    assert one.strict.precision == 0.6
    assert one.strict.recall == one.recall
    assert Tally().precision == Tally().recall == Tally().f1 == 0.0
