"""The analysis of patterns: prefilters may find too much, never too little.

The property tests build rules of random shapes, hide their tokens in noise, and hold both prefilters to
the promise: every match that `regex` finds begins at one of their candidates.
"""

from __future__ import annotations

import re
from random import Random

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.engine.match import find
from scanner.engine.portable import PortablePrefilter
from scanner.ruleset import shape as shapes
from scanner.ruleset.alphabets import ALPHABETS
from scanner.ruleset.analyse import analyse
from scanner.ruleset.built import Look, Rule
from scanner.ruleset.rule import build
from scanner.ruleset.spec import RuleSpec
from scanner.ruleset.tree import PatternError


@pytest.mark.parametrize(
    ("pattern", "literals", "least", "most"),
    [
        ("abc[0-9]{4}", ("abc",), 0, 0),
        ("[0-9]{2,5}abc", ("abc",), 2, 5),
        ("(?i:ABC)[0-9]{4}", ("abc",), 0, 0),
        ("(?:sk|rk)_live_[0-9]{4}", ("_live_",), 2, 2),
        ("(?:token|tokens)=[0-9]{4}", ("token", "tokens"), 0, 0),
        ("(?:alpha|beta)[0-9]{4}", ("alpha", "beta"), 0, 0),
        ("(?:abcd){2}[0-9]", ("abcd",), 0, 0),
        ("x(?:[0-9](?:abc|defg)){1,3}", ("abc", "defg"), 2, 2),
        ("(?<=key)abc[0-9](?=end)", ("abc",), 0, 0),
        ("a[0-9]bcd(?:longest-but-optional)?", ("bcd",), 2, 2),
    ],
)
def test_anchor(pattern: str, literals: tuple[str, ...], least: int, most: int) -> None:
    assert analyse(pattern).anchor == (literals, least, most)


@pytest.mark.parametrize(
    ("pattern", "expression", "least", "most"),
    [
        ("abcd[0-9]{36}", r"abcd(?:[0-9]){8,8}", 12, 12),
        ("abc[0-9]{36}", r"abc(?:[0-9]){20,20}", 23, 23),  # a short literal is everywhere
        ("abc[0-9]{2}(?![0-9])", "abc(?:[0-9]){2,2}", 5, 5),
        ("abc[0-9]{2,90}", "abc(?:[0-9]){2,2}", 5, 5),
        ("(?<![a-z])abc[0-9]{0,3}", "abc", 3, 3),
        ("[0-9]{5,30}abc", "(?:[0-9]){5,}abc", 8, 33),
        ("(?i:a)bc[^x].(?s:.)", r"(?i:a)bc[^x][^\n][\x00-\xff]", 6, 6),
        ("abcd(?:x[0-9]{2,9}|y{2}z?)", r"abcd(?:x(?:[0-9]){2,2}|(?:y){2,2})", 6, 7),  # else a hit at every digit
        ("abcd(?:x(?:[0-9]{2,9}|[a-f]{3,9})|yz?)", r"abcd(?:x(?:(?:[0-9]){2,2}|(?:[a-f]){3,3})|y)", 5, 8),
        ("abcd(?:x|)", "abcd", 4, 4),
        (r"(?<![^\n])abc[0-9]{0,3}", "(?m:^)abc", 3, 3),
        (r"(?<![^\r\n])abc[0-9]{0,3}", "abc", 3, 3),
    ],
)
def test_expression(pattern: str, expression: str, least: int, most: int) -> None:
    assert analyse(pattern).looks == (Look(expression, least, most),)


@pytest.mark.parametrize(
    "pattern",
    [
        "abcd(?:x[0-9]{2,9}|y{2}z?)",
        "abcd(?:x(?:[0-9]{2,4}|[a-f]{3,9})|yz?)[0-9]{0,3}",
        "(?:ab|abc)d(?:e{1,3}|(?:fg){1,2}(?:h|ij)?|k(?:l|m{2,5}))",
        "token(?: is|:)? (?:'[a-z]{1,9}'|[a-z]{0,4}[0-9](?:[a-z]{2,5})?)",
    ],
)
@given(data=st.data())
def test_a_look_ends_where_it_leads_back_to_every_match(pattern: str, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(pattern.encode(), fullmatch=True))
    before = data.draw(st.binary(max_size=3))
    ((expression, least, most, _),) = analyse(pattern).looks
    ends = [
        end
        for end in range(len(before) + len(text) + 1)
        if any(re.fullmatch(expression.encode(), (before + text)[at:end]) for at in range(end))
    ]
    assert any(end - most <= len(before) <= end - least for end in ends)


def test_widths() -> None:
    found = analyse(r"(?<=before)abc[0-9]{2,9}(?=after)\b")
    assert (found.max_width, found.behind, found.ahead) == (12, 6, 5)


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("abc[0-9]+", "unbounded repeat"),
        ("abc(?:x[0-9]*){2}", "unbounded repeat"),
        ("abc(?=x+)", "unbounded repeat"),
        ("abc[0-9]{70000}", "unbounded repeat"),
        ("abc(?:[0-9]{300}){300}", "the limit is 65,536"),
        ("[0-9]{32}", "no literal of 2 or more"),
        ("(?:abc)?[0-9]{32}", "no literal of 2 or more"),
        ("(?:abc|[0-9])x", "no literal of 2 or more"),
        ("(?:abc)?", "matches the empty string"),
        ("abc(", "not a valid pattern"),
        ("abc\N{EURO SIGN}", "not a valid pattern"),
        ("(?i)abc", "flags for the whole pattern"),
        (r"(abc)\1", "not allowed in a rule's pattern"),
    ],
)
def test_refused(pattern: str, message: str) -> None:
    with pytest.raises(PatternError, match=message):
        analyse(pattern)


