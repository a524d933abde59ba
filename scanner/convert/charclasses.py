r"""The character classes of Go's regular expressions: `[a-z_]`, `[[:alnum:]]`, `\d`, `\pL`, as sets of bytes.

Go reads text as code points, our patterns read bytes. For ASCII that is the same; what lies beyond is noted.
"""

from __future__ import annotations

import re
from typing import Final

from scanner.convert.nodes import BYTES, Alt, Cat, Chars, Lit, Node, folded

_ASCII: Final = frozenset(range(128))
_HIGH: Final = BYTES - _ASCII
_FEW: Final = 16  # code points beyond ASCII that are spelled out one by one


class GoSyntaxError(ValueError):
    """The expression cannot be carried over; the message says why."""


def _set(inside: str) -> frozenset[int]:
    one = re.compile(f"[{inside}]", re.ASCII)
    return frozenset(byte for byte in range(128) if one.match(chr(byte)))


# https://github.com/google/re2/wiki/Syntax
PERL: Final = {"d": _set("0-9"), "s": _set(r"\t\n\f\r "), "w": _set("0-9A-Za-z_")}
POSIX: Final = {
    "alnum": _set("0-9A-Za-z"),
    "alpha": _set("A-Za-z"),
    "ascii": _ASCII,
    "blank": _set(r"\t "),
    "cntrl": _set(r"\x00-\x1f\x7f"),
    "digit": _set("0-9"),
    "graph": _set("!-~"),
    "lower": _set("a-z"),
    "print": _set(" -~"),
    "punct": _set(r"!-/:-@\[-`{-~"),
    "space": _set(r"\t\n\v\f\r "),
    "upper": _set("A-Z"),
    "word": _set("0-9A-Za-z_"),
    "xdigit": _set("0-9A-Fa-f"),
}
UNICODE: Final = {  # their ASCII members
    "L": POSIX["alpha"],
    "Lu": POSIX["upper"],
    "Ll": POSIX["lower"],
    "Latin": POSIX["alpha"],
    "N": PERL["d"],
    "Nd": PERL["d"],
    "Zs": _set(" "),
    "Sc": _set("$"),
}


class ClassBuilder:
    """Collects what stands between the brackets of one class."""

    def __init__(self, fold: bool) -> None:
        self._fold = fold
        self._members: set[int] = set()
        self._beyond: list[str] = []  # single code points beyond ASCII
        self._high = False  # whole ranges of them
        self.notes: list[str] = []

    def add(self, members: frozenset[int]) -> None:
        self._members |= members

    def add_range(self, first: int, last: int) -> None:
        """Add code points. Raises GoSyntaxError for an empty range."""
        if first > last:
            raise GoSyntaxError("a character range runs backwards")
        self._members |= set(range(first, min(last, 127) + 1))
        if last - max(first, 128) >= _FEW:
            self._high = True
            self.notes.append("a class with characters beyond ASCII takes any byte from 0x80 here")
        else:
            self._beyond += [chr(code) for code in range(max(first, 128), last + 1)]

    def build(self, negated: bool) -> Node:
        """Return the class. Raises GoSyntaxError for one that no byte is in."""
        members = frozenset(self._members)
        if self._fold:
            members = folded(members)
        if negated:
            if self._beyond:
                self.notes.append("a class that excludes characters beyond ASCII excludes none of them here")
            members = BYTES - members - (_HIGH if self._high else frozenset())
            return _chars(members)
        if self._high:
            return _chars(members | _HIGH)
        if not self._beyond:
            return _chars(members)
        singles = tuple(spelled(character) for character in dict.fromkeys(self._beyond))
        return Alt((Chars(members), *singles)) if members else Alt(singles)


def _chars(members: frozenset[int]) -> Node:
    if not members:
        raise GoSyntaxError("a class holds no character at all")
    return Chars(members)


def spelled(character: str, fold: bool = False) -> Node:
    """Return one character as its bytes. Raises GoSyntaxError for half of a surrogate pair, which is none."""
    try:
        data = character.encode()
    except UnicodeEncodeError:
        raise GoSyntaxError("a surrogate is no character") from None
    if len(data) == 1:
        return Lit(data[0], fold and character.isalpha())
    return Cat(tuple(Lit(byte) for byte in data))
