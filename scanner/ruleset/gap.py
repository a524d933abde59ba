"""What may stand between a key and its value, in the forms that files use; and a first look at it.

`KEY = "value"` in code, YAML, JSON, environment files, command-line flags, HTTP headers, URL parameters and XML; a type
between them (`key: str = ...`); a second key inside (`heroku: {token: ...}`, `Heroku(token=...)`); a name and its value
as a pair (`name: KEY`, `value: ...`). Quotes may have backslashes before them, as in a text within a text of JSON, or
be entities. The key's rest and its closing are atomic: nothing after them can use what they took, and trying would cost
a lot.
"""

from __future__ import annotations

_ENTITY = r"&(?:quot|#3[49]);"
_QUOTE = rf"""(?:\\{{0,3}}["']|{_ENTITY})"""
_KEY_REST = r"(?>[0-9A-Za-z_.\-]{0,40})"
_KEY_END = rf"""(?>(?:\\{{0,3}}["'`]|{_ENTITY}|[\])]){{0,3}})"""
_TYPE = r"(?::[ ]?[A-Za-z&][0-9A-Za-z_<>.\[\]?]{0,24}[ ]{0,2}(?==))?"  # `key: str = "..."`
_SEPARATOR = r"(?:[ \t]{0,12}(?:=>|:=|\?=|==?=?|:|,|\(|>)[ \t]{0,12}(?:\r?\n[ \t]{1,40})?|[ \t]{1,12})"
_INNER = (
    rf"(?:[({{\[]{{0,2}}[ \t\r\n]{{0,40}}{_QUOTE}?[0-9A-Za-z_\-]{{0,16}}(?i:key|token|secret|pass|auth|pwd|cred|id)"
    rf"(?>[0-9A-Za-z_\-]{{0,12}}){_QUOTE}?[ \t]{{0,4}}[:=][>]?[ \t]{{0,4}})?"
)
# `- name: KEY` and `value: ...` on the next line, `"name": "KEY", "value": "..."`, `<add key="KEY" value="..."/>`
_PAIR = rf"[ \t]{{0,4}},?[ \t\r\n]{{1,40}}{_QUOTE}?(?i:value){_QUOTE}?[ \t]{{0,4}}[:=][ \t]{{0,4}}"
_VALUE_START = rf"""(?:(?i:bearer|basic|token)[ ])?(?:[urbfURBF@$]{{0,2}}\\{{0,3}}["'`<(\[{{]|{_ENTITY}){{0,2}}[ ]?"""

GAP = f"{_KEY_REST}{_KEY_END}(?:{_TYPE}{_SEPARATOR}{_INNER}|{_PAIR}){_VALUE_START}"
MAX_WIDTH = 348  # bytes; a test adds up the parts

_BEGINNING = (
    rf"""[\\"'`\])]{{0,6}}(?:{_ENTITY}){{0,2}}(?:[ \t]{{0,12}}[=:?>,(]"""
    rf"""|[ \t]{{0,4}},?[ \t\r\n]{{1,40}}{_QUOTE}?(?i:value)"""
    r"""|[ \t]{1,12}(?:[A-Za-z]{5,6}[ ])?[\\"'`<(\[{]{0,4}[^\s]{6})"""
)

# By kind: what every gap begins with. It tells a key from a mere mention of its word, cheaply.
NONE, PLAIN, SPACED = 0, 1, 2  # no gap asked for; after a whole word; after part of one whose rest may have spaces
BOUNDED = 3  # no gap, but a token that does not begin in the middle of a word
FIRST_LOOK_WIDTH = 166  # bytes, as MAX_WIDTH
FIRST_LOOKS = ("", r"[\w.\-]{0,40}" + _BEGINNING, r"[\w.\- ]{0,80}" + _BEGINNING)
