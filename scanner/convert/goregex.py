"""Reads the regular expressions of Go (RE2): https://github.com/google/re2/wiki/Syntax."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from scanner.convert.charclasses import PERL, POSIX, UNICODE, ClassBuilder, GoSyntaxError, spelled
from scanner.convert.nodes import BYTES, Alt, At, Cat, Chars, Group, Node, Place, Rep

_MAX_ROUNDS: Final = 1000  # Go's own limit
_MAX_DEPTH: Final = 100
_MAX_LENGTH: Final = 20_000
_COUNT: Final = re.compile(r"\{(\d+)(?:(,)(\d*))?\}")
_NAMED: Final = re.compile(r"\(\?P?<(\w+)>")
_FLAGS: Final = re.compile(r"\(\?([imsU]*)(?:-([imsU]+))?([:)])")
_PROPERTY: Final = re.compile(r"\\[pP](?:\{(\^?)(\w+)\}|(\w))")
_CODE: Final = re.compile(r"\\(?:x\{([0-9A-Fa-f]+)\}|x([0-9A-Fa-f]{2})|(0[0-7]{0,2}|[1-7][0-7]{1,2}))")
_CONTROLS: Final = {"a": 7, "f": 12, "t": 9, "n": 10, "r": 13, "v": 11}
_PLACES: Final[dict[str, Place]] = {"A": "begin", "z": "end", "b": "word", "B": "not-word"}
_LOOKS: Final = ("(?=", "(?!", "(?<=", "(?<!", "(?>", "(?#", "(?|")


class GoRegex(NamedTuple):
    """A parsed expression. `notes` say where bytes make a difference to code points."""

    root: Node
    notes: tuple[str, ...] = ()


class _Flags(NamedTuple):
    fold: bool = False
    lines: bool = False
    dot_all: bool = False
    swapped: bool = False  # `*` is lazy, `*?` is greedy


def parse(text: str) -> GoRegex:
    """Return the parsed expression. Raises GoSyntaxError."""
    if len(text) > _MAX_LENGTH:
        raise GoSyntaxError(f"it is {len(text):,} characters long; the limit is {_MAX_LENGTH:,}")
    reader = _Reader(text)
    root = reader.alternation(_Flags(), 0)
    if reader.at < len(text):
        raise GoSyntaxError("a ) has no (")
    return GoRegex(root, tuple(dict.fromkeys(reader.notes)))


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self.at = 0
        self._groups = 0
        self.notes: list[str] = []

    def _peek(self, length: int = 1) -> str:
        return self._text[self.at : self.at + length]

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self._text, self.at)
        if found:
            self.at = found.end()
        return found

    def alternation(self, flags: _Flags, depth: int) -> Node:
        """Read up to the end or to a `)`. Flags set on the way hold for all that follows, across a `|` too."""
        if depth > _MAX_DEPTH:
            raise GoSyntaxError("its groups are nested too deeply")
        branches: list[Node] = []
        items: list[Node] = []
        while self.at < len(self._text) and self._peek() != ")":
            if self._peek() == "|":
                self.at += 1
                branches.append(_joined(items))
                items = []
            elif (found := _FLAGS.match(self._text, self.at)) and found[3] == ")":
                self.at = found.end()
                flags = _changed(flags, found)
            elif self._peek(2) == r"\Q":
                items += self._quoted(flags)
            else:
                items.append(self._repeated(self._atom(flags, depth), flags))
        branches.append(_joined(items))
        return Alt(tuple(branches)) if len(branches) > 1 else branches[0]

    def _quoted(self, flags: _Flags) -> list[Node]:
        end = self._text.find(r"\E", self.at)
        inside = self._text[self.at + 2 : end if end >= 0 else None]
        self.at = end + 2 if end >= 0 else len(self._text)
        characters: list[Node] = [spelled(character, flags.fold) for character in inside]
        if characters:
            characters[-1] = self._repeated(characters[-1], flags)
        return characters

    def _repeated(self, item: Node, flags: _Flags) -> Node:
        start = self.at
        if (sign := self._peek()) in ("*", "+", "?") and sign:
            self.at += 1
            least, most = (1 if sign == "+" else 0), (1 if sign == "?" else None)
        elif found := self._take(_COUNT):
            least = int(found[1])
            most = (int(found[3]) if found[3] else None) if found[2] else least
        else:
            return item
        if max(least, most or 0) > _MAX_ROUNDS or (most is not None and most < least):
            raise GoSyntaxError(f"the repeat {self._text[start : self.at]} is out of range")
        lazy = self._peek() == "?"
        self.at += lazy
        if self._peek() in ("*", "+", "?") and self._peek():
            raise GoSyntaxError("a repeat follows a repeat directly")
        return Rep(item, least, most, lazy != flags.swapped, self._text[start : self.at])

    def _atom(self, flags: _Flags, depth: int) -> Node:
        character = self._peek()
        match character:
            case "(":
                return self._group(flags, depth)
            case "[":
                return self._class(flags)
            case "\\":
                return self._escape(flags)
            case "*" | "+" | "?":
                raise GoSyntaxError(f"there is nothing before {character} to repeat")
        self.at += 1
        match character:
            case ".":
                return Chars(BYTES if flags.dot_all else BYTES - {10})
            case "^":
                return At("line-begin" if flags.lines else "begin")
            case "$":
                return At("line-end" if flags.lines else "end")
            case _:
                return spelled(character, flags.fold)

    def _group(self, flags: _Flags, depth: int) -> Node:
        number, name = 0, ""
        if self._text.startswith(_LOOKS, self.at):
            raise GoSyntaxError("lookarounds and atomic groups are not of Go's syntax")
        if found := self._take(_NAMED):
            name = found[1]
        elif found := self._take(_FLAGS):
            flags = _changed(flags, found)
        elif self._peek(2) == "(?":
            raise GoSyntaxError(f"the group {self._peek(4)}... is not of Go's syntax")
        else:
            self.at += 1
        if found is None or name:
            self._groups += 1
            number = self._groups
        inside = self.alternation(flags, depth + 1)
        if self._peek() != ")":
            raise GoSyntaxError("a ( is never closed")
        self.at += 1
        return Group(inside, number, name) if number else inside

    def _escape(self, flags: _Flags) -> Node:
        letter = self._peek(2)[1:]
        if letter in _PLACES and letter:
            self.at += 2
            return At(_PLACES[letter])
        if letter in ("d", "D", "s", "S", "w", "W", "p", "P") and letter:
            builder = ClassBuilder(flags.fold)
            self._shorthand(builder)
            self.notes += builder.notes
            return builder.build(negated=False)
        return spelled(chr(self._code_point()), flags.fold)

    def _code_point(self) -> int:
        """Read one character, escaped or not."""
        if self._peek() != "\\":
            self.at += 1
            return ord(self._text[self.at - 1])
        if found := self._take(_CODE):
            code = int(found[3], 8) if found[3] else int(found[1] or found[2], 16)
            if code > 0x10FFFF:
                raise GoSyntaxError(f"{found[0]} is no character")
            return code
        letter = self._peek(2)[1:]
        self.at += 2
        if letter in _CONTROLS:
            return _CONTROLS[letter]
        if not letter or letter.isalnum():
            raise GoSyntaxError(f"\\{letter} is not of Go's syntax")
        return ord(letter)

    def _shorthand(self, builder: ClassBuilder) -> None:
        r"""Read `\d`, `\W`, `\pL` and the like into a class."""
        if found := self._take(_PROPERTY):
            name = found[2] or found[3]
            if name not in UNICODE:
                raise GoSyntaxError(f"{found[0]} has no counterpart for bytes")
            members, negated = UNICODE[name], (found[0][1] == "P") != bool(found[1])
            builder.notes.append(f"{found[0]} knows ASCII only here")
        else:
            letter = self._peek(2)[1:]
            if letter.lower() not in PERL:
                raise GoSyntaxError(f"\\{letter} is not of Go's syntax")
            self.at += 2
            members, negated = PERL[letter.lower()], letter.isupper()
        builder.add(BYTES - members if negated else members)

    def _class(self, flags: _Flags) -> Node:
        self.at += 1
        negated = self._peek() == "^"
        self.at += negated
        builder = ClassBuilder(flags.fold)
        first = True
        while first or self._peek() != "]":
            if self.at >= len(self._text):
                raise GoSyntaxError("a [ is never closed")
            first = False
            self._class_item(builder)
        self.at += 1
        node = builder.build(negated)
        self.notes += builder.notes
        return node

    def _class_item(self, builder: ClassBuilder) -> None:
        if self._peek(2) == "[:" and (end := self._text.find(":]", self.at)) > 0:
            name = self._text[self.at + 2 : end].removeprefix("^")
            if name not in POSIX:
                raise GoSyntaxError(f"there is no class [:{name}:]")
            negated = self._text[self.at + 2] == "^"
            builder.add(BYTES - POSIX[name] if negated else POSIX[name])
            self.at = end + 2
        elif self._peek() == "\\" and self._peek(2)[1:] in set("dDsSwWpP"):
            self._shorthand(builder)
        else:
            first = last = self._code_point()
            if self._peek() == "-" and self._peek(2)[1:] not in ("]", ""):
                self.at += 1
                last = self._code_point()
            builder.add_range(first, last)


def _joined(items: list[Node]) -> Node:
    return items[0] if len(items) == 1 else Cat(tuple(items))


def _changed(flags: _Flags, found: re.Match[str]) -> _Flags:
    names = {"i": "fold", "m": "lines", "s": "dot_all", "U": "swapped"}
    on = dict.fromkeys((names[letter] for letter in found[1]), True)
    off = dict.fromkeys((names[letter] for letter in found[2] or ""), False)
    return flags._replace(**{**on, **off})
