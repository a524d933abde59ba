"""Matches of which the value is written with escapes: they are judged by what it says."""

from __future__ import annotations

from typing import Final

from scanner.decode.derived import Derived, Shifted
from scanner.decode.unescape import plain
from scanner.engine.disguise import Layer
from scanner.model import Span
from scanner.refine.subject import Subject

_AROUND: Final = 640  # bytes before and behind a value that a judge looks at, and more
_SIGNS: Final = b"\\&%"
_NAMED: Final = ("contextual", "statistical")


def unescaped(layer: Layer, subject: Subject) -> tuple[Layer, Subject] | None:
    """Return the match as it would be without escapes, in a layer of its own; None when there are none."""
    rule, secret, data = subject.rule, subject.secret, subject.data
    if rule.evidence not in _NAMED or "joined" in rule.tags:
        return None
    value = data[secret.start : secret.end + 1]
    if len(value.translate(None, _SIGNS)) == len(value):
        return None
    said = plain(data, secret, "url" in rule.tags)
    return None if said is None else _without(layer, subject, said)


def _without(layer: Layer, subject: Subject, said: Derived) -> tuple[Layer, Subject]:
    start, end = said.region
    low = max(0, min(subject.match.start, start - _AROUND))
    before, after = subject.data[low:start], subject.data[end : end + _AROUND]
    text = before + said.data + after
    secret = Span(len(before), len(before) + len(said.data))
    match = Span(subject.match.start - low, max(secret.end, subject.match.end - end + secret.end))
    inner = Layer(
        text,
        layer.is_binary,
        (*layer.via, said.via),
        (*layer.ways, Shifted(len(before), len(said.data), said.way)),
        layer.stands_for,
    )
    return inner, subject._replace(data=text, match=match, secret=secret)
