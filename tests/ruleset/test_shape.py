"""The shape language: what each field means as a regex, as text, and as an error."""

from __future__ import annotations

import re
from random import Random

import pytest
import regex

from scanner.ruleset import shape as shapes
from scanner.ruleset.alphabets import ALPHABETS
from scanner.ruleset.checksums import CHECKSUMS
from scanner.ruleset.shape import Choice, Literal, Named, Repeat, ShapeError


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("abc", (Literal("abc"),)),
        ("a{{b}}c", (Literal("a{b}c"),)),
        ("x_{digit:4}", (Literal("x_"), Repeat("0-9", 4, 4))),
        ("{lower:2-5}", (Repeat("a-z", 2, 5),)),
        ("{[a-z{}~]:3}", (Repeat("a-z{}~", 3, 3),)),
        (r"{[\]x]:3}", (Repeat(r"\]x", 3, 3),)),
        ("{sk|rk}_", (Choice(("sk", "rk")), Literal("_"))),
        ("{-dev|}", (Choice(("-dev", "")),)),
        ("{uuid}{checksum}", (Named("uuid"), Named("checksum"))),
        ('"[[{hex:2}]]"', (Literal('"'), Named("[["), Repeat("0-9a-f", 2, 2), Named("]]"), Literal('"'))),
        ("{{{digit:1}}}", (Literal("{"), Repeat("0-9", 1, 1), Literal("}"))),
        ("", ()),
    ],
)
def test_parse(text: str, parts: shapes.Shape) -> None:
    assert shapes.parse(text) == parts


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a}", "a lone '}'"),
        ("a{digit:3", "never closed"),
        ("{letters:3}", "unknown alphabet 'letters'; known: digit"),
        ("{digit}", "unknown field {digit}"),
        ("{digit:5-3}", "the range in {digit:5-3} is empty"),
        ("{digit:0}", "is empty"),
        ("{API_TOKEN}", "unknown field {API_TOKEN}"),
    ],
)
def test_parse_error(text: str, message: str) -> None:
    with pytest.raises(ShapeError, match=re.escape(message)):
        shapes.parse(text)


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("a.b", r"a\.b"),
        ("{digit:4}", "[0-9]{4}"),
        ("{digit:1-4}", "(?>[0-9]{1,4})"),
        ("{a.|b|}", r"(?:a\.|b|)"),
    ],
)
def test_to_pattern(text: str, pattern: str) -> None:
    assert shapes.to_pattern(shapes.parse(text), None) == pattern


@pytest.mark.parametrize("text", ["{checksum}", "{shape}", "[[x]]"])
def test_no_place_in_a_shape(text: str) -> None:
    with pytest.raises(ShapeError):
        shapes.to_pattern(shapes.parse(text), None)


@pytest.mark.parametrize(
    ("text", "refused", "accepted"),
    [
        ("x{hex:4}", "09afzZ", "-_ \"'"),
        ("x{base64:4}", "09aZ+/=", '-_" '),
        ("x{base64url:4}", "09aZ_-", '=" '),
        ("x{uuid}", "09aZ-", '_" '),
        ("x{digit:2}end", "09aZ", "-_ "),
        ("x{base64:4}{==|=|}", "09aZ+/=", '-_" '),  # the padding may be empty: its base64 must not go on
        ("x{base64url:4}{-dev|-live}", "09aZ", "_- "),
    ],
)
def test_tail_class(text: str, refused: str, accepted: str) -> None:
    tail = regex.compile(f"[{shapes.tail_class(shapes.parse(text), None)}]")
    assert [c for c in refused if not tail.match(c)] == []
    assert [c for c in accepted if tail.match(c)] == []


@pytest.mark.parametrize("name", ALPHABETS)
def test_alphabet_expands_to_itself(name: str) -> None:
    shape = shapes.parse(f"p_{{{name}:1-30}}")
    for seed in range(20):
        text, span = shapes.expand(shape, (), None, Random(seed))
        assert regex.fullmatch(shapes.to_pattern(shape, None), text.decode())
        assert span is None


def test_expand_marks_the_secret() -> None:
    text, span = shapes.expand(shapes.parse('key="[[{hex:8}]]" # é'), (), None, Random(1))
    assert span == (5, 13)
    assert regex.fullmatch(r'key="[0-9a-f]{8}" # é', text.decode())


def test_expand_shape_field_with_checksum() -> None:
    checksum = CHECKSUMS["crc32-base62"]
    shape = shapes.parse("ghp_{base62:30}{checksum}")
    text, span = shapes.expand(shapes.parse("<{shape}>"), shape, checksum, Random(1))
    assert span == (1, 41)
    assert checksum.holds(text[1:41])


def test_expand_is_deterministic() -> None:
    shape = shapes.parse("{base62:40}{a|b}{uuid}")
    assert shapes.expand(shape, (), None, Random(7)) == shapes.expand(shape, (), None, Random(7))
    assert shapes.expand(shape, (), None, Random(7)) != shapes.expand(shape, (), None, Random(8))


def test_unknown_name_cannot_be_expanded() -> None:
    with pytest.raises(ShapeError, match="cannot be expanded"):
        shapes.expand(shapes.parse("{checksum}"), (), None, Random(1))


def test_members() -> None:
    assert shapes.members("0-9") == b"0123456789"
    assert shapes.members("a b") == b" ab"
    assert shapes.members(r"\-x") == b"-x"
