"""Basic authorization: what is encoded must be `user:password`, and a password that is no placeholder."""

from __future__ import annotations

from base64 import b64decode
from typing import Final

from scanner.model import Drop
from scanner.refine import placeholder
from scanner.refine.published import PUBLISHED
from scanner.refine.subject import Subject

_EMPTY: Final = Drop("not-credentials", "what it encodes has no password")


def refine(subject: Subject) -> Drop | None:
    return of_credentials(subject.value)


def of_credentials(value: bytes) -> Drop | None:
    """Return why what stands behind `Basic` is no secret."""
    try:
        decoded = b64decode(value + b"=" * (-len(value) % 4), validate=True)
    except ValueError:
        return Drop("not-credentials", "it is not base64")
    _, colon, password = decoded.partition(b":")
    if not colon or not password or not decoded.decode("utf-8", "replace").isprintable():
        return _EMPTY
    if password in PUBLISHED:
        return Drop("placeholder", "a standard prints it as its example")
    return placeholder.free_text(password)
