"""Text in which only a few letters are escaped: a letter of a token, the tags or quotes around a value, the first
letter of a value in a `.properties` file.

Nothing needs an escape for a letter or a digit; and a name that speaks of secrets, right before an escaped sign, is
rare. So lines with neither cost nothing. One with either is looked at again as it reads without escapes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from scanner.decode import quoted
from scanner.decode.derived import Claim, Derived, Piece, Pieces, Shifted
from scanner.model import Span

_AROUND: Final = 512  # bytes of a line to either side
_FURTHER: Final = 1 << 14  # bytes in which what stands there at that distance begins or ends
_LONGEST: Final = 2048  # bytes of a value over all its lines
_HEX: Final = "(?:2[Dd]|3[0-9]|4[1-9A-Fa-f]|5[0-9AaFf]|6[1-9A-Fa-f]|7[0-9Aa])"  # of a letter, a digit, - and _
_OCTAL: Final = "(?:055|06[0-7]|07[01]|10[1-7]|1[1256][0-7]|13[0-27]|14[1-7]|17[0-2])"
_NUMBER: Final = "(?:45|4[89]|5[0-7]|6[5-9]|[78][0-9]|90|95|9[7-9]|1[01][0-9]|12[0-2])"
_NAME: Final = r"(?i:pass|pwd|secret|token|key|cred)[0-9A-Za-z_.\-]{0,24}"
_LESS: Final = r"(?i:pass|pwd|secret|token|cred|api[_.\-]?key)"  # `key` is the name of much else
_LETTER: Final = r"[0-9A-Za-z_\-]"
_FIRST: Final = r"[0-9A-Za-z!@#$%^&*_]"  # of a value
_TELLS: Final = r"(?i:pass|pwd|secret|token|cred|key)[0-9A-Za-z_.\-]{0,24}[ \t]{0,3}[=:][ \t]{0,3}"


def _odd(escape: str, unit: str, plain: int) -> str:
    """Return what finds an escaped letter with plain ones behind it, or with so many of them before it that they cannot
    be the escape before. `unit` ends it.
    """
    return f"{escape}{unit}{_LETTER}{{2}}|{_LETTER}{{{plain}}}{escape}{unit}"


# For Hyperscan: what tells of such a line; each is shorter than 90 bytes, and ends in the line of the escape.
SIGNS: Final[Mapping[str, str]] = {
    "few-escapes": "|".join(
        (
            _odd(rf"\\(?:u(?:00|\{{)|x){_HEX}", r"\}?", 7),
            _odd(rf"\\{_OCTAL}", "", 5),
            rf"{_NAME}\\{{1,2}}(?:u00|x)3[Ee]",
            rf"{_NAME}(?:\\{{1,2}}(?:u00|x)2[27])?[ ]{{0,3}}[=:][ ]{{0,3}}\\{{1,2}}(?:u00|x)2[27]",
        )
    ),
    "few-percent": "|".join(
        (
            _odd(f"%{_HEX}", "", 4),
            rf"{_NAME}%(?:3[DdAaEe]|2[27])",
            # An escape in it; base64.
            "%25(?:2[0-9A-Fa-f]|[3-7][0-9A-Fa-f])|%26%23[0-9xX]|%5[Cc](?:u00|x[2-7]|1[0-7])",
            "[0-9A-Za-z+/]{16}%(?:2[BbFf]|0[AaDd]|3[Dd])",
        )
    ),
    "few-entities": "|".join(
        (
            _odd(f"&#(?:[xX]0{{0,4}}{_HEX}|0{{0,4}}{_NUMBER})", ";", 1),
            "&amp;#[0-9xX]",
            rf"&(?:lt|#60|#[xX]3[Cc]|amp;lt);[0-9A-Za-z_:.\-]{{0,24}}{_LESS}",
            rf"{_NAME}(?:&(?:amp;)?(?:quot|apos|#0{{0,3}}3[49]|#[xX]2[27]);)?[ ]{{0,3}}[=:][ ]{{0,3}}"
            r"&(?:apos|amp;(?:quot|apos|#3[49]|#[xX]2[27])|#0{1,3}3[49]|#[xX]2[27]);",
        )
    ),
    "property": rf"{_TELLS}(?:\\[=:#! \\u]|[0-9A-Za-z_\-]{{1,3}}\\[=:#!])|{_NAME}[ \t]{{1,3}}\\u00|"
    rf"{_TELLS}[\"']?[^\s\"'\\]{{1,40}}\\\r?\n",
    "quoted-printable": quoted.SIGN,
    # The end of a call with two texts or more, in a text: a notebook's code.
    "few-quotes": r"""\\["'],[ ]{0,2}(?:[A-Za-z_]{1,16}[ ]?=[ ]?)?\\{1,3}["'][^"'\n\\]{4,44}\\{1,3}["'][ ]?\)""",
    # As CSV, SQL and BASIC write quotes within quotes; the `d` of a key in JSON.
    "doubled-quotes": "|".join(
        (
            rf"""(?:{_NAME}|auth|""d)(?:"")?[ ]{{0,3}}(?:[=:]|[ ]value=)[ ]{{0,3}}""{_FIRST}""",
            rf"{_NAME}(?:'')?[ ]{{0,3}}[=:][ ]{{0,3}}''{_FIRST}",
        )
    ),
}
WIDEST: Final = 90

