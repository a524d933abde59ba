"""A token's form by chance, in the middle of base64: an image, a font, a certificate, a cipher's test vector.

In a hundred megabytes of random base64url some rule's prefix and length occur twice, between two separators. What
stands around a real token is not more of the same.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from scanner.model import Drop
from scanner.refine.subject import Subject

_REACH: Final = 100  # bytes on each side that are looked at
_LEAST: Final = 40  # bytes around the token that must be data
_RUN: Final = re.compile(rb"[0-9A-Za-z+/_-]*")
_LAST_RUN: Final = re.compile(rb"[0-9A-Za-z+/_-]*\Z")
_KINDS: Final = bytes.maketrans(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", b"A" * 26 + b"a" * 26 + b"0" * 10
)
# Of random base64, 62 of 100 neighbours differ in kind (capital, small letter, digit); in names and paths under 30.
_CHANGES: Final = 0.45


def refine(subject: Subject) -> Drop | None:
    if subject.rule.evidence != "structured" or subject.rule.checksum or subject.match.start != subject.secret.start:
        return None  # with a checksum, or a name before it, it is no chance
    data, (start, end) = subject.data, subject.secret
    before = _LAST_RUN.search(data[max(0, start - _REACH) : start])
    after = _RUN.match(data[end : end + _REACH])
    around = (before[0] if before else b"") + (after[0] if after else b"")
    if not _is_bound(data[start - 1 : start], data[end : end + 1]) and (len(around) < _LEAST or not _is_data(around)):
        return None
    return Drop("inside-data", "it stands in the middle of base64 data")


def _is_bound(before: bytes, after: bytes) -> bool:
    """Whether the two stand around a token as only base64 has them; a path or a form has a slash or a plus alone."""
    return before in (b"+", b"/") and after in (b"+", b"/") and b"+" in (before, after)


def _is_data(text: bytes) -> bool:
    if b"AAAA" in text:  # zero bytes, of which programs and fonts are full
        return True
    kinds = text.translate(_KINDS)
    changes = sum(a != b for a, b in pairwise(kinds))
    return changes >= _CHANGES * len(kinds)
