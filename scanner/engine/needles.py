"""The encodings' patterns over a whole text, by `re`: only around what each match must hold.

`re` tries a pattern that begins with any letter at every byte: all of them take a second for a megabyte. What a match
must hold (a backslash with a digit, a percent sign) it finds a hundred times faster.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from scanner.ruleset.built import Look

# Every match of an encoding's pattern holds one of these; the others' patterns begin with something rare themselves.
NEEDLES: Final[Mapping[str, re.Pattern[bytes]]] = {
    "percent-encoding": re.compile(rb"%[0-9A-Fa-f]{2}%"),
    "hex escapes": re.compile(rb"\\x"),
    "unicode escapes": re.compile(rb"\\u"),
    "octal escapes": re.compile(rb"\\[0-3]?[0-7]{2}\\"),
    "HTML entities": re.compile(rb"&#"),
    "few-escapes": re.compile(rb"\\[ux01]"),
    "few-percent": re.compile(rb"%[0-7]"),
    "few-entities": re.compile(rb"&(?:#|amp|lt|apos)"),
    "property": re.compile(rb"\\[=:#! \\u\r\n]"),
    "quoted-printable": re.compile(rb"=(?:\r?\n|3D)"),
    "doubled-quotes": re.compile(rb"\"\"|''"),
    "table": re.compile(rb"\A|\|"),
    "lone": re.compile(rb"\A"),
    "html-table": re.compile(rb"<[tT][hH]"),
}


class Finder:
    """Finds the matches of an encoding's pattern, the same as `finditer` over everything."""

    def __init__(self, name: str, look: Look) -> None:
        self._pattern = re.compile(look.expression.encode())
        self._needle = NEEDLES.get(name)
        self._reach = look.most

    def spans(self, data: bytes) -> Iterator[tuple[int, int]]:
        for low, high in self._around(data):
            for match in self._pattern.finditer(data, low, high + self._reach):
                if match.start() > high:
                    break
                yield match.span()

    def _around(self, data: bytes) -> Iterator[tuple[int, int]]:
        """Yield where matches may begin: the first and the last place, in order. No match reaches over the first."""
        if self._needle is None:
            yield 0, len(data)
            return
        low = high = -1
        for found in self._needle.finditer(data):
            begin, end = max(0, found.start() - self._reach), found.end()
            if begin <= high + self._reach:  # a match may reach from one to the other
                high = end
                continue
            if high >= 0:
                yield low, high
            low, high = begin, end
        if high >= 0:
            yield low, high
