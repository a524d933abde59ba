"""A regular expression for paths as all the ways through it, from which globs and patterns of a .gitignore are made.

A way is a row of pieces: texts as they stand in a pattern, and the signs below for what no text says.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from scanner.convert.nodes import BYTES, LETTERS, Alt, At, Cat, Chars, Group, Lit, Node, Rep

MOST: Final = 40  # ways through one expression, and patterns made of it
BEGIN: Final = "\0begin"
END: Final = "\0end"
ANY: Final = "\0any"  # any text, with slashes or without
ANY_IN_NAME: Final = "\0any-in-name"  # any text without a slash
ONE: Final = "\0one"  # any character
ONE_IN_NAME: Final = "\0one-in-name"  # any character but a slash

_WIDE: Final = 100  # members: such a class is nearly any character
_SLASH: Final = ord("/")

Way = tuple[str, ...]


class NotForPathsError(ValueError):
    """No pattern can say it; the message says why."""


class Writing(NamedTuple):
    """What the result is called ("a glob"), and how it writes a character that could mean something in it."""

    name: str
    character: Callable[[str], str]


def ways(node: Node, writing: Writing) -> list[Way]:
    """Return every way through the expression's alternatives. Raises NotForPathsError."""
    match node:
        case Lit(byte, fold):
            return [(_text(byte, fold, writing),)]
        case Chars(members):
            return [(_class(members, writing),)]
        case At(place):
            return [(_anchor(place, writing),)]
        case Group():
            return ways(node.item, writing)
        case Alt(items):
            return _limited([way for item in items for way in ways(item, writing)])
        case Cat(items):
            whole: list[Way] = [()]
            for item in items:
                whole = _followed(whole, ways(item, writing))
            return whole
        case Rep():
            return _repeated(node, writing)


def _followed(whole: list[Way], by: list[Way]) -> list[Way]:
    return _limited([(*one, *other) for one in whole for other in by])


def _limited(found: list[Way]) -> list[Way]:
    if len(found) > MOST:
        raise NotForPathsError("it has too many alternatives")
    return found


def _repeated(rep: Rep, writing: Writing) -> list[Way]:
    if rep.most is None:
        if not isinstance(rep.item, Chars) or len(rep.item.members) < _WIDE:
            raise NotForPathsError(f"{writing.name} cannot repeat what {rep.text} repeats")
        one = _any_of(rep.item.members)
        return [(*[one] * rep.least, ANY if one == ONE else ANY_IN_NAME)]
    once = ways(rep.item, writing)
    found: list[Way] = []
    for count in range(rep.least, rep.most + 1):
        rounds: list[Way] = [()]
        for _ in range(count):
            rounds = _followed(rounds, once)
        found = _limited(found + rounds)
    return found


def _anchor(place: str, writing: Writing) -> str:
    match place:
        case "begin" | "line-begin":
            return BEGIN
        case "end" | "line-end":
            return END
        case _:
            raise NotForPathsError(rf"{writing.name} knows no \b")


def _text(byte: int, fold: bool, writing: Writing) -> str:
    character = chr(byte)
    if byte >= 128:
        raise NotForPathsError("it holds characters beyond ASCII")
    if fold and byte in LETTERS:
        return f"[{character.lower()}{character.upper()}]"
    return writing.character(character)


def _class(members: frozenset[int], writing: Writing) -> str:
    if len(members) == 1:
        return _text(min(members), False, writing)
    if len(members) >= _WIDE:
        return _any_of(members)
    if members == frozenset(b"/\\"):  # a separator, of Windows too
        return "/"
    characters = "".join(sorted(map(chr, members)))
    if not characters.isascii() or set(characters) & set("]/!^-\\["):
        raise NotForPathsError(f"a class in it holds what {writing.name} cannot")
    return f"[{characters}]"


def _any_of(members: frozenset[int]) -> str:
    if not members >= BYTES - {10, _SLASH}:
        raise NotForPathsError("a class in it leaves out some characters")
    return ONE if _SLASH in members else ONE_IN_NAME
