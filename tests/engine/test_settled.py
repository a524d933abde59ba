"""What a rule that reads few lines matched in them is remembered, and is what it would match again."""

from __future__ import annotations

import random
from collections.abc import Iterable
from functools import cache

import pytest

from scanner.engine.match import Found, Starts, spans
from scanner.engine.patterns import Patterns
from scanner.engine.settled import Settled, read_by
from scanner.model import Span
from tests.engine.corpus import builtin
from tests.ruleset.test_fragments import texts

IDS = ("generic-passphrase", "generic-password", "generic-secret")
OTHERS = [b"", b"x", b"\n", b"=\n", b" ", b"'", b'"', b"\n\n", b"\r\n", b"key", b"value='a'\n", b"</p>"]


@pytest.fixture(params=IDS)
def number(request: pytest.FixtureRequest) -> int:
    """The number of a rule that reads few lines."""
    return next(n for n, rule in enumerate(builtin().rules) if rule.id == request.param)


@cache
def starts(number: int) -> Starts:
    rules = builtin().rules
    return Starts(rules[number], Patterns(rules)[number])


def _spans(found: Iterable[Found]) -> list[tuple[Span, Span | None]]:
    return [(match, secret if secret.start < secret.end else None) for match, secret in spans(found)]


def test_these_are_all() -> None:
    assert sorted(rule.id for rule in builtin().rules if rule.linear) == list(IDS)


def test_a_match_depends_on_what_is_said_and_on_nothing_else(number: int) -> None:
    rule, chance = builtin().rules[number], random.Random(number)
    pattern = Patterns(builtin().rules)[number]
    reach = rule.max_width + rule.ahead
    matched = 0
    for text in texts(3_000):
        before, behind = chance.choice(OTHERS) + b" ", chance.choice(OTHERS) + chance.choice(OTHERS)
        data = before + text + behind + b"\n" + chance.choice(OTHERS) + b"\nz"
        at = len(before)
        _, cut, read = read_by(data, at, at, rule.behind, reach, rule.linear)
        if cut:
            continue
        other = chance.choice(OTHERS) + chance.randbytes(chance.randrange(9)) + read
        there = len(other) - len(read) + rule.behind
        other += chance.choice(OTHERS) + chance.randbytes(chance.randrange(1, 9))
        one, two = pattern.match(data, at, at + reach), pattern.match(other, there, there + reach)
        assert (one and one[0]) == (two and two[0]), (data, other)
        matched += one is not None
    assert matched > 100


@pytest.mark.parametrize("seed", range(6))
def test_versions_are_seen_as_if_each_were_the_first(number: int, seed: int) -> None:
    rule, chance = builtin().rules[number], random.Random(seed)
    _, least, most, _ = rule.looks[0]
    settled, some = Settled(), texts(4_000)
    lines = [chance.choice(some) for _ in range(12)]
    matched = 0
    for _ in range(60):
        lines[chance.randrange(len(lines))] = chance.choice((chance.choice(some), chance.choice(OTHERS)))
        data = chance.choice((b"\n", b" ")).join(lines)
        places = sorted(chance.sample(range(least, len(data)), 8))
        intervals = [(max(0, end - most), end - least) for end in places]
        for one in ([chance.choice(intervals)], _apart(intervals)):
            plain = _spans(starts(number).found(data, one))
            assert _spans(settled.matches(number, rule, data, one, starts(number))) == plain
            matched += len(plain)
    assert matched > 10


def _apart(intervals: list[tuple[int, int]]) -> list[tuple[int, int]]:
    made = [intervals[0]]
    for low, high in intervals[1:]:
        if low <= made[-1][1]:
            made[-1] = made[-1][0], max(high, made[-1][1])
        else:
            made.append((low, high))
    return made


def test_what_a_match_cuts_to_the_width_of_one_hit_is_read_whole(number: int) -> None:
    """The rest of an interval, after a match in it, is not taken for that of a hit, whose earlier lines say nothing."""
    rule = builtin().rules[number]
    _, least, most, _ = rule.looks[0]
    name, value = {
        "generic-passphrase": (b"password", b"horse staple"),
        "generic-password": (b"password", b"q8Zr2LmXw7Tv"),
        "generic-secret": (b"api_key", b"q8Zr2LmXw7Tv"),
    }[rule.id]
    one = b"xx\n%s='%s'" % (name, value)
    data = one + b"; %s='%s'\n" % (name, value[::-1]) + b"-\n" * most
    free = len(one)
    intervals = [(1, 6), (7, free + most - least)]
    plain = _spans(starts(number).found(data, intervals))
    assert len(plain) == 2
    assert _spans(Settled().matches(number, rule, data, intervals, starts(number))) == plain


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    rule = builtin().rules[number]
    monkeypatch.setattr("scanner.engine.settled._REMEMBERED", 2_000)
    settled = Settled()
    for count in range(200):
        value = b"correct horse" if rule.id == "generic-passphrase" else b"a1b2c3d4e5"
        data = b"key = 'a1b2c3d4e5%d'\npassword = '%s'\n" % (count, value)
        intervals = [(0, 0), (data.index(b"p"),) * 2]
        assert list(settled.matches(number, rule, data, intervals, starts(number)))
        assert settled.size <= 2_000
