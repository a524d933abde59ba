"""Quoted-printable text, as in mails: `=3D` for a sign, and a `=` at the end of a line that goes on in the next."""

from __future__ import annotations

import re
from typing import Final

from scanner.decode.derived import Derived, Piece, Pieces
from scanner.model import Span

_LONGEST: Final = 1 << 19  # bytes to either side of a sign

# For Hyperscan: a line that goes on (and is no underline of a heading), the sign that is always escaped.
SIGN: Final = r"[ -~]{39}[ -<>-~]=\r?\n[!-,.-~]|=3D(?:=20)?[0-9A-Za-z\"'{/_\-]"
SIZE: Final = 43
_FIRST: Final = re.compile(rb"=(?:\r?\n|3D)")
_UNIT: Final = re.compile(rb"=(?:(?P<break>\r?\n)|(?P<hex>[0-9A-F]{2}))")
_EMPTY: Final = re.compile(rb"\n[ \t]*\r?\n")  # paragraphs are read apart


def quoted_text(data: bytes, low: int, high: int) -> Derived | None:
    """Return what the paragraph says that has a sign of quoted-printable text behind the offset `low`."""
    sign = _FIRST.search(data, low, high + SIZE + 4)
    if sign is None:
        return None
    first = max(0, sign.start() - _LONGEST)
    start = max((empty.end() for empty in _EMPTY.finditer(data, first, sign.start())), default=first)
    empty = _EMPTY.search(data, sign.end(), sign.end() + _LONGEST)
    end = empty.start() if empty else min(len(data), sign.end() + _LONGEST)
    said = bytearray()
    pieces: list[Piece] = []
    at = start
    for unit in _UNIT.finditer(data, start, end):
        if unit.start() > at:
            pieces.append(Piece(len(said), at))
            said += data[at : unit.start()]
        if unit["hex"]:
            pieces.append(Piece(len(said), unit.start(), 3))
            said.append(int(unit["hex"], 16))
        at = unit.end()
    if at < end or not pieces:
        pieces.append(Piece(len(said), at))
        said += data[at:end]
    return Derived(bytes(said), "quoted-printable", Span(start, end), Pieces(pieces))
