"""Values in several pieces are judged, masked and compared as one."""

from __future__ import annotations

import pytest

from scanner.refine.joined import joined


@pytest.mark.parametrize(
    ("value", "whole"),
    [
        (b"abc", b"abc"),
        (b'abc" + "def', b"abcdef"),
        (b"abc' . 'def' . 'ghi", b"abcdefghi"),
        (b'abc"\n        "def', b"abcdef"),
        (b'abc" \\\n    "def', b"abcdef"),
        (b'abc"\r\n    + "def', b"abcdef"),
        (b'abc" +\n    b"def', b"abcdef"),
        (b"abc\\\ndef", b"abcdef"),
        (b"abc\n    def\n    ghi=", b"abcdefghi="),
        (b"abc\" + 'def", b"abcdef"),
        (b"abc'\"def", b"abcdef"),
        (b"abc' 'def", b"abcdef"),
        (b'abc", "def', b"abcdef"),
        (b'abc".concat("def', b"abcdef"),
        (b'abc")\n  .append("def', b"abcdef"),
        (b"0x12, 0xAB,\n  0x03", b"12ab03"),
        (b"18,171,3", b"12ab03"),
        (b"18, 999", b"18, 999"),
    ],
)
def test_pieces_are_joined(value: bytes, whole: bytes) -> None:
    assert joined(value) == whole
