"""A regular expression for paths, which may match anywhere in one, as patterns of a .gitignore.

There a `*` stops at a slash, and what matches a folder matches all that is in it. So what stands for any text is one
pattern within a folder's name, and another one across folders.
"""

from __future__ import annotations

from itertools import product
from typing import Final

from scanner.convert.charclasses import GoSyntaxError
from scanner.convert.goregex import parse
from scanner.convert.pathways import (
    ANY,
    ANY_IN_NAME,
    BEGIN,
    END,
    MOST,
    ONE,
    ONE_IN_NAME,
    NotForPathsError,
    Way,
    Writing,
    ways,
)

_PATTERN: Final = Writing("a pattern", lambda character: f"\\{character}" if character in "*?[\\!#" else character)
_SIGNS: Final = {ANY_IN_NAME: "*", ONE: "?", ONE_IN_NAME: "?"}
_STARS: Final = (ANY, "*")


def to_patterns(expression: str) -> tuple[str, ...]:
    """Return the patterns. Raises NotForPathsError."""
    try:
        found = [_joined(way) for way in ways(parse(expression).root, _PATTERN)]
    except GoSyntaxError as error:
        raise NotForPathsError(str(error)) from None
    patterns = dict.fromkeys(pattern for way in found for pattern in _patterns(way))
    if not patterns:
        raise NotForPathsError("it matches no path")
    if len(patterns) > MOST:
        raise NotForPathsError(f"it would need {len(patterns)} patterns")
    for pattern in [one for one in patterns if one.startswith("*/**/")]:  # with the same at the top: at any depth
        rest = pattern.removeprefix("*/**/")
        if f"/{rest}" in patterns:
            del patterns[f"/{rest}"], patterns[pattern]
            patterns[f"**/{rest}" if "/" in rest.rstrip("/") else rest] = None
    return tuple(patterns)


def _joined(way: Way) -> Way:
    """Write the signs that have a text, and make one of stars that meet: two in a row would be a pattern of folders."""
    joined: list[str] = []
    for piece in (_SIGNS.get(sign, sign) for sign in way):
        if joined and joined[-1] in _STARS and piece in _STARS:
            joined[-1] = ANY if ANY in (joined[-1], piece) else "*"
        else:
            joined.append(piece)
    return tuple(joined)


def _patterns(way: Way) -> list[str]:
    is_begun, is_ended = way[:1] == (BEGIN,), way[-1:] == (END,)
    inner = list(way[is_begun : len(way) - is_ended])
    if BEGIN in inner or END in inner:
        raise NotForPathsError("an anchor stands in its middle")
    while inner and (inner[0] == ANY or (inner[0] == "*" and not is_begun)):
        is_begun = inner.pop(0) != ANY and is_begun
    while inner and (inner[-1] == ANY or (inner[-1] == "*" and not is_ended)):
        is_ended = inner.pop() != ANY and is_ended
    if inner[-2:] == [ANY, "/"]:
        inner[-2] = "*"  # the first folder that fits has all the others in it
    if not [part for part in inner if part not in (ANY, "/", "*", "?")]:
        raise NotForPathsError("it matches every path")
    front = "/" if is_begun else ("*" if inner[0] != "/" else "*/**")
    back = "" if is_ended or inner[-1] == "/" else "*"
    if is_begun and inner[0] == "/":
        raise NotForPathsError("no path begins with a slash")
    if is_ended and inner[-1] == "/":
        raise NotForPathsError("no path ends with a slash")
    choices = [_spread(inner, at) if part == ANY else [part] for at, part in enumerate(inner)]
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
