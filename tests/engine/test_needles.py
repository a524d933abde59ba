"""What the portable prefilter finds of the encodings is what their patterns match anywhere."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.engine.disguise import PATTERNS
from scanner.engine.needles import NEEDLES, Finder
from tests.decode.test_few_escapes import FILES
from tests.engine.corpus import example_texts

_PIECES = (
    *(b"password", b"token", b"key", b"auth", b'""d', b'""', b"''", b'"', b"'", b"=", b": ", b" ", b"\n", b"\r\n"),
    *(b"\\", b"\\x41", b"\\u0041", b"\\u{41}", b"\\101", b"\\055", b"%41", b"%25", b"%26%23x", b"%3D", b"%5Cu"),
    *(b"&#65;", b"&#x3C;", b"&lt;", b"&amp;", b"&apos;", b"&quot;", b"abc", b"A1b2C3d4", b"x" * 40, b"=\r\n", b"=3D"),
    *(b"=3D=20", b"\xc3\xa9", b"0"),
)
_TEXT = st.lists(st.sampled_from(_PIECES), max_size=40).map(b"".join)


def _everywhere(name: str, data: bytes) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(PATTERNS[name].expression.encode(), data)]


@pytest.mark.parametrize("name", PATTERNS)
@settings(derandomize=True, deadline=None, max_examples=300)
@given(data=_TEXT)
def test_nothing_is_lost_around_needles(name: str, data: bytes) -> None:
    assert list(Finder(name, PATTERNS[name]).spans(data)) == _everywhere(name, data)


@pytest.mark.parametrize("name", PATTERNS)
def test_nothing_is_lost_in_files_made_for_them_and_in_examples(name: str) -> None:
    noise = b"const a = [1, 2, 3]; // it's \\n or \\\\ 50% & more\n" * 40
    data = noise.join(text.encode() for text, _ in FILES.values()) + b"\n".join(example_texts()[::7])
    found = _everywhere(name, data)
    assert list(Finder(name, PATTERNS[name]).spans(data)) == found


def test_each_needle_is_of_an_encoding() -> None:
    assert NEEDLES.keys() <= PATTERNS.keys()
