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
# A line of a signature, a certificate or an attachment: as long as its neighbour, of which the last of all is shorter.
_LINE: Final = re.compile(rb"[ \t]?([0-9A-Za-z+/]{60,76})={0,2}\r?")
_KINDS: Final = bytes.maketrans(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", b"A" * 26 + b"a" * 26 + b"0" * 10
)
# Of random base64, 62 of 100 neighbours differ in kind (capital, small letter, digit); in names and paths under 30.
_CHANGES: Final = 0.45
_INSIDE: Final = Drop("inside-data", "it stands in the middle of base64 data")


def refine(subject: Subject) -> Drop | None:
    if subject.rule.evidence != "structured" or subject.rule.checksum or subject.match.start != subject.secret.start:
        return None  # with a checksum, or a name before it, it is no chance
    data, (start, end) = subject.data, subject.secret
    before = _LAST_RUN.search(data[max(0, start - _REACH) : start])
    after = _RUN.match(data[end : end + _REACH])
    around = (before[0] if before else b"") + (after[0] if after else b"")
    if _is_bound(data[start - 1 : start], data[end : end + 1]) or (len(around) >= _LEAST and _is_data(around)):
        return _INSIDE
    return _INSIDE if around and _is_in_block(data, start, end) else None


def _is_in_block(data: bytes, start: int, end: int) -> bool:
    """Whether the line and one beside it are two lines of base64, equally long."""
    begin = data.rfind(b"\n", max(0, start - _REACH), start) + 1
    stop = data.find(b"\n", end, end + _REACH)
    line = _LINE.fullmatch(data, begin, stop) if 0 < begin < stop else None
    if line is None:
        return False
    above, below = data[max(0, begin - 1 - _REACH) : begin - 1], data[stop + 1 : stop + 1 + _REACH]
    beside = (_LINE.fullmatch(above[above.rfind(b"\n") + 1 :]), _LINE.fullmatch(below.partition(b"\n")[0]))
    return any(other is not None and len(other[1]) == len(line[1]) for other in beside)


def _is_bound(before: bytes, after: bytes) -> bool:
    """Whether the two stand around a token as only base64 has them; a path or a form has a slash or a plus alone."""
    return before in (b"+", b"/") and after in (b"+", b"/") and b"+" in (before, after)


def _is_data(text: bytes) -> bool:
    if b"AAAA" in text:  # zero bytes, of which programs and fonts are full
        return True
    kinds = text.translate(_KINDS)
    changes = sum(a != b for a, b in pairwise(kinds))
    return changes >= _CHANGES * len(kinds)