_BACKSLASH: Final = re.compile(
    rb"\\{1,2}(?:u(?P<unicode>[0-9A-Fa-f]{4})|u\{(?P<braces>[0-9A-Fa-f]{1,6})\}|x(?P<hex>[0-9A-Fa-f]{2})|(?P<octal>[01][0-7]{2}))"
)
_QUOTES: Final = re.compile(rb"\\{1,3}(?P<same>[\"'])|(?<!\\)\\(?P<line>n)")
_DOUBLED: Final = re.compile(rb"(?:\"(?=\")|'(?='))(?P<same>[\"'])")
_OUTER: Final = re.compile(rb"(?<!\\)\"")
_PERCENT: Final = re.compile(rb"%(?P<hex>[0-9A-Fa-f]{2})")
_ENTITY: Final = re.compile(
    rb"&(?:\#[xX](?P<hex>[0-9A-Fa-f]{2,6})|\#(?P<number>[0-9]{2,7})|(?P<name>lt|gt|quot|apos|amp));"
)
_LOOSE: Final = re.compile(rb"%(?![0-9A-Fa-f]{2}|[^!-~])")  # but for one between blanks
_NAMED: Final = {b"lt": b"<", b"gt": b">", b"quot": b'"', b"apos": b"'", b"amp": b"&"}
_EDGE: Final = re.compile(rb"[\s\"'<>]")

# A property's name and its value, in quotes or not. A backslash at the end of a line continues it in the next.
_PROPERTY: Final = re.compile(
    rb"""([0-9A-Za-z_.\-]{1,80})["']?(?:[ \t]{0,3}[=:][ \t]{0,3}|[ \t]{1,3}(?=\\u00))"""
    rb"""(?:"((?:[^"\\\r\n]|\\(?:\r\n|(?s:.))){1,1000})"|((?:[^"'\s\\]|\\[^\s])(?:[^\r\n\\]|\\(?:\r\n|(?s:.))){0,1000}))"""
)
_FEW: Final = re.compile(rb"[0-9A-Za-z_\-]{0,3}(?=\\[=:#! \\u])")
_BREAK: Final = re.compile(rb"\\\r?\n")
_GOES_ON: Final = re.compile(rb"[ \t]*[^\s=:\-][^\s=:]*")  # and not: the next variable, the next option
_UNIT: Final = re.compile(rb"\\(?:u(?P<unicode>[0-9A-Fa-f]{4})|(?P<same>[=:#! \\\"'/])|(?P<none>\r?\n[ \t]*))")


def few_escapes(data: bytes, low: int, high: int) -> Derived | None:
    return _line(data, low, high, _BACKSLASH, "escapes")


def few_quotes(data: bytes, low: int, high: int) -> Derived | None:
    return _line(data, low, high, _QUOTES, "escapes", _inner_edges)


def doubled_quotes(data: bytes, low: int, high: int) -> Derived | None:
    return _line(data, low, high, _DOUBLED, "escapes")


def few_percent(data: bytes, low: int, high: int) -> Derived | None:
    found = _line(data, low, high, _PERCENT, "percent escapes")
    # A percent sign that escapes nothing shows that nothing is escaped here.
    return found._replace(data=b"") if found and _LOOSE.search(data, *found.region) else found


def few_entities(data: bytes, low: int, high: int) -> Derived | None:
    return _line(data, low, high, _ENTITY, "entities")


