"""What is dropped before its lines are read would have been dropped after: the bound holds, whatever the weights."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scanner.decode.text import Text
from scanner.engine.scan import Scanner
from scanner.model import FileOrigin
from scanner.refine.generic.features import content_features, line_features, whole_value
from scanner.refine.generic.quick import quick
from scanner.refine.generic.site import read_site
from scanner.refine.generic.weights import Weights, weights
from scanner.refine.subject import Subject
from tests.refine.generic.support import CHOSEN, QUIET, SETTINGS

_LINES = (
    'assert login("ada", {}) == expected  # sha256 example, const label title = regex env.get let',
    "   // {}: not the passwords of people who read this, user at host",
    "return isOpen ? {}, other; f5a1c3f5a1c3f5a1c3f5a1c3f5a1c3" + "x" * 300,
    """authTypes = ["name", "new-password", {}, "other", "more"]""",
    """  'Repeat {}, 'more'""",
    "- {}, fetch print describe func if\nf5a1c3f5a1c3f5a1c3f5a1c3f5a1c3\nf5a1c3f5a1c3f5a1c3f5a1c3f5a1c3",
)
_PAIRS = ('password = "{}"', "secret: {}", "token=password{}", '"api_key": "{}"', 'passwd("{}")', "{0}_pass = '{0}'")


def _texts() -> Iterator[str]:
    yield from (text for _, text in QUIET)
    for value in (*CHOSEN, "password", "f5a1c3" * 6, "my_password_of_mine"):
        yield from (form.format(value) for _, form in SETTINGS)
        yield from (line.format(pair.format(value)) for line in _LINES for pair in _PAIRS)


def _subjects(scanner: Scanner) -> list[Subject]:
    origin = FileOrigin(b"a.py")
    return [found for text in _texts() for found in scanner.subjects(Text(text.encode()), origin)]


def _sums(subject: Subject, model: Weights) -> tuple[float, float]:
    """Return the sum of its content, and its bound."""
    data, secret = subject.data, subject.secret
    site = read_site(data, secret.start, secret.end)
    features, stance = content_features(data, secret, site)
    known = quick(model).known(whole_value(data, secret), site)
    assert stance == known.stance
    lines = line_features(data, site, known.sight)
    assert known.sum + model.sum(lines) == pytest.approx(model.sum(features), abs=1e-9)
    return model.sum(features), known.most


def test_no_sum_is_above_its_bound(scanner: Scanner) -> None:
    subjects = [subject for subject in _subjects(scanner) if "generic" in subject.rule.tags]
    assert len(subjects) > 200
    seen = {
        feature
        for subject in subjects
        for feature in content_features(subject.data, subject.secret, read_site(subject.data, *subject.secret))[0]
    }
    groups = [*("after:", "called:", "line says:", "login:", "hex around", "one of two", "line is prose")]
    groups += ["value holds", "among others: ", "label: "]
    assert [group for group in groups if not any(feature.startswith(group) for feature in seen)] == []
    for model in (weights(), weights()._replace(of=dict.fromkeys(seen, 1.0))):
        for subject in subjects:
            total, bound = _sums(subject, model)
            assert total <= bound, subject.data


@pytest.mark.parametrize("gate", [0.0, 0.2, 0.55, 0.9, 1.0])
def test_what_is_below_the_least_score_has_not_that_confidence(gate: float) -> None:
    model = weights()
    least = model.least(gate)
    scores = [score / 10 for score in range(-150, 150)]
    assert all(model.confidence(score) < gate for score in scores if score < least)
    assert gate == 1.0 or any(score >= least for score in scores)
