"""Strings that a program puts together: `"ab" + "cd"`, adjacent literals, `["ab", "cd"]`, lines that go on.

What counts is what stands there when quotes, joints and line ends are taken out; nothing is evaluated.
"""

from __future__ import annotations

import re
from typing import Final

from scanner.decode.derived import Derived, Piece, Pieces
from scanner.model import Span

_MOST: Final = 200  # pieces
_LONGEST: Final = 400  # bytes of a piece
_LIST_END: Final = 4096  # bytes from the first comma in which a list that is joined ends
_BODY: Final = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_=/+.:~%@-"
_BREAK: Final = re.compile(rb"""["'`]|\\\r?\n|=\r?\n""")

# Between two pieces: a quote, what joins them, a quote; or the end of a line that goes on in the next.
_JOINT: Final = re.compile(
    rb"""
      (?P<quote>["'`]) [ \t]*(?:\#[^\r\n]{0,80}|//[^\r\n]{0,80})? \\?[\r\n \t]{0,80}
      (?:\+=?|\.{1,2}|,|&|~|\|\||<>)? [ \t]*(?:_|//[^\r\n]{0,80})? \\?[\r\n \t]{0,80} [rbfuRBFU@$L]{0,2} ["'`]
    | \\\r?\n[ \t]{0,80}
    | =\r?\n
    """,
    re.VERBOSE,
)
_JOINED: Final = re.compile(rb"""["'`],?\s{0,40}\]\s{0,40}\.\s{0,40}join\b""")
_LIST: Final = re.compile(rb"(?i:join|concat|implode)[ (\[\"',]{0,12}$")


def joined_text(data: bytes, low: int, high: int) -> Derived | None:
    """Return the token that begins between the offsets `low` and `high`, put together; None when it stands there in one
    piece.
    """
    end = _BREAK.search(data, high, high + _LONGEST)
    if end is None:
        return None
    before = data[max(0, low - 1) : end.start()]
    start = end.start() - (len(before) - len(before.rstrip(_BODY)))
    if start > high:
        return None
    has_comma = False
    said = bytearray()
    pieces: list[Piece] = []
    at = start
    while len(pieces) < _MOST:
        rest = data[at : at + _LONGEST]
        size = len(rest) - len(rest.lstrip(_BODY))
        size -= data.startswith((b"=\n", b"=\r\n"), at + size - 1)
        if size:
            pieces.append(Piece(len(said), at))
            said += rest[:size]
        joint = _JOINT.match(data, at + size)
        if joint is None:
            break
        if b"," in joint[0] and not has_comma:
            if b"join" not in data[at : at + _LIST_END] and not _LIST.search(data[max(0, start - 24) : start]):
                return None  # a list of strings, as there are many
            has_comma = True
        at = joint.end()
    is_list = _LIST.search(data[max(0, start - 24) : start]) is not None or _JOINED.match(data, at + size) is not None
    if len(pieces) < 2 or (has_comma and not is_list):
        return None
    return Derived(bytes(said), "joined", Span(start, pieces[-1].source + len(said) - pieces[-1].start), Pieces(pieces))