def _edges(data: bytes, start: int, end: int) -> tuple[int, int]:
    """Return where the line begins and ends around these offsets, or, some way off, what stands in it there."""
    low, high = max(0, start - _AROUND), min(len(data), end + _AROUND)
    before, after = data.rfind(b"\n", low, start) + 1, data.find(b"\n", end, high)
    if not before and low:
        # Nothing is cut in two: a part of a token may look like another one.
        least = max(0, low - _FURTHER)
        before = max((edge.end() for edge in _EDGE.finditer(data, least, low)), default=least)
    if after < 0:
        edge = _EDGE.search(data, high, high + _FURTHER)
        after = edge.start() if edge else min(len(data), high + _FURTHER)
    return before, after


def _inner_edges(data: bytes, start: int, end: int) -> tuple[int, int]:
    """Return as much as `_edges`, within the quotes around these offsets that are not escaped themselves."""
    low, high = _edges(data, start, end)
    low = max((quote.end() for quote in _OUTER.finditer(data, low, start)), default=low)
    outer = _OUTER.search(data, end, high)
    return low, outer.start() if outer else high


def _line(
    data: bytes,
    low: int,
    high: int,
    escape: re.Pattern[bytes],
    via: str,
    edges: Callable[[bytes, int, int], tuple[int, int]] = _edges,
) -> Derived | None:
    """Return the line, or what is around in a long one, of the first escape behind the offset `low`."""
    first = escape.search(data, low, high + 2 * WIDEST)
    if first is None:
        return None
    start, end = edges(data, *first.span())
    said, pieces = _said(data, start, end, escape)
    return Derived(said, via, Span(start, end), Pieces(pieces))


def _said(data: bytes, start: int, end: int, escape: re.Pattern[bytes]) -> tuple[bytes, list[Piece]]:
    """Return what stands there without escapes, and where each piece of that is from."""
    said = bytearray()
    pieces: list[Piece] = []
    at = start
    for found in escape.finditer(data, start, end):
        text = _letter(found)
        if text is None:
            continue
        if found.start() > at:
            pieces.append(Piece(len(said), at))
            said += data[at : found.start()]
        if text:
            pieces.append(Piece(len(said), found.start(), found.end() - found.start()))
            said += text
        at = found.end()
    if at < end or not pieces:
        pieces.append(Piece(len(said), at))
        said += data[at:end]
    return bytes(said), pieces


def _letter(found: re.Match[bytes]) -> bytes | None:
    """Return what an escape says, None for what is none."""
    kind = found.lastgroup or ""
    text = found[kind]
    if kind in ("none", "same"):
        return text if kind == "same" else b""
    if kind == "name":
        return _NAMED[text]
    if kind == "line":
        return b"\n"
    number = int(text, 8 if kind == "octal" else 10 if kind == "number" else 16)
    if number > 0x10FFFF or 0xD800 <= number < 0xE000:
        return None
    return chr(number).encode()


def property_value(data: bytes, low: int, high: int) -> Derived | None:
    """Return the value, with its name and in quotes, that begins with an escape or goes on in the next line."""
    for found in _PROPERTY.finditer(data, low, high + _LONGEST):
        if found.start() > high:
            return None
        start, end = found.span(found.lastindex or 0)
        if not (_is_escaped(data, start) or _goes_on(data[start:end], found[2] is not None)):
            continue
        said, pieces = _said(data, start, end, _UNIT)
        quote = next((quote for quote in (b'"', b"'", b"`") if quote not in said), b"")
        before = found[1] + b"=" + quote
        way = Shifted(len(before), len(said), Pieces(pieces))
        return Derived(before + said + quote, "escapes", Span(start, end), way, claim=Claim.MATCHED)
    return None


def _is_escaped(data: bytes, start: int) -> bool:
    """Whether the value has an escape so early that no rule takes what stands before it for the value."""
    few = _FEW.match(data, start)
    return few is not None and _UNIT.match(data, few.end()) is not None


def _goes_on(value: bytes, is_quoted: bool) -> bool:
    _, *others = _BREAK.split(value)
    return bool(others) and (is_quoted or all(_GOES_ON.fullmatch(line) for line in others))


READERS: Final[Mapping[str, Callable[[bytes, int, int], Derived | None]]] = {
    "few-escapes": few_escapes,
    "few-quotes": few_quotes,
    "doubled-quotes": doubled_quotes,
    "few-percent": few_percent,
    "few-entities": few_entities,
    "property": property_value,
    "quoted-printable": quoted.quoted_text,
}
