"""Values with escapes in them, as JSON, XML, Java's `.properties` and program code write them: what they say.

It is asked only for what a rule has matched already, so nothing is looked for.
"""

from __future__ import annotations

import re
from typing import Final

from scanner.decode.derived import Derived, Piece, Pieces
from scanner.model import Span

_LONGEST: Final = 4096  # bytes of a value
_ESCAPE: Final = re.compile(
    rb"""(?x) \\+(?: u\{?(?P<unicode>[0-9A-Fa-f]{4})\}? | x(?P<hex>[0-9A-Fa-f]{2}) | (?P<same>[/"'`\\]) )
    | &(?: \#[xX](?P<hexed>[0-9A-Fa-f]{2,6}) | \#(?P<number>[0-9]{2,7}) | (?P<name>[A-Za-z]{2,8}) );"""
)
_PROPERTY: Final = re.compile(rb"\\(?:u(?P<unicode>[0-9A-Fa-f]{4})|(?P<same>[:=!# \\]))")
_OF_VALUE: Final = re.compile(rb"[^\r\n]{1,512}")
_PERCENT: Final = re.compile(rb"%(?P<hex>[0-9A-Fa-f]{2})")
_QUOTES: Final = b"\"'`"


def plain(data: bytes, secret: Span, is_url: bool) -> Derived | None:
    """Return what the value at `secret` says, None when nothing is escaped. In a URL percent signs are escapes."""
    value = data[secret.start : secret.end]
    if len(value) > _LONGEST:
        return None
    if is_url:
        return _derived(data, secret, _PERCENT, "percent-encoding") if b"%" in value else None
    if data[secret.end : secret.end + 1] == b"\\" and data[secret.start - 1 : secret.start] not in _QUOTES:
        if not _PROPERTY.match(data, secret.end):
            return None
        rest = _OF_VALUE.match(data, secret.end)
        end = rest.end() if rest else secret.end
        return _derived(data, Span(secret.start, end), _PROPERTY, "escapes")
    if b"\\" in value:
        return _derived(data, secret, _ESCAPE, "escapes")
    return _derived(data, secret, _ESCAPE, "entities") if b"&" in value and b";" in value else None


def _derived(data: bytes, secret: Span, escape: re.Pattern[bytes], via: str) -> Derived | None:
    said = bytearray()
    pieces: list[Piece] = []
    at = secret.start
    for found in escape.finditer(data, *secret):
        byte = _said(found)
        if byte is None:
            continue
        if found.start() > at:
            pieces.append(Piece(len(said), at))
            said += data[at : found.start()]
        pieces.append(Piece(len(said), found.start(), found.end() - found.start()))
        said += byte
        at = found.end()
    if at == secret.start:
        return None
    if at < secret.end:
        pieces.append(Piece(len(said), at))
        said += data[at : secret.end]
    return Derived(bytes(said), via, secret, Pieces(pieces))


def _said(found: re.Match[bytes]) -> bytes | None:
    """Return what an escape says; None for what is none, such as a name that HTML does not know."""
    kind = found.lastgroup or ""
    text = found[kind].decode()
    if kind == "same":
        return text.encode()
    if kind == "name":
        from html.entities import html5  # two thousand names, which few files need

        letters = html5.get(f"{text};")
        return letters.encode() if letters else None
    number = int(text, 10 if kind == "number" else 16)
    if number > 0x10FFFF or 0xD800 <= number < 0xE000:
        return None
    return chr(number).encode()
