"""A value that stands in several pieces: `"abc" + "def"`, wrapped over lines, or as an array of bytes.

The span of such a value reaches from its first character to its last; what it is worth is the pieces together. Where
the pieces begin and end is known only from how they stand there, so joined text is not cut out of the data, it is made.
"""

from __future__ import annotations

import re
from typing import Final

# Between two quoted pieces: the end of one, a sign or a continued line, the beginning of the next.
_JOINT: Final = re.compile(
    rb"""(["'`])[ \t]*(?:(?:[+.&]|<<)[ \t]*|,\s*|\.concat\([ ]?|\)\s*\.[aA]ppend\()?"""
    rb"""\\?(?:\r?\n[ \t]*)?(?:[+.&][ \t]*)?[bruBRU]?["'`]"""
)
_WRAP: Final = re.compile(rb"\\?\r?\n[ \t]*")
_NUMBER: Final = re.compile(rb"0[xX][0-9A-Fa-f]{1,2}|[0-9]{1,3}")
_NUMBERS: Final = re.compile(
    rb"(?:0[xX][0-9A-Fa-f]{1,2}|[0-9]{1,3})(?:[ ]?,[ \t\r\n]*(?:0[xX][0-9A-Fa-f]{1,2}|[0-9]{1,3}))+"
)


def joined(value: bytes) -> bytes:
    """Return the pieces of a value as one; of an array of bytes, their hex digits; any other value as it is."""
    if _NUMBERS.fullmatch(value):
        numbers = [int(number, 16 if number[:2].lower() == b"0x" else 10) for number in _NUMBER.findall(value)]
        return bytes(numbers).hex().encode() if max(numbers) < 256 else value
    return _WRAP.sub(b"", _JOINT.sub(b"", value))
