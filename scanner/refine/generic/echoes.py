"""Whether a value repeats its key: `password: "password"`, `SIGN_UP_PASSWORD = "SignUpPasswordResult"`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from scanner.refine.generic.keys import words_of
from scanner.refine.generic.values import Value

_NAMES: Final = frozenset(
    (
        *("camelCase", "PascalCase", "snake", "SNAKE", "kebab", "Kebab", "dotted", "coloned", "slashed", "other"),
        *("base62", "base64url"),
    )
)


def echoes(value: bytes, name: bytes, looks: Value) -> Iterator[str]:
    """Yield at most one feature."""
    key = _bare(name)
    plain = _bare(value)
    if key and plain == key:
        yield "value is the key itself"
    elif len(key) > 2 and key in plain and looks.digits == "none" and "!" not in looks.alphabet:
        yield "value holds the key"
    elif len(plain) > 3 and plain in key:
        yield "key holds the value"
    elif name and looks.form in _NAMES:
        yield from _repeats(name, value)


def _repeats(name: bytes, value: bytes) -> Iterator[str]:
    words = [word for word in words_of(value) if len(word) > 2]
    if len(words) < 2:
        return
    known = set(words_of(name))
    same = sum(word in known for word in words)
    if same == len(words):
        yield "value repeats the key's words"
    elif same > 1:
        yield "value repeats words of the key"


def _bare(text: bytes) -> bytes:
    return text.lower().translate(None, b"_-. ")
