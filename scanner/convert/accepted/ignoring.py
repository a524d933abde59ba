"""A regular expression for paths, which may match anywhere in one, as patterns of a .gitignore.

There a `*` stops at a slash, and what matches a folder matches all that is in it. So what stands for any text is one
pattern within a folder's name, and another one across folders.
"""

from __future__ import annotations

from itertools import product
from typing import Final

from scanner.convert.charclasses import GoSyntaxError
from scanner.convert.goregex import parse
from scanner.convert.nodes import BYTES, LETTERS, Alt, At, Cat, Chars, Group, Lit, Node, Rep

_MOST: Final = 40  # patterns for one expression
_BEGIN: Final = "\0begin"
_END: Final = "\0end"
_ANY: Final = "\0any"  # any text, over slashes, too
_WIDE: Final = 100  # members: such a class is nearly any character
_SLASH: Final = ord("/")

Parts = tuple[str, ...]


class NotForPathsError(ValueError):
    """No patterns can say it; the message says why."""


def to_patterns(expression: str) -> tuple[str, ...]:
    """Return the patterns. Raises NotForPathsError."""
    try:
        ways = _expand(parse(expression).root)
    except GoSyntaxError as error:
        raise NotForPathsError(str(error)) from None
    found = dict.fromkeys(pattern for way in ways for pattern in _patterns(way))
    if not found:
        raise NotForPathsError("it matches no path")
    if len(found) > _MOST:
        raise NotForPathsError(f"it would need {len(found)} patterns")
    for pattern in [one for one in found if one.startswith("*/**/")]:  # with the same at the top: at any depth
        rest = pattern.removeprefix("*/**/")
        if f"/{rest}" in found:
            del found[f"/{rest}"], found[pattern]
            found[f"**/{rest}" if "/" in rest.rstrip("/") else rest] = None
    return tuple(found)


def _patterns(way: Parts) -> list[str]:
    is_begun, is_ended = way[:1] == (_BEGIN,), way[-1:] == (_END,)
    inner = list(way[is_begun : len(way) - is_ended])
    if _BEGIN in inner or _END in inner:
        raise NotForPathsError("an anchor stands in its middle")
    while inner and (inner[0] == _ANY or (inner[0] == "*" and not is_begun)):
        is_begun = inner.pop(0) != _ANY and is_begun
    while inner and (inner[-1] == _ANY or (inner[-1] == "*" and not is_ended)):
        is_ended = inner.pop() != _ANY and is_ended
    if inner[-2:] == [_ANY, "/"]:
        inner[-2] = "*"  # the first folder that fits has all the others in it
    if not [part for part in inner if part not in (_ANY, "/", "*", "?")]:
        raise NotForPathsError("it matches every path")
    front = "/" if is_begun else ("*" if inner[0] != "/" else "*/**")
    back = "" if is_ended or inner[-1] == "/" else "*"
    if is_begun and inner[0] == "/":
        raise NotForPathsError("no path begins with a slash")
    if is_ended and inner[-1] == "/":
        raise NotForPathsError("no path ends with a slash")
    choices = [_spread(inner, at) if part == _ANY else [part] for at, part in enumerate(inner)]
    found = [f"{front}{''.join(one)}{back}" for one in product(*choices)]
    return [_anchored(pattern, is_begun) for pattern in found if "//" not in pattern]  # no path has two in a row


def _anchored(pattern: str, is_begun: bool) -> str:
    """Return the pattern so that it holds at any depth unless it is begun: one with a slash inside holds at the top."""
    inside = "/" in pattern.rstrip("/")
    return f"**/{pattern}" if inside and not is_begun and not pattern.startswith("*/**/") else pattern


def _spread(inner: list[str], at: int) -> list[str]:
    """Return what stands for any text between two parts, within a name and across folders."""
    before, after = inner[at - 1] == "/", inner[at + 1] == "/"
    if before and after:
        return ["*/**"]
    if before:
        return ["**/*"]
    return ["*/**"] if after else ["*", "*/**/*"]


def _expand(node: Node) -> list[Parts]:
    """Return every way through the expression's alternatives, neighbouring `_ANY` joined."""
    match node:
        case Lit(byte, fold):
            return [(_written(byte, fold),)]
        case Chars(members):
            return [(_class(members),)]
        case At(place):
            return [(_anchor(place),)]
        case Group():
            return _expand(node.item)
        case Alt(items):
            return _limited([way for item in items for way in _expand(item)])
        case Cat(items):
            whole: list[Parts] = [()]
            for item in items:
                whole = _limited([_joined(one, other) for one in whole for other in _expand(item)])
            return whole
        case Rep():
            return _repeat(node)


def _joined(one: Parts, other: Parts) -> Parts:
    """Join two, and stars that meet: two in a row would be a pattern of folders."""
    stars = (_ANY, "*")
    if not (one and other and one[-1] in stars and other[0] in stars):
        return one + other
    return (*one[:-1], _ANY if _ANY in (one[-1], other[0]) else "*", *other[1:])


def _limited(found: list[Parts]) -> list[Parts]:
    if len(found) > _MOST:
        raise NotForPathsError("it has too many alternatives")
    return found


def _repeat(rep: Rep) -> list[Parts]:
    if rep.most is None:
        if not isinstance(rep.item, Chars) or len(rep.item.members) < _WIDE:
            raise NotForPathsError(f"a pattern cannot repeat what {rep.text} repeats")
        if not rep.item.members >= BYTES - {10, _SLASH}:
            raise NotForPathsError("a class in it leaves out some characters")
        return [("?",) * rep.least + ((_ANY,) if _SLASH in rep.item.members else ("*",))]
    once = _expand(rep.item)
    found: list[Parts] = []
    for count in range(rep.least, rep.most + 1):
        ways: list[Parts] = [()]
        for _ in range(count):
            ways = _limited([_joined(one, other) for one in ways for other in once])
        found = _limited(found + ways)
    return found


def _anchor(place: str) -> str:
    match place:
        case "begin" | "line-begin":
            return _BEGIN
        case "end" | "line-end":
            return _END
        case _:
            raise NotForPathsError(r"a pattern knows no \b")


def _written(byte: int, fold: bool) -> str:
    character = chr(byte)
    if byte >= 128:
        raise NotForPathsError("it holds characters beyond ASCII")
    if fold and byte in LETTERS:
        return f"[{character.lower()}{character.upper()}]"
    return f"\\{character}" if character in "*?[\\!#" else character


def _class(members: frozenset[int]) -> str:
    if len(members) == 1:
        return _written(min(members), fold=False)
    if len(members) >= _WIDE:
        if not members >= BYTES - {10, _SLASH}:
            raise NotForPathsError("a class in it leaves out some characters")
        return "?"
    if members == frozenset(b"/\\"):  # a separator, of Windows too
        return "/"
    characters = "".join(sorted(map(chr, members)))
    if not characters.isascii() or set(characters) & set("]/!^-\\["):
        raise NotForPathsError("a class in it holds what a pattern's cannot")
    return f"[{characters}]"
