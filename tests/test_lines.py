"""Lines and columns against a counter too simple to be wrong, and UTF-16 with its way back to the original bytes."""

from __future__ import annotations

import codecs
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.decode.text import views
from scanner.lines import LineIndex, line_span
from scanner.model import Position

_PIECES = [
    *(b"a", b"bc", b" ", b"\t", b"\0", b"\n", b"\r", b"\r\n", b"\n\r", b"\r\r\n"),
    *("é".encode(), "ß€".encode(), "😀".encode(), "\u2028".encode(), "\x85".encode(), b"\x0b", b"\x0c"),
    *(b"\x80", b"\xff", b"\xc3", b"\xe2\x82", b"\xf0\x9f\x98", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf5\x80\x80\x80"),
    codecs.BOM_UTF8,
]
_TEXTS = st.lists(st.sampled_from(_PIECES), max_size=30).map(b"".join)
_MORE = settings(derandomize=True, deadline=None, max_examples=400)


def naive(data: bytes) -> list[Position]:
    """The position of each byte and of the end, counted character by character."""
    skipped = 3 if data.startswith(codecs.BOM_UTF8) else 0
    positions = [Position(1, 1)] * skipped
    line = column = 1
    before = ""
    for character in data[skipped:].decode("utf-8", "surrogateescape"):
        if before == "\n" or (before == "\r" and character != "\n"):
            line, column = line + 1, 1
        width = len(character.encode("utf-8", "surrogateescape"))
        positions += [Position(line, column)] * width
        column += 1
        before = character
    end = Position(line + 1, 1) if before in ("\n", "\r") else Position(line, column)
    return [*positions, end]


@_MORE
@given(_TEXTS)
def test_every_offset_has_the_position_that_counting_gives(data: bytes) -> None:
    index = LineIndex(data)
    assert [index.position(offset) for offset in range(len(data) + 1)] == naive(data)


@_MORE
@given(_TEXTS, st.randoms(use_true_random=False))
def test_the_order_of_asking_does_not_matter(data: bytes, random: object) -> None:
    offsets = list(range(len(data) + 1))
    random.shuffle(offsets)  # type: ignore[attr-defined]
    index, expected = LineIndex(data), naive(data)
    assert [index.position(offset) for offset in offsets] == [expected[offset] for offset in offsets]


@pytest.mark.parametrize(
    ("data", "offset", "line", "column"),
    [
        (b"a\nb", 2, 2, 1),
        (b"a\r\nb", 3, 2, 1),
        (b"a\rb", 2, 2, 1),
        (b"a\r\nb", 2, 1, 3),  # the LF still belongs to its line
        (b"ab", 2, 1, 3),
        (b"a\n", 2, 2, 1),
        (b"", 0, 1, 1),
        ("é€😀x".encode(), 9, 1, 4),
        ("é€😀x".encode(), 7, 1, 3),  # inside a character: the character's place
        (b"caf\xe9 x", 5, 1, 6),  # Latin-1
        (codecs.BOM_UTF8 + b"ab", 4, 1, 2),
        (codecs.BOM_UTF8, 0, 1, 1),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_positions_by_hand(data: bytes, offset: int, line: int, column: int) -> None:
    assert LineIndex(data).position(offset) == (line, column)


def test_a_line_of_fifty_megabytes_is_counted_once_however_many_positions_are_asked() -> None:
    data = ("ä" + "x" * 999).encode() * 50_000
    index = LineIndex(data)
    began = time.perf_counter()
    positions = [index.position(offset) for offset in range(0, len(data), 1001)]
    assert positions[-1] == (1, 49_999 * 1000 + 1)
    assert time.perf_counter() - began < 5


@_MORE
@given(_TEXTS, st.integers(0, 90), st.integers(1, 40))
def test_a_line_span_holds_the_offset_and_no_line_end(data: bytes, offset: int, limit: int) -> None:
    offset = min(offset, len(data))
    start, end = line_span(data, offset, limit)
    assert offset - limit <= start <= offset <= end <= offset + limit
    assert not set(data[start:end]) & set(b"\r\n")
    assert start == max(0, offset - limit) or data[start - 1] in b"\r\n"
    assert end == min(len(data), offset + limit) or data[end] in b"\r\n"


_ENCODINGS = [
    ("utf-16-le", codecs.BOM_UTF16_LE),
    ("utf-16-be", codecs.BOM_UTF16_BE),
    ("utf-16-le", b""),
    ("utf-16-be", b""),
]
_UNITS = st.text(st.sampled_from('ab1="\n\r é€😀\ud800\udc00\udfff'), max_size=40)


@pytest.mark.parametrize(("encoding", "bom"), _ENCODINGS, ids=["le+bom", "be+bom", "le", "be"])
@_MORE
@given(text=_UNITS, odd=st.booleans())
def test_offsets_lead_back_into_utf_16(encoding: str, bom: bytes, text: str, odd: bool) -> None:
    text = "long enough in ascii that it is known as what it is even without a mark in front of it: " * 4 + text
    original = bom + text.encode(encoding, "surrogatepass") + b"x" * odd
    # What is encoded may read differently: two lone surrogates in a row are a pair.
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    decoded, raw = views(original)
    assert raw.data == original
    offset = len(bom)
    at = 0
    for character in text:
        shown = "\ufffd" if "\ud800" <= character <= "\udfff" else character
        for inside in range(len(shown.encode())):
            assert decoded.original(at + inside) == offset
        assert decoded.data[at : at + len(shown.encode())] == shown.encode()
        at += len(shown.encode())
        offset += len(character.encode(encoding, "surrogatepass"))
    assert at == len(decoded.data)
    assert decoded.original(at) == offset


def test_offsets_must_be_asked_in_rising_order() -> None:
    text, _ = views("abcdef".encode("utf-16"))
    text.original(4)
    with pytest.raises(ValueError, match="rising"):
        text.original(2)


@pytest.mark.parametrize(
    "data",
    [
        b"plain ascii",
        "ünï".encode(),
        "ünï".encode("latin-1"),
        b"",
        b"\0",
        b"\0\0\0\0\0\0\0\0",
        b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0\x01\0\0\0",
        bytes(range(256)),
    ],
    ids=lambda data: repr(data[:12]),
)
def test_what_is_in_no_wide_letters_stays_as_it_is(data: bytes) -> None:
    (text,) = views(data)
    assert text.data == data
    assert text.original(len(data)) == len(data)
