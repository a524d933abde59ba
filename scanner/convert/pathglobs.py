"""A regular expression for paths, which may match anywhere in one, as globs of a rule's `paths`.

In a glob `*` and `?` take a `/` too, and one without a `/` looks at the file's name alone. So a wildcard that may
stand for a `/` makes two globs: one for the name, one for the path.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from scanner.convert.nodes import Node
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

_GLOB: Final = Writing("a glob", lambda character: f"[{character}]" if character in "*?[" else character)
_SIGNS: Final = {ANY: "*", ONE: "?"}


class Globs(NamedTuple):
    """`wider` says what the globs match besides; empty when nothing."""

    globs: tuple[str, ...]
    wider: str = ""


def to_globs(root: Node) -> Globs:
    """Return the globs. Raises NotForPathsError."""
    globs: dict[str, None] = {}
    wider = ""
    for way in ways(root, _GLOB):
        inner = _framed(way)
        glob = _text(inner)
        globs[glob] = None
        if "/" in glob:
            continue
        if inner[0] != ANY:
            wider = "files of that name in every folder, not only in the topmost"
        for at, piece in enumerate(inner):
            if piece == ONE or (piece == ANY and at):
                slash = "*/*" if piece == ANY else "/"
                globs[_text((*inner[:at], slash, *inner[at + 1 :]))] = None
    if len(globs) > MOST:
        raise NotForPathsError(f"it would need {len(globs)} globs")
    if "*" in globs:
        raise NotForPathsError("it matches every path")
    return Globs(tuple(globs), wider)


def _framed(way: Way) -> Way:
    """Return the way without anchors, a star at each end that has none. Raises NotForPathsError for one in between."""
    begin, end = way[:1] == (BEGIN,), way[-1:] == (END,)
    inner = way[begin : len(way) - end]
    if BEGIN in inner or END in inner:
        raise NotForPathsError("an anchor stands in its middle")
    if ANY_IN_NAME in inner or ONE_IN_NAME in inner:
        raise NotForPathsError("a wildcard of a glob stops at no character, not even at a /")
    framed = (*(() if begin else (ANY,)), *inner, *(() if end else (ANY,)))
    joined: list[str] = []
    for piece in framed:
        if not (piece == ANY and joined and joined[-1] == ANY):
            joined.append(piece)
    return tuple(joined) or (ANY,)


def _text(way: Way) -> str:
    return "".join(_SIGNS.get(piece, piece) for piece in way)
