"""Searching in windows gives what searching everything gives; and a search that takes too long is cut off."""

from __future__ import annotations

import random
import time
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.engine.match import find, spans
from scanner.engine.patterns import Patterns
from scanner.engine.portable import PortablePrefilter
from scanner.model import Span
from scanner.ruleset.built import Rule
from scanner.ruleset.rule import build
from scanner.ruleset.spec import RuleSpec
from tests.engine.corpus import Engine, engine, matches, truth

_PATTERNS = {
    "greedy": "key(?P<secret>[ab]{1,6})",
    "lazy": "key(?P<secret>[ab]{1,6}?)",
    "lazy to a mark": "key(?P<secret>[abk]{1,8}?)!",
    "lookbehind": "(?<![a-z])key(?P<secret>[ab]{2})",
    "long lookbehind": "(?<=b{4})key(?P<secret>a)",
    "lookahead": "key(?P<secret>[ab]{1,3})(?=!)",
    "not followed": "key(?P<secret>[ab]{1,3})(?![ab])",
    "lookahead within": "k(?!eyb)ey(?P<secret>[ab]{1,3})",
    "end": "key(?P<secret>[ab]{1,4})$",
    "very end": r"key(?P<secret>[ab]{1,4})\Z",
    "begin": r"^key(?P<secret>[ab]{1,4})",
    "word edge": r"\bkey(?P<secret>[ab]{1,4})\b",
    "optional lead": "b{0,3}key(?P<secret>[ab]{1,2})",
    "lazy lead": "[ab]{0,3}?key(?P<secret>[ab]{1,2})",
    "branches": "(?:key|kEy!)(?P<secret>a|ab|abb)",
    "ignoring case": "(?i:kEy)(?P<secret>[ab]{1,3})",
    "any character": "(?s:key(?P<secret>.{2}))",
    "over itself": "key(?P<secret>(?:key|[ab]){1,3})",
    "bytes that are no ascii": r"\xc3\x84(?i:\xc9K)ey(?P<secret>[ab])",
    "optional secret": "key(?:(?P<secret>[ab]{1,3})|!!)",
}


def _rule(pattern: str) -> Rule:
    return build(RuleSpec("test", "Test", "A test", "high", "Test", "test.yaml", 1, pattern=pattern))


_PIECES = b"key kEy KEY k ey a b ab ! \xff \xc3\x84\xc9 \xc3\x84\xc9key".split(b" ")
_TEXT = st.lists(st.sampled_from([*_PIECES, b"\n", b"\r\n", b" "]), max_size=24)


@pytest.mark.parametrize("pattern", _PATTERNS.values(), ids=_PATTERNS)
@settings(derandomize=True, deadline=None, max_examples=150)
@given(pieces=_TEXT)
def test_windows_change_no_match(pattern: str, pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    ready = _engine(pattern)
    expected = truth(ready, data)
    assert matches(ready, ready.hyperscan, data) == expected
    assert matches(ready, ready.portable, data) == expected


@cache
def _engine(pattern: str) -> Engine:
    return engine((_rule(pattern),))


def test_any_intervals_that_hold_the_beginnings_give_the_same_matches() -> None:
    made = random.Random(5)
    rule = _rule(_PATTERNS["not followed"])
    pattern = Patterns((rule,))[0]
    for _ in range(300):
        data = b"".join(made.choice([b"key", b"a", b"b", b"!"]) for _ in range(30))
        expected = [match.span() for match in pattern.finditer(data)]
        cuts = sorted(made.sample(range(len(data) + 1), 4))
        starts = {start for start, _ in expected}
        intervals = [
            (low, high - 1) for low, high in zip([0, *cuts], [*cuts, len(data) + 1], strict=True) if low < high
        ]
        kept = [(low, high) for low, high in intervals if starts & set(range(low, high + 1))]
        assert [match for match, _ in spans(find(pattern, rule, data, kept))] == expected


def test_a_match_whose_secret_is_absent_has_an_empty_one() -> None:
    rule = _rule(_PATTERNS["optional secret"])
    found = list(spans(find(Patterns((rule,))[0], rule, b"key!! keyab key!!", [(0, 17)])))
    nothing = Span(-1, -1)
    assert found == [(Span(0, 5), nothing), (Span(6, 11), Span(9, 11)), (Span(12, 17), nothing)]


def test_a_search_that_takes_too_long_is_cut_off() -> None:
    rule = _rule("key(?P<secret>(?:a|aa|aaa){1,60}b)!")
    began = time.perf_counter()
    with pytest.raises(TimeoutError):
        list(find(Patterns((rule,))[0], rule, b"key" + b"a" * 60 + b" b!", [(0, 0)], 0.2))
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize("start", ["", "key"])
def test_many_searches_share_one_limit(start: str) -> None:
    rule = _rule("key(?P<secret>(?:a{0,9}){9})!")._replace(start=start)
    data = (b"key" + b"a" * 22 + b" !") * 10_000
    intervals = PortablePrefilter([rule]).candidates(data)[0]
    assert len(intervals) == 10_000
    began = time.perf_counter()
    with pytest.raises(TimeoutError):
        list(find(Patterns((rule,))[0], rule, data, intervals, 0.2))
    assert time.perf_counter() - began < 5
