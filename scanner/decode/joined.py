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
_BEFORE: Final = 32  # bytes before the first piece in which the call stands that joins a list
_BODY: Final = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_=/+.:~%@-"
_RUN: Final = re.compile(rb"[0-9A-Za-z_=/+.:~%@-]{0,400}")
_BREAKS: Final = (b'"', b"'", b"`", b"\\", b"=", b"$", b"#", b"{")

# What may stand beside a joint: white space, comments, the end of a line that goes on. It is atomic: a quote with much
# white space behind it is common, and would be tried in many ways.
_GAP: Final = r"""(?=(?P<{0}>(?:[ \t\r\n]{{1,160}}|\\(?=\r?\n)|_(?=\r?\n)|(?:\#|//)[^\r\n]{{0,160}}){{0,8}}))(?P={0})"""
# Between two pieces: a quote, what joins them, a quote; or the end of a line that goes on in the next.
_JOINT: Final = re.compile(
    rf"""
      ["'`] {_GAP.format("before")} (?:\+=?|\.{{1,2}}|,|&|~|\|\||<>|<<)? {_GAP.format("after")}
        [rbfuRBFU@$L]{{0,2}} ["'`]
    | ["'`][ \t]{{0,8}}(?:\)[ \t\r\n]{{0,80}}\.(?:concat|append|Append)|\.concat)\([ \t\r\n]{{0,80}} [@$]? ["'`]
      # k += "..."
    | ["'`][ \t]{{0,8}};?[ \t\r\n]{{0,80}}\$?[A-Za-z_][0-9A-Za-z_]{{0,40}}[ \t]{{0,8}}[.+]=[ \t]{{0,8}}["'`]
    | [$\#]?\{{[ \t]{{0,8}}["'`] | ["'`][ \t]{{0,8}}\}}  # a constant that is filled in
    | ["'](?=[0-9A-Za-z_-])  # a shell's quote within a word
    | \\\r?\n[ \t]{{0,80}}
    | =\r?\n
    """.encode(),
    re.VERBOSE,
)
_JOINED: Final = re.compile(rb"""["'`],?\s{0,40}\]\s{0,40}\.\s{0,40}join\b""")
_ENDED: Final = re.compile(rb"\]\s{0,40}\.\s{0,40}join\b")
_QUOTES: Final = (b'"', b"'", b"`")
# A constant that is the beginning of a token, and where a line further down fills it in or adds to it.
_NAMED: Final = re.compile(
    rb"""([A-Za-z_][0-9A-Za-z_]{0,40})[ \t]{0,8}(?::[ ]?[A-Za-z]{1,12}[ ]?)?:?=[ \t]{0,8}[rbfuRBFU@$]{0,2}["'`]$"""
)
_FURTHER: Final = 4096  # bytes
_LIST: Final = re.compile(rb"(?i:join|concat|implode)(?:[ (\[\]{\"',]|array|string){0,14}$")


def joined_text(data: bytes, low: int, high: int) -> Derived | None:
    """Return the token that begins between the offsets `low` and `high`, put together; None when it stands there in one
    piece.
    """
    run = _RUN.match(data, high)
    end = run.end() if run else high
    if data[end - 1 : end] == b"=" and data[end : end + 1] in (b"\r", b"\n"):
        end -= 1
    if data[end : end + 1] not in _BREAKS:  # as nearly everywhere
        return None
    before = data[max(0, low - 1) : end]
    start = end - (len(before) - len(before.rstrip(_BODY)))
    if not _JOINT.match(data, end):
        return _filled_in(data, start, end)
    has_comma = is_joined = False
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
            has_comma = True
            is_joined = is_joined or _LIST.search(data[max(0, start - _BEFORE) : start]) is not None
            if not is_joined and not _ENDED.search(data, at, at + _LIST_END):
                return None  # a list of strings, as there are many
        is_joined |= b"concat" in joint[0]
        at = joint.end()
    if len(pieces) < 2 or (has_comma and not is_joined and not _JOINED.match(data, at + size)):
        return None
    return Derived(bytes(said), "joined", Span(start, pieces[-1].source + len(said) - pieces[-1].start), Pieces(pieces))


def _filled_in(data: bytes, start: int, end: int) -> Derived | None:
    """Return the constant that stands between these offsets with what follows it where it is used."""
    if data[start - 1 : start] not in _QUOTES:
        return None
    named = _NAMED.search(data[max(0, start - 80) : start])
    if named is None or data.find(named[1], end, end + _FURTHER) < 0:  # as nearly everywhere; to compile takes long
        return None
    name = re.escape(named[1])
    used = re.compile(rb"""(?:[$#]?\{[ ]?%b[ ]?\}|(?<![0-9A-Za-z_])\$?%b[ ]?[+.][ ]?["'`])""" % (name, name))
    use = used.search(data, end, end + _FURTHER)
    run = _RUN.match(data, use.end()) if use else None
    if run is None or not run[0]:
        return None
    pieces = [Piece(0, start), Piece(end - start, run.start())]
    return Derived(data[start:end] + run[0], "joined", Span(start, run.end()), Pieces(pieces))
