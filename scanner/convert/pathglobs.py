"""A regular expression for paths, which may match anywhere in one, as globs of a rule's `paths`.

In a glob `*` and `?` take a `/` too, and one without a `/` looks at the file's name alone. So a wildcard that may
stand for a `/` makes two globs: one for the name, one for the path.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from scanner.convert.nodes import BYTES, LETTERS, Alt, At, Cat, Chars, Group, Lit, Node, Rep

_MOST: Final = 40  # globs for one expression
_ANY: Final = "*"  # any text
_ONE: Final = "?"  # any character
_BEGIN: Final = "^"
_END: Final = "$"
_WIDE: Final = 100  # members: such a class is nearly any character
_DOT: Final = BYTES - {10}


class Globs(NamedTuple):
    """`wider` says what the globs match besides; empty when nothing."""

    globs: tuple[str, ...]
    wider: str = ""


class NoGlobsError(ValueError):
    """No globs can say it; the message says why."""


class _Part(NamedTuple):
    """A piece of a glob; `sign` is one of the wildcards or anchors above, or empty for the `text`."""

    text: str
    sign: str = ""


_Parts = tuple[_Part, ...]


def to_globs(root: Node) -> Globs:
    """Return the globs. Raises NoGlobsError."""
    globs: dict[str, None] = {}
    wider = ""
    for parts in _expand(root):
        inner = _framed(parts)
        if "/" in _text(inner):
            globs[_text(inner)] = None
            continue
        globs[_text(inner)] = None
        if inner[0].sign != _ANY:
            wider = "files of that name in every folder, not only in the topmost"
        for at, part in enumerate(inner):
            if part.sign and (at or part.sign == _ONE):
                slash = "*/*" if part.sign == _ANY else "/"
                globs[_text((*inner[:at], _Part(slash), *inner[at + 1 :]))] = None
    if len(globs) > _MOST:
        raise NoGlobsError(f"it would need {len(globs)} globs")
    if "*" in globs:
        raise NoGlobsError("it matches every path")
    return Globs(tuple(globs), wider)


def _framed(parts: _Parts) -> _Parts:
    """Return the parts without anchors, a star at each end that has none. Raises NoGlobsError for one in between."""
    begin = bool(parts) and parts[0].sign == _BEGIN
    end = bool(parts) and parts[-1].sign == _END
    inner = parts[begin : len(parts) - end]
    if any(part.sign in (_BEGIN, _END) for part in inner):
        raise NoGlobsError("an anchor stands in its middle")
    star = _Part(_ANY, _ANY)
    framed = (*(() if begin else (star,)), *inner, *(() if end else (star,)))
    joined: list[_Part] = []
    for part in framed:
        if not (part == star and joined and joined[-1] == star):
            joined.append(part)
    return tuple(joined) or (star,)


def _text(parts: _Parts) -> str:
    return "".join(part.text for part in parts)


def _expand(node: Node) -> list[_Parts]:
    """Return every way through the expression's alternatives."""
    match node:
        case Lit(byte, fold):
            return [(_Part(_glob_byte(byte, fold)),)]
        case Chars(members):
            return [(_set(members),)]
        case At(place):
            return [(_Part("", _anchor(place)),)]
        case Group():
            return _expand(node.item)
        case Alt(items):
            return _limited([parts for item in items for parts in _expand(item)])
        case Cat(items):
            whole: list[_Parts] = [()]
            for item in items:
                whole = _limited([(*one, *other) for one in whole for other in _expand(item)])
            return whole
        case Rep():
            return _rounds(node)


def _limited(found: list[_Parts]) -> list[_Parts]:
    if len(found) > _MOST:
        raise NoGlobsError("it has too many alternatives")
    return found


def _rounds(rep: Rep) -> list[_Parts]:
    if rep.most is None:
        if not isinstance(rep.item, Chars) or len(rep.item.members) < _WIDE:
            raise NoGlobsError(f"a glob cannot repeat what {rep.text} repeats")
        if not rep.item.members >= _DOT:
            raise NoGlobsError("a star of a glob stops at no character, not even at a /")
        return [(*([_Part(_ONE, _ONE)] * rep.least), _Part(_ANY, _ANY))]
    once = _expand(rep.item)
    found: list[_Parts] = []
    for count in range(rep.least, rep.most + 1):
        ways: list[_Parts] = [()]
        for _ in range(count):
            ways = _limited([(*one, *other) for one in ways for other in once])
        found += ways
        _limited(found)
    return found


def _anchor(place: str) -> str:
    match place:
        case "begin" | "line-begin":
            return _BEGIN
        case "end" | "line-end":
            return _END
        case _:
            raise NoGlobsError(r"a glob knows no \b")


def _glob_byte(byte: int, fold: bool) -> str:
    character = chr(byte)
    if byte >= 128:
        raise NoGlobsError("it holds characters beyond ASCII")
    if fold and byte in LETTERS:
        return f"[{character.lower()}{character.upper()}]"
    return f"[{character}]" if character in "*?[" else character


def _set(members: frozenset[int]) -> _Part:
    if len(members) == 1:
        return _Part(_glob_byte(min(members), fold=False))
    if len(members) >= _WIDE:
        if not members >= _DOT:
            raise NoGlobsError("a class in it leaves out some characters")
        return _Part(_ONE, _ONE)
    characters = "".join(sorted(map(chr, members)))
    if not characters.isascii() or set(characters) & set("]/!^-\\["):
        if members == frozenset(b"/\\"):  # a separator, of Windows too
            return _Part("/")
        raise NoGlobsError("a class in it holds what a glob's cannot")
    return _Part(f"[{characters}]")
