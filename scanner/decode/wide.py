"""Text of two or four bytes a character inside other data: in a program, in a registry file, in a memory dump."""

from __future__ import annotations

import re
from typing import Final

from scanner.decode.derived import Derived, Strides
from scanner.model import Span

_RUNS: Final = {
    2: re.compile(rb"(?:[\t\n\r\x20-\x7e]\0){1,262144}"),
    4: re.compile(rb"(?:[\t\n\r\x20-\x7e]\0\0\0){1,131072}"),
}
_VISIBLE: Final = frozenset(b"\t\n\r" + bytes(range(0x20, 0x7F)))
_BACK: Final = 1 << 16  # characters before a hit


def wide_form(literal: bytes, width: int) -> bytes:
    """Return what the literal is in characters of so many bytes, whichever end comes first: less what is outside."""
    return (b"\0" * (width - 1)).join(literal[at : at + 1] for at in range(len(literal)))


def wide_text(data: bytes, hit: int, width: int) -> Derived | None:
    """Return the run of characters that has one at the offset `hit`."""
    start = hit
    blank = b"\0" * (width - 1)
    least = max(width, hit - _BACK * width)
    while start >= least and data[start - width + 1 : start] == blank and data[start - width] in _VISIBLE:
        start -= width
    run = _RUNS[width].match(data, start)
    end = run.end() if run else start
    if data[end : end + 1] and data[end] in _VISIBLE:  # the last one of a text whose high bytes come first
        end += 1
    said = data[start:end:width]
    return Derived(said, f"UTF-{8 * width}", Span(start, end), Strides(start, width))
