"""The verdict on one candidate: how likely it is a secret, and why."""

from __future__ import annotations

from typing import Final, NamedTuple

from scanner.model import Drop, Evidence, Judged, Keep, Span
from scanner.refine.generic.certain import of_site
from scanner.refine.generic.features import (
    Stance,
    content_features,
    line_features,
    path_features,
    whole_value,
)
from scanner.refine.generic.forms import of_value
from scanner.refine.generic.keys import NAMING, read_key
from scanner.refine.generic.quick import quick
from scanner.refine.generic.site import Site, read_site
from scanner.refine.generic.weights import weights
from scanner.refine.subject import Subject

_PLACE: Final = "password-place"  # the tag of rules whose pattern names a place where only passwords stand


class Verdict(NamedTuple):
    """`content` and `path` are log-odds and add up; `reasons` are features and their weights, the weightiest first."""

    confidence: float
    reasons: tuple[tuple[str, float], ...]
    content: float
    path: float


def explain(subject: Subject) -> Verdict:
    """Judge a candidate with all of its reasons, by the weights that the judge comes with."""
    return judge(subject.data, subject.secret, subject.path, is_placed(subject))


def judge(data: bytes, secret: Span, path: bytes, placed: bool = False) -> Verdict:
    """Judge the value at `secret`; an empty path stands for one that is not known. `placed`: see `site_of`."""
    model = weights()
    features, stance = content_features(data, secret, site_of(data, secret, placed))
    of_path = path_features(path, stance)
    content, added = model.sum(features), model.path(of_path)
    known = [(feature, model.of[feature]) for feature in (*features, *of_path) if feature in model.of]
    reasons = tuple(sorted(known, key=lambda pair: -abs(pair[1])))
    return Verdict(model.confidence(content + added), reasons, content, added)


def refine(subject: Subject) -> Keep | Drop:
    """Keep a candidate at its confidence, or drop it below the gate.

    When its path will be known only later, it stays if the best of paths could save it.
    """
    model = subject.weights or weights()
    data, secret, value = subject.data, subject.secret, subject.value
    site = site_of(data, secret, is_placed(subject))
    if drop := certainly_none(value, site):
        return drop
    sums = quick(model)
    known = sums.known(whole_value(data, secret), site)
    stance = known.stance
    added = sums.path(subject.path, stance)
    best = model.path_high if subject.path_follows else added
    gate = model.gate if subject.gate is None else subject.gate
    if known.most + best < model.least(gate):
        return _UNLIKELY
    content = known.sum + model.sum(line_features(data, site, known.sight))
    if model.confidence(content + best) < gate:
        return _UNLIKELY
    judged = Judged(content, stance) if subject.path_follows else None
    evidence: Evidence = "statistical" if stance.kind in _NAMELESS else "contextual"
    return Keep(evidence, confidence=model.confidence(content + added), judged=judged)


def is_placed(subject: Subject) -> bool:
    return _PLACE in subject.rule.tags


def site_of(data: bytes, secret: Span, placed: bool) -> Site:
    """Return where a value stands. A place that only passwords have (`placed`) is a name: `echo ... | sudo -S`."""
    site = read_site(data, secret.start, secret.end)
    if not placed or read_key(site.key).kind in NAMING:
        return site
    return site._replace(key=b"password", called=b"", form="flag", join=" ")


_UNLIKELY: Final = Drop("unlikely", "its name, its looks and what stands around it are not those of a secret")


def certainly_none(value: bytes, site: Site) -> Drop | None:
    """Return why it is none, where that needs no weighing."""
    return of_value(value) or of_site(site, value)


def with_path(judged: Judged, path: bytes) -> float:
    """Return the confidence of what was judged without its path, now that the path is known."""
    model = weights()
    return model.confidence(judged.content + model.path(path_features(path, Stance(*judged.stance))))


_NAMELESS: Final = frozenset(("none", "user", "address", "weak key", "bare key", "other key"))
