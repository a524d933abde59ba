"""The one way in which a value is tied to the words that name it: `KEY = "value"` in all the forms that files use.

Code, YAML, JSON, environment files, command-line flags, HTTP headers, URL parameters, XML: a key that holds one of the
words, what may close the key, a separator, perhaps a second key inside (`heroku: {token: ...}`, `Heroku(token=...)`), what
may open the value.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from scanner.ruleset.analyse import Analysis, Anchor
from scanner.ruleset.tree import parse

_KEY_REST: Final = r"[0-9A-Za-z_.\-]{0,40}"
_KEY_END: Final = r"""(?:\\?["'`]|[\])]){0,3}"""
_TYPE: Final = r"(?::[ ]?[A-Za-z&][0-9A-Za-z_<>.\[\]?]{0,24}[ ]{0,2}(?==))?"  # `key: str = "..."`
_SEPARATOR: Final = r"(?:[ \t]{0,12}(?:=>|:=|\?=|==?=?|:|,|\(|>)[ \t]{0,12}(?:\r?\n[ \t]{1,40})?|[ \t]{1,12})"
_INNER: Final = (
    r"""(?:[({\[]{0,2}[ \t\r\n]{0,40}\\?["']?[0-9A-Za-z_\-]{0,16}(?i:key|token|secret|pass|auth|pwd|cred|sid|id)"""
    r"""[0-9A-Za-z_\-]{0,12}\\?["']?[ \t]{0,4}[:=][>]?[ \t]{0,4})?"""
)
# `- name: KEY` and `value: ...` on the next line, `"name": "KEY", "value": "..."`, `<add key="KEY" value="..."/>`
_PAIR: Final = r"""[ \t]{0,4},?[ \t\r\n]{1,40}\\?["']?(?i:value)\\?["']?[ \t]{0,4}[:=][ \t]{0,4}"""
_VALUE_START: Final = r"""(?:(?i:bearer|basic|token)[ ])?(?:[urbfURBF@$]{0,2}\\?["'`<(\[{]){0,2}[ ]?"""
_GAP: Final = f"{_KEY_REST}{_KEY_END}(?:{_TYPE}{_SEPARATOR}{_INNER}|{_PAIR}){_VALUE_START}"

# What the prefilter looks for after the word: a superset of how a gap begins. Not counting is what makes it cheap: six
# hundred rules compile in a quarter of a second, and each hit is settled by the pattern.
_FIRST_LOOK: Final = (
    r"""[\w.\-]*[\\"'`\])]*(?:[ \t]*[=:?>,(]|[ \t\r\n]+\\?["']?(?i:value)"""
    r"""|[ \t]+[({\["'\\ \t\r\n]*[\w\-]*(?i:key|token|secret|pass|auth|pwd|cred|id)"""
    r"""|[ \t]+(?:[A-Za-z]{5,6}[ ])?[urbfURBF@$\\"'`<(\[{ ]*"""
)
_LOOKED_AT: Final = 3  # characters of the value, where only blanks separate it from its key
_BEYOND: Final = 200  # bytes after the word within which the first look of a true match ends


def in_context(words: tuple[str, ...], value: str) -> str:
    """Return a pattern for `value` (itself a pattern) that follows a key holding one of `words`, case ignored.

    `_` in a word stands for an underscore, a hyphen, a dot, a space or nothing.
    """
    return f"(?i:{'|'.join(_word(word) for word in words)}){_GAP}{value}"


def analyse_context(words: tuple[str, ...], characters: str, value: Analysis) -> Analysis:
    """Return the facts about a pattern made by `in_context` for a value made of `characters` (the inside of a class)."""
    longest = max(len(word) for word in words)
    expression = f"(?i:{'|'.join(_word(word) for word in words)}){_FIRST_LOOK}[{characters}]{{{_LOOKED_AT}}})"
    return Analysis(
        max_width=longest + _gap_width() + value.max_width,
        behind=0,
        ahead=value.ahead,
        expression=expression,
        least=1,
        most=longest + _BEYOND,
        anchor=_anchor(words),
    )


@lru_cache(maxsize=1)
def _gap_width() -> int:
    return sum(node.most for node in parse(_GAP))


def _word(word: str) -> str:
    return "[_\\-. ]?".join(re.escape(part) for part in word.split("_") if part)


def _anchor(words: tuple[str, ...]) -> Anchor:
    """The longest part of each word, and how far into its word it can begin."""
    literals, starts = [], []
    for word in words:
        parts = [part.lower() for part in word.split("_") if part]
        best = max(parts, key=len)
        before = parts[: parts.index(best)]
        literals.append(best)
        starts += [len("".join(before)), len("".join(before)) + len(before)]
    return Anchor(tuple(dict.fromkeys(literals)), min(starts), max(starts))
