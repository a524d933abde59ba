"""A secret stays hidden in every way in which Python shows a value, and shown text cannot do harm."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import pprint
import traceback
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import FileOrigin, Finding, Location, Position, Span
from scanner.redact import OpenSecret, Secret, fingerprint, mask, printable

_VALUE = b"hunter2-correct-horse-battery"
_MORE = settings(derandomize=True, deadline=None, max_examples=500)


def _logged(secret: Secret) -> str:
    record = logging.LogRecord("x", logging.INFO, "f", 1, "%s %r %(a)s" if False else "%s %r", (secret, secret), None)
    return record.getMessage()


def _traced(secret: Secret) -> str:
    try:
        raise ValueError(secret)
    except ValueError as error:
        stack = traceback.TracebackException.from_exception(error, capture_locals=True)
        return "".join(stack.format())


def _in_finding(secret: Secret) -> str:
    place = Location(FileOrigin(b"f"), Span(0, 1), Position(1, 1), Position(1, 2))
    return repr(Finding("r", "R", "high", "proven", 0.9, secret, "f" * 32, place))


_WAYS: dict[str, Callable[[Secret], str]] = {
    "repr": repr,
    "str": str,
    "format": lambda s: format(s, "<80"),
    "f-string": lambda s: f"{s} {s!r} {s!s} {s!a}",
    "percent": lambda s: "%s %r" % (s, s),  # noqa: UP031
    "in a list": lambda s: repr([s]) + pprint.pformat({"k": s}),
    "in a finding": _in_finding,
    "logging": _logged,
    "json": lambda s: json.dumps({"k": s}, default=str),
    "traceback with locals": _traced,
    "pickle": lambda s: repr([pickle.dumps(s, n) for n in range(pickle.HIGHEST_PROTOCOL + 1)]),
    "copy": lambda s: repr(copy.copy(s)) + repr(copy.deepcopy(s)),
    "join": lambda s: ", ".join(map(str, [s, s])),
}


@pytest.mark.parametrize("way", _WAYS.values(), ids=_WAYS)
@pytest.mark.parametrize("kind", [Secret, OpenSecret])
def test_no_way_of_showing_a_secret_shows_it(kind: type[Secret], way: Callable[[Secret], str]) -> None:
    if kind is OpenSecret and way is _WAYS["pickle"]:
        pytest.skip("an open secret crosses a pickle: that is its purpose")
    shown = way(kind(_VALUE))
    assert _VALUE[5:].decode() not in shown
    assert _VALUE.hex() not in shown


def test_a_secret_is_no_json_value_by_itself() -> None:
    with pytest.raises(TypeError):
        json.dumps(Secret(_VALUE))


def test_only_reveal_gives_the_value() -> None:
    assert Secret(_VALUE).reveal() == _VALUE


def test_a_secret_that_crossed_a_pickle_keeps_its_mask_and_loses_its_value() -> None:
    crossed = pickle.loads(pickle.dumps(Secret(_VALUE)))
    assert (crossed.reveal(), crossed.masked) == (b"", "hunt********")
    opened = pickle.loads(pickle.dumps(OpenSecret(_VALUE)))
    assert (opened.reveal(), opened.masked) == (_VALUE, "hunt********")


def test_secrets_compare_by_value() -> None:
    assert Secret(_VALUE) == Secret(_VALUE) != Secret(_VALUE + b"x")
    assert len({Secret(_VALUE), Secret(_VALUE)}) == 1
    assert Secret(_VALUE) != _VALUE


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (b"", "********"),
        (b"short", "********"),
        (b"x" * 23, "********"),
        (b"ghp_" + b"x" * 20, "ghp_********"),
        (b"\x1b[2J" + b"x" * 30, "\\x1b[2J********"),
        ("é€x".encode() + b"x" * 30, "é\\xe2\\x82********"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_a_mask_shows_four_bytes_of_a_long_value_and_nothing_of_a_short_one(value: bytes, shown: str) -> None:
    assert mask(value) == shown


@_MORE
@given(st.binary(max_size=80))
def test_a_mask_holds_at_most_the_first_four_bytes(value: bytes) -> None:
    assert mask(value) == ("" if len(value) < 24 else printable(value[:4])) + "********"


_HOSTILE = [
    "\x1b[31m",
    "\r",
    "\n",
    "\t",
    "\0",
    "\x7f",
    "\x9b",
    "\u202e",
    "\u2066",
    "\u200b",
    "\ufeff",
    "\u2028",
    "\U000e0041",
]


@pytest.mark.parametrize("text", _HOSTILE, ids=[repr(text) for text in _HOSTILE])
def test_what_could_steer_a_terminal_or_deceive_an_eye_is_escaped(text: str) -> None:
    shown = printable(f"a{text}b")
    assert shown.isascii() and shown.isprintable() and shown.startswith("a\\")
    assert printable(f"a{text}b".encode()) == shown


@pytest.mark.parametrize("text", ["", "plain", "naïve €", "日本語", "😀", "a b"])
def test_what_is_harmless_stays_as_it_is(text: str) -> None:
    assert printable(text) == text == printable(text.encode())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (b"caf\xe9", "caf\\xe9"),
        ("caf\udce9", "caf\\xe9"),  # the same name, as the file system hands it to Python
        ("a\ud800b", "a\\ud800b"),
        ("a\ud800\udce9b", "a\\ud800\\udce9b"),
        (b"\xed\xa0\x80", "\\xed\\xa0\\x80"),
    ],
)
def test_what_has_no_text_is_shown_by_its_numbers(text: bytes | str, shown: str) -> None:
    assert printable(text) == shown


_ANY_TEXT = st.text(st.characters(codec=None, categories=None))


@_MORE
@given(st.one_of(st.binary(), _ANY_TEXT, st.text(st.sampled_from("a\ud800\udc80\udcff\udfff\u202e\x1b"))))
def test_whatever_is_shown_can_be_printed_and_encoded(text: bytes | str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    shown.encode()


def test_a_fingerprint_names_rule_and_value_and_gives_away_neither() -> None:
    one = fingerprint("a-rule", _VALUE)
    assert len(one) == 32 and int(one, 16)
    assert one == fingerprint("a-rule", _VALUE)
    assert len({one, fingerprint("b-rule", _VALUE), fingerprint("a-rule", _VALUE + b"x")}) == 3
