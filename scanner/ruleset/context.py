"""The one way in which a value is tied to the words that name it: a key that holds one of the words, a gap,
the value.
"""

from __future__ import annotations

import re
from itertools import product
from typing import Final

from scanner.ruleset.analyse import Analysis
from scanner.ruleset.built import Anchor, Look
from scanner.ruleset.commonwords import COMMON
from scanner.ruleset.gap import GAP, MAX_WIDTH, PLAIN, SPACED

_JOINTS: Final = ("", "_", "-", ".", " ")
_RARE: Final = 5  # letters; shorter beginnings are everywhere


def in_context(words: tuple[str, ...], value: str) -> str:
    """Return a pattern for `value` (itself a pattern) that follows a key holding one of `words`, case ignored.

    `_` in a word stands for an underscore, a hyphen, a dot, a space or nothing.
    """
    return f"(?i:{'|'.join(_word(word) for word in words)}){GAP}{value}"


def analyse_context(words: tuple[str, ...], value: Analysis) -> Analysis:
    """Return the facts about a pattern made by `in_context`.

    The first look is for the beginnings of the words alone, in every spelling: an automaton of plain literals is small
    and compiles at once, and two rules that share a word share it there.
    """
    looks = _spellings(words)
    return Analysis(
        max_width=max(len(word) for word in words) + MAX_WIDTH + value.max_width,
        behind=0,
        ahead=value.ahead,
        looks=tuple(Look(f"(?i:{_escaped(text)})", len(text), len(text), kind) for text, kind in looks.items()),
        anchor=Anchor(tuple(looks), 0, 0),
        core=value.core,
    )


def _spellings(words: tuple[str, ...]) -> dict[str, int]:
    """Return the beginnings of the words, joined in all ways, each with the kind of gap that follows."""
    found: dict[str, int] = {}
    for word in words:
        parts = [part.lower() for part in word.split("_") if part]
        first, *others = parts[: _telling(parts)]
        kind = PLAIN if len(parts) == 1 + len(others) else SPACED
        for joints in product(_JOINTS, repeat=len(others)):
            literal = first + "".join(a + b for a, b in zip(joints, others, strict=True))
            found[literal] = max(kind, found.get(literal, kind))
    return found


def _telling(parts: list[str]) -> int:
    """Return how many parts of a word are rare enough together to be looked for."""
    for count in range(1, len(parts)):
        beginning = "".join(parts[:count])
        if len(beginning) >= _RARE and beginning not in COMMON:
            return count
    return len(parts)


def _word(word: str) -> str:
    return "[_\\-. ]?".join(re.escape(part) for part in word.split("_") if part)


def _escaped(text: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else f"\\x{ord(c):02x}" for c in text)
