"""Parts of patterns: what the prefilter gets for them is never narrower than they are."""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from typing import Any

import pytest
import regex

from scanner.ruleset.analyse import analyse
from scanner.ruleset.fragments import FRAGMENTS, expand, line_breaks, start
from scanner.ruleset.tree import PatternError

NAMES = (
    *("password", "db_pwd", "userPw", "SECRET", "credentials.file", "passphrase[0]", "contrase\u00f1a", "\u5bc6\u7801"),
    *("api_key", "X-Auth-Token", "sessionId", "nonce", "signature", "AccountKey", "client.cert", "oauth_token"),
)
OPENINGS = (
    *(" = ", ": ", ">\n  ", '",\n  "value": "', '": "', "' => '", "='", "] = b'", ': str = "', ' string = "', " := `"),
    *('=\\"', "%3D", "=&quot;", '("', '", "', '(aws.String("', " == '", " || '", ' ?? "', " or '", '=\\\n    "', ">"),
    *('" value="', '">', "&quot;:&quot;", "\n  value: ", '", "value": "', '[] = {"', ' = new String("', "**: "),
    *(") { '", '":\n    "', " = u'", ' => [ "'),
)
VALUES = (
    "hunter2!",
    "Abc123def456",
    "a1b2c3d4" * 5,
    "x" * 30 + "7",
    "AbCdEfGhIjKlMnOpQrStUvWx",
    "p'q9r8s7",
    "correct horse battery",
    "7 lords-a leaping",
    "my dog's name 12",
    "open the door please",
    "a+b/c=1d",
)
KNOWN = ("(?&password)(?&opened)(?&any)", "(?&key)(?&opened)(?&some)", "(?&password)(?&opened)(?&phrase)")
ENDS = ('"', "'", "`", "\n", " ", '\\"', "&x=1", ";b=c", "</p>", "\n  </p>", " ]]>", "%26a", "&quot;", '",', "'}", "")


def texts(count: int) -> list[bytes]:
    chosen = random.Random(5)
    pick = chosen.choice
    return [(pick(NAMES) + pick(OPENINGS) + pick(VALUES) + pick(ENDS)).encode() for _ in range(count)]


@pytest.mark.parametrize("pattern", KNOWN)
def test_where_a_pattern_matches_its_first_look_matches_from_the_same_place(pattern: str) -> None:
    exact, coarse = expand(pattern)
    whole = regex.compile(exact.encode("latin-1"))
    (look,) = analyse(coarse).looks
    first = regex.compile(look.expression.encode("latin-1"))
    found = 0
    for text in texts(4_000):
        for match in whole.finditer(text):
            found += 1
            ends = {seen.end() - match.start() for seen in first.finditer(text, match.start(), overlapped=True)}
            assert first.match(text, match.start()), text
            assert any(look.least <= end <= look.most for end in ends), text
    assert found > 200


def _written(tree: Iterable[tuple[object, Any]], pick: random.Random) -> Iterator[str]:
    """Yield the pieces of a text that a parsed pattern matches, but for what it only looks at."""
    for kind, what in tree:
        match str(kind):
            case "LITERAL":
                yield chr(what)
            case "IN":
                yield pick.choice(_members(_class(what)))
            case "BRANCH":
                yield from _written(pick.choice(what[1]), pick)
            case "SUBPATTERN":
                yield from _written(what[3], pick)
            case "MAX_REPEAT":
                least, most, inner = what
                for _ in range(pick.choice((least, min(most, least + 1), pick.randint(least, min(most, 40))))):
                    yield from _written(inner, pick)


@cache
def _members(pattern: str) -> list[str]:
    return [chr(c) for c in range(256) if re.fullmatch(pattern, chr(c))]


def _class(members: Iterable[tuple[object, Any]]) -> str:
    text = ""
    for kind, what in members:
        if str(kind) == "RANGE":
            text += f"\\x{what[0]:02x}-\\x{what[1]:02x}"
        else:
            text += {"NEGATE": "^", "CATEGORY": r"\w" if "WORD" in str(what) else r"\s"}.get(
                str(kind)
            ) or f"\\x{what:02x}"
    return f"[{text}]"


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("pattern", KNOWN)
def test_whatever_may_stand_between_a_name_and_its_value_the_first_look_sees_it(pattern: str, seed: int) -> None:
    pick = random.Random(seed)
    exact, coarse = expand(pattern)
    whole, first = (regex.compile(text.encode("latin-1")) for text in (exact, analyse(coarse).looks[0].expression))
    parser = import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")
    gap = parser.parse(FRAGMENTS["opened"].exact.replace("(?>", "(?:"))
    found = 0
    for _ in range(6_000):
        between = "".join(_written(gap, pick))
        text = (pick.choice(("db_password", "api_token")) + between + pick.choice(VALUES) + '" ').encode("latin-1")
        if whole.match(text, 3 if text.startswith(b"db") else 4):
            found += 1
            assert first.match(text, 3 if text.startswith(b"db") else 4), text
    assert found > 100


@pytest.mark.parametrize("pattern", KNOWN)
def test_a_match_begins_where_its_start_is_seen(pattern: str) -> None:
    whole = regex.compile(expand(pattern).exact.encode("latin-1"))
    begins = re.compile(start(pattern).encode("latin-1"))
    for text in texts(4_000):
        for match in whole.finditer(text):
            assert begins.match(text.lower(), match.start()), text


@pytest.mark.parametrize("pattern", KNOWN)
def test_a_known_pattern_has_one_line_break_at_most(pattern: str) -> None:
    assert line_breaks(pattern) == (2 if "phrase" in pattern else 1)
    coarse = regex.compile(analyse(expand(pattern).coarse).looks[0].expression.encode("latin-1"))
    for text in texts(4_000):
        for match in coarse.finditer(text, overlapped=True):
            assert re.sub(rb"[,/> \t\r\n]*\n[,/> \t\r\n]*", b"\n", match[0]).count(b"\n") <= 1, text


def test_other_patterns_are_not_known() -> None:
    assert line_breaks("(?&password)(?&opened)(?&any)(?:a+)+!") == line_breaks("(?&opened)(?&any)") == 0


@pytest.mark.parametrize("pattern", KNOWN)
def test_a_known_pattern_takes_linear_time_at_any_place(pattern: str) -> None:
    whole = regex.compile(expand(pattern).exact.encode("latin-1"))
    for unit in (
        "password=",
        "key: ",
        "token ",
        "secret[",
        "auth(",
        "key=a.",
        "pass&quot;",
        "api'",
        "key, ",
        "pwd=%",
        "a b ",
        "pass='a b c ",
        "=",
    ):
        line = b"password key" + unit.encode() * 400
        whole.match(line, 0, 900, timeout=0.5)
        whole.match(line, 9, 900, timeout=0.5)


def test_an_unknown_part_is_named() -> None:
    with pytest.raises(PatternError, match="no part is called 'pasword'"):
        expand("(?&pasword)=x")
    assert expand("(?:a|b)").exact == expand("(?:a|b)").coarse == "(?:a|b)"
    assert set(FRAGMENTS) >= {"password", "key", "opened", "any", "some"}
