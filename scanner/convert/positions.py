"""Where things stand in a TOML file: its parser gives no line numbers, so this looks for keys and headers in the text.

For a valid document only. What it does not find (a key of an inline table) is at the line of what holds it.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final, NamedTuple

Path = tuple[str | int, ...]  # ("rules", 2, "regex"); keys in lower case

_TOKEN: Final = re.compile(
    r"""(?P<string>\"\"\"(?:\\.|[^\\])*?"{3,5}|'''.*?'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*')
    | (?P<comment>\#[^\n]*) | (?P<newline>\n) | (?P<open>[\[{]) | (?P<close>[\]}]) | (?P<equals>=)
    | (?P<other>[^"'\#\n\[\]{}=]+|.)""",
    re.DOTALL | re.VERBOSE,
)
_KEY: Final = re.compile(r"\"(?:\\.|[^\"\\])*\"|'[^']*'|[\w-]+")


class Positions(NamedTuple):
    lines: dict[Path, int]

    def line(self, path: Path) -> int:
        """Return the line of this place, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def find(text: str) -> Positions:
    reader = _Reader()
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup or "other"
        if kind != "comment":
            reader.feed(kind, token[0])
        reader.line += token[0].count("\n")
    reader.feed("newline", "\n")
    return Positions(reader.lines)


class _Reader:
    def __init__(self) -> None:
        self.line = 1
        self.lines: dict[Path, int] = {}
        self._table: Path = ()
        self._arrays: Counter[Path] = Counter()  # headers of each [[array]] so far
        self._key = ""  # what stands before the =
        self._begin = 1
        self._value: Path | None = None  # set once the = is passed
        self._depth = 0
        self._items = 0

    def feed(self, kind: str, text: str) -> None:
        if self._value is not None:
            self._in_value(kind)
        elif kind == "newline":
            if self._key.startswith("["):
                self._header()
            self._key = ""
        elif kind == "equals":
            self._value = (*self._table, *_parts(self._key))
            self.lines.setdefault(self._value, self._begin)
            self._key, self._depth, self._items = "", 0, 0
        elif self._key or text.strip():
            if not self._key:
                self._begin = self.line
            self._key += text if self._key else text.lstrip()

    def _in_value(self, kind: str) -> None:
        assert self._value is not None
        if kind == "newline" and not self._depth:
            self._value = None
            return
        if kind in ("string", "open") and self._depth == 1:
            item = (*self._value, self._items)
            self.lines[item] = self.line
            self._items += 1
        self._depth += (kind == "open") - (kind == "close")

    def _header(self) -> None:
        parts = _parts(self._key)
        path: Path = ()
        for part in parts[:-1]:
            path = (*path, part)
            if path in self._arrays:
                path = (*path, self._arrays[path] - 1)
        path = (*path, *parts[-1:])
        if self._key.startswith("[["):
            self._arrays[path] += 1
            path = (*path, self._arrays[path] - 1)
        self._table = path
        self.lines[path] = self._begin


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'").lower() for part in _KEY.findall(text))