LITERALS = st.text("abcXYZ019_-./", min_size=1, max_size=5)
FIELDS = st.builds(
    lambda name, least, extra: f"{{{name}:{least}{f'-{least + extra}' if extra else ''}}}",
    st.sampled_from(sorted(ALPHABETS)),
    st.integers(1, 24),
    st.sampled_from((0, 0, 1, 7)),
)
CHOICES = st.lists(st.text("pqrST5_", max_size=4), min_size=2, max_size=3, unique=True).map(
    lambda options: "{" + "|".join(options) + "}"
)
PARTS = st.one_of(LITERALS, FIELDS, CHOICES, st.just("{uuid}"))
WORDS = st.lists(st.sampled_from(("acme_key", "zeta", "some_api_token")), max_size=2, unique=True)


def _rule(shape: str, words: list[str], boundary: str) -> Rule:
    return build(RuleSpec("x", "x", "x", "low", "X", "x.yaml", 1, shape=shape, context=tuple(words), boundary=boundary))


@st.composite
def rules(draw: st.DrawFn) -> tuple[Rule, shapes.Shape]:
    parts = draw(st.lists(PARTS, max_size=4))
    parts.insert(draw(st.integers(0, len(parts))), draw(st.sampled_from(("tok_", "Qz", "live-"))))
    shape = "".join([*parts, draw(FIELDS)])
    return _rule(shape, draw(WORDS), draw(st.sampled_from(("token", "none")))), shapes.parse(shape)


def _haystack(rule: Rule, shape: shapes.Shape, noise: list[bytes], seed: int) -> bytes:
    random = Random(seed)
    out = bytearray()
    for piece in noise:
        token = shapes.expand(shape, (), None, random).text
        before = random.choice((b"", b" ", b'"', b"ACME_KEY = '", b'"zeta": "', b"some-api-token:", b"\\n", b"%3D"))
        cut = random.choice((len(token), len(token), len(token) - 1, len(token) // 2))
        out += piece + before + token[:cut] + random.choice((b"", b"\n", b'"', b"&", b"\x00"))
    return bytes(out)


NOISE = st.lists(
    st.one_of(st.binary(max_size=20), st.sampled_from((b"tok_", b"Qz", b"zeta = ", b"\r\n", b"\xe2\x80\xa6"))),
    min_size=1,
    max_size=8,
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(rules(), NOISE, st.integers(0, 2**32))
def test_prefilters_lose_nothing(made: tuple[Rule, shapes.Shape], noise: list[bytes], seed: int) -> None:
    hyper = pytest.importorskip("scanner.engine.hyper")
    rule, shape = made
    data = _haystack(rule, shape, noise, seed)
    pattern = regex.compile(rule.pattern.encode("latin-1"))
    every = [match.start() for match in pattern.finditer(data, overlapped=True)]
    exact = [(*match.span(), *match.span("secret")) for match in pattern.finditer(data)]
    prefilter = hyper.HyperscanPrefilter(hyper.compile_rules([rule]))
    # Behind the rules' looks stand those for what may be encoded.
    hits = [(rule.looks[look], end) for look, end in prefilter.hits(data) if look < len(rule.looks)]
    for start in every:
        assert any(end - look.most <= start <= end - look.least for look, end in hits)
    for one in (prefilter, PortablePrefilter([rule])):
        intervals = one.candidates(data).get(0, [])
        assert list(find(pattern, rule, data, intervals)) == exact


@settings(max_examples=150, deadline=None, derandomize=True)
@given(rules(), NOISE, st.integers(0, 2**32))
def test_anchor_is_always_there(made: tuple[Rule, shapes.Shape], noise: list[bytes], seed: int) -> None:
    rule, shape = made
    data = _haystack(rule, shape, noise, seed)
    lower = data.lower()
    for match in regex.finditer(rule.pattern.encode("latin-1"), data, overlapped=True):
        assert match.end() - match.start() <= rule.max_width
        least, most = match.start() + rule.anchor.least, match.start() + rule.anchor.most
        literals = [text.encode("latin-1") for text in rule.anchor.literals]
        assert any(lower.startswith(text, at) for text in literals for at in range(least, most + 1))


def test_the_haystacks_hold_matches() -> None:
    """The properties above would hold of empty sets as well."""
    rule = _rule("tok_{base62:20}{-dev|}", ["zeta"], "token")
    shape = shapes.parse("tok_{base62:20}{-dev|}")
    found = sum(
        len(regex.findall(rule.pattern.encode(), _haystack(rule, shape, [b"\n"] * 8, seed))) for seed in range(20)
    )
    assert found > 10
