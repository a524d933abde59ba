"""Keywords that every match holds need not be carried over."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.convert.bounds import bounded
from scanner.convert.goregex import parse
from scanner.convert.ourregex import write
from scanner.convert.words import holds_one

CASES = [
    (r"acme_[a-z]+", ["acme_"], True),
    (r"(?i)ACME[a-z]+", ["acme"], True),
    (r"acme", ["Acme"], True),
    (r"acme[_-]?key", ["acme"], True),
    (r"acme[_-]key", ["acme_key", "acme-key"], True),
    (r"acme[_-]key", ["acme_key"], False),
    (r"(?:acme|apex)_key", ["_key"], True),
    (r"(?:acme|apex)_key", ["acme_key", "apex_key"], True),
    (r"(?:acme|apex)_key", ["acme"], False),
    (r"ac(me|mi)", ["acme", "acmi"], True),
    (r"(acme)?x+", ["acme"], False),
    (r"(?:acme)+", ["acme"], True),
    (r"[0-9a-f]{32}", ["acme"], False),
    (r"\bacme\b", ["acme"], True),
    (r"a.cme", ["acme"], False),
    (r"acme|[0-9]+", ["acme"], False),
    (r"acme", [], False),
]


@pytest.mark.parametrize(("go", "words", "expected"), CASES)
def test_whether_every_match_holds_a_word(go: str, words: list[str], expected: bool) -> None:
    assert holds_one(parse(go).root, words) is expected


@given(
    st.lists(st.sampled_from(["ab", "[ab]", "(?:a|bc)", "b?", "(?i)c", "x{1,2}", "."]), max_size=6),
    st.text("abcx", max_size=12),
)
def test_a_yes_is_never_wrong(pieces: list[str], text: str) -> None:
    root = parse("".join(pieces)).root
    if holds_one(root, ["ab", "cx"]):
        for match in re.finditer(write(bounded(root, None, 5), None).encode(), text.encode()):
            assert b"ab" in match[0].lower() or b"cx" in match[0].lower()
