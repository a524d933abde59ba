"""The one way in which a value is tied to the words that name it: `KEY = "value"` in all the forms that files use.

Code, YAML, JSON, environment files, command-line flags, HTTP headers, URL parameters: a key that holds one of the
words, what may close the key, a separator, what may open the value.
"""

from __future__ import annotations

import re

_KEY_REST = r"[0-9A-Za-z_.\-]{0,40}"
_KEY_END = r"""(?:\\?["'`]|[\])]){0,3}"""
_TYPE = r"(?::[ ]?[A-Za-z&][0-9A-Za-z_<>.\[\]?]{0,24}[ ]{0,2}(?==))?"  # `key: str = "..."`
_SEPARATOR = r"(?:[ \t]{0,12}(?:=>|:=|\?=|==?=?|:|,|\(|>)[ \t]{0,12}(?:\r?\n[ \t]{1,40})?|[ \t]{1,12})"
_VALUE_START = r"""(?:(?i:bearer|basic|token)[ ])?(?:[urbfURBF@$]{0,2}\\?["'`<(\[{]){0,2}[ ]?"""


def in_context(words: tuple[str, ...], value: str) -> str:
    """Return a pattern for `value` (itself a pattern) that follows a key holding one of `words`, case ignored.

    `_` in a word stands for an underscore, a hyphen, a dot, a space or nothing.
    """
    return f"(?i:{'|'.join(_word(word) for word in words)}){_KEY_REST}{_KEY_END}{_TYPE}{_SEPARATOR}{_VALUE_START}{value}"


def _word(word: str) -> str:
    return "[_\\-. ]?".join(re.escape(part) for part in word.split("_") if part)
