"""Whatever a secret is encoded in, and however deep, it is found at its own place in the original."""

from __future__ import annotations

import base64
import gzip
import random
import string
from collections.abc import Callable
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.engine.scan import Scanner
from scanner.model import Blob, FileOrigin, Span
from tests.engine.corpus import builtin
from tests.support import token


class Coded(NamedTuple):
    """A text, encoded, and where in that the part of it stands that was asked for."""

    data: bytes
    span: Span


def _digits(encode: Callable[[bytes], bytes], bits: int) -> Callable[[bytes, Span], Coded]:
    def coded(data: bytes, span: Span) -> Coded:
        return Coded(encode(data), Span(span.start * 8 // bits, -(-span.end * 8 // bits)))

    return coded


def _units(unit: str) -> Callable[[bytes, Span], Coded]:
    def coded(data: bytes, span: Span) -> Coded:
        width = len(unit.format(0x41))
        text = b"".join(unit.format(byte).encode() for byte in data)
        return Coded(text, Span(span.start * width, span.end * width))

    return coded


def _wrapped(data: bytes, span: Span) -> Coded:
    plain = base64.b64encode(data)
    first, last = span.start * 8 // 6, -(-span.end * 8 // 6) - 1
    lines = b"\n".join(plain[at : at + 64] for at in range(0, len(plain), 64))
    return Coded(lines, Span(first + first // 64, last + last // 64 + 1))


def _wide(codec: str, width: int) -> Callable[[bytes, Span], Coded]:
    def coded(data: bytes, span: Span) -> Coded:
        return Coded(data.decode().encode(codec), Span(span.start * width, span.end * width))

    return coded


def _packed(data: bytes, span: Span) -> Coded:
    packed = base64.b64encode(gzip.compress(data, mtime=0)).rstrip(b"=")
    return Coded(packed, Span(0, len(packed)))


CODINGS: dict[str, Callable[[bytes, Span], Coded]] = {
    "base64": _digits(base64.b64encode, 6),
    "base64, URL-safe, unpadded": _digits(lambda data: base64.urlsafe_b64encode(data).rstrip(b"="), 6),
    "base64, wrapped": _wrapped,
    "hex": _digits(lambda data: data.hex().encode(), 4),
    "HEX": _digits(lambda data: data.hex().upper().encode(), 4),
    "percent": _units("%{:02X}"),
    "hex escapes": _units("\\x{:02x}"),
    "unicode escapes": _units("\\u{:04x}"),
    "unicode escapes in braces": _units("\\u{{00{:02x}}}"),
    "octal escapes": _units("\\{:03o}"),
    "entities": _units("&#x{:02x};"),
}
ONCE: dict[str, Callable[[bytes, Span], Coded]] = {
    **CODINGS,
    "utf-16": _wide("utf-16-le", 2),
    "utf-32": _wide("utf-32-le", 4),
    "gzip": _packed,
}


def _found(data: bytes) -> list[tuple[str, Span]]:
    ready = builtin()
    scanner = Scanner(ready.rules, ready.hyperscan, 0.0)
    return [(f.rule_id, f.location.span) for f in scanner.scan_blob(Blob(FileOrigin(b"x.txt"), data)).findings]


def _around(chance: random.Random, most: int) -> bytes:
    letters = string.ascii_lowercase + " .,;()=\n"
    return "".join(chance.choice(letters) for _ in range(chance.randrange(most))).encode()


@pytest.mark.parametrize("coding", ONCE)
@pytest.mark.parametrize("seed", range(6))
def test_once(coding: str, seed: int) -> None:
    chance = random.Random(seed)
    secret, before, after = token().encode(), _around(chance, 40) + b" ", b" " + _around(chance, 40)
    coded = ONCE[coding](before + secret + after, Span(len(before), len(before) + len(secret)))
    head, tail = b"x = compute(y)\n" * 20 + _around(chance, 300) + b' = "', b'"\n' + _around(chance, 300)
    span = Span(len(head) + coded.span.start, len(head) + coded.span.end)
    assert _found(head + coded.data + tail) == [("github-pat", span)]


@settings(derandomize=True, deadline=None, max_examples=120)
@given(
    codings=st.lists(st.sampled_from(list(CODINGS)), min_size=2, max_size=5),
    before=st.sampled_from([b"", b"x = ", b'{"token": "']),
    after=st.sampled_from([b"", b" # end", b'"}']),
)
def test_nested(codings: list[str], before: bytes, after: bytes) -> None:
    secret = token().encode()
    data, span = before + secret + after, Span(len(before), len(before) + len(secret))
    for coding in codings:
        data, span = CODINGS[coding](data, span)
    head = b'value = "'
    moved = Span(len(head) + span.start, len(head) + span.end)
    assert _found(head + data + b'"\n') == [("github-pat", moved)]
