"""Bytes that are written as escapes, one after the other: `%67%68`, `\x67`, `\u0067`, `\147`, `&#103;`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from scanner.decode.derived import Derived, Piece, Pieces
from scanner.model import Span

_LONGEST: Final = 1 << 20  # bytes of escapes in one run


class Escape(NamedTuple):
    """How a byte is escaped: `unit` matches one, with its number as the group, in this base."""

    unit: re.Pattern[bytes]
    number: Callable[[bytes], int]


def _hex(digits: bytes) -> int:
    return int(digits, 16)


def _octal(digits: bytes) -> int:
    return int(digits, 8)


def _entity(number: bytes) -> int:
    return int(number[1:], 16) if number[:1] in b"xX" else int(number)


ESCAPES: Final[Mapping[str, Escape]] = {
    "percent-encoding": Escape(re.compile(rb"%([0-9A-Fa-f]{2})"), _hex),
    "hex escapes": Escape(re.compile(rb"\\{1,2}x([0-9A-Fa-f]{2})"), _hex),
    "unicode escapes": Escape(re.compile(rb"\\{1,2}u\{?(?:00)?00([0-9A-Fa-f]{2})\}?"), _hex),
    "octal escapes": Escape(re.compile(rb"\\{1,2}([0-3]?[0-7]{2})"), _octal),
    "HTML entities": Escape(re.compile(rb"&#([xX]0{0,4}[0-9A-Fa-f]{1,2}|0{0,4}[0-9]{1,3});"), _entity),
}

# What begins a run: four of them, and no other just before. For Hyperscan, which cannot look behind: so the plain
# digits that may stand there are spelled out.
_H: Final = "[0-9A-Fa-f]"
STARTS: Final[Mapping[str, str]] = {
    "percent-encoding": rf"(?:^|[^0-9A-Fa-f]|[^0-9A-Fa-f%]{_H}{{1,2}}|{_H}{{3}})(?:%{_H}{{2}}){{4}}",
    "hex escapes": rf"(?:^|[^0-9A-Fa-f\\]|[^0-9A-Fa-fx]{_H}{{1,2}}|{_H}{{3}})(?:\\{{1,2}}x{_H}{{2}}){{4}}",
    "unicode escapes": rf"(?:^|[^0-9A-Fa-f}}\\]|[^0-9A-Fa-fu{{]{_H}{{1,4}}|{_H}{{5}})"
    rf"(?:\\{{1,2}}u\{{?(?:00)?00{_H}{{2}}\}}?){{4}}",
    "octal escapes": r"(?:^|[^0-7\\]|[^0-7\\][0-7]{1,3}|[0-7]{4})(?:\\{1,2}[0-7]{2,3}){4}",
    "HTML entities": rf"(?:^|[^;]|[^0-9A-Fa-f];)(?:&#(?:[xX]0{{0,4}}{_H}{{1,2}}|0{{0,4}}[0-9]{{1,3}});){{4}}",
}
WIDEST_START: Final = 60  # bytes that a beginning may take, with what stands before it

# A run goes on through what needs no escape, and begins with it.
_PLAIN: Final = re.compile(rb"[^\s\"'<>\\%&]{1,4096}")
_BEFORE: Final = re.compile(rb"[^\s\"'<>\\%&;]{0,64}\Z")


def escaped_text(data: bytes, low: int, via: str) -> Derived | None:
    """Return what the run of escapes says that begins at the offset `low` or a little behind it."""
    escape = ESCAPES[via]
    first = escape.unit.search(data, low, low + WIDEST_START)
    if first is None:
        return None
    said = bytearray()
    pieces: list[Piece] = []
    before = _BEFORE.search(data, max(low, first.start() - 64), first.start())
    start = at = before.start() if before else first.start()
    while at - start < _LONGEST:
        if unit := escape.unit.match(data, at):
            pieces.append(Piece(len(said), at, unit.end() - at))
            said.append(escape.number(unit[1]) & 255)
        elif unit := _PLAIN.match(data, at):
            pieces.append(Piece(len(said), at))
            said += unit[0]
        else:
            break
        at = unit.end()
    return Derived(bytes(said), via, Span(start, at), Pieces(pieces))
