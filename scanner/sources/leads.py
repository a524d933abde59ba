"""Where something matched in the objects in which something was found, as numbers that can be kept: no path, no name
and no value. With them a later run need not search these objects.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator, Sequence
from typing import Final

from scanner.model import Leads

_MOST: Final = 1 << 20  # intervals that are kept of a repository
_FORM: Final = "I"
_SIZE: Final = 4  # bytes of a number


def encode(found: Sequence[Leads | None]) -> bytes:
    """Return the leads of objects in order: for each the number of its intervals, and of each of these the rule, the
    first place and the last. Of what is too much, and of what has none, it is 0.
    """
    numbers = array(_FORM)
    left = _MOST
    for leads in found:
        flat = [(rule, low, high) for rule, intervals in (leads or {}).items() for low, high in intervals]
        if len(flat) > left:
            flat = []
        left -= len(flat)
        numbers.append(len(flat))
        for row in flat:
            numbers.extend(row)
    return _little(numbers).tobytes()


def decode(data: bytes) -> Iterator[Leads]:
    """Yield what `encode` was given, in order. Raises ValueError for anything else."""
    if len(data) % _SIZE:
        raise ValueError("this is cut short")
    numbers = _little(array(_FORM, data))
    at = 0
    while at < len(numbers):
        end = at + 1 + 3 * numbers[at]
        if end > len(numbers):
            raise ValueError("this is cut short")
        leads: Leads = {}
        for row in range(at + 1, end, 3):
            leads.setdefault(numbers[row], []).append((numbers[row + 1], numbers[row + 2]))
        yield leads
        at = end


def _little(numbers: array[int]) -> array[int]:
    if sys.byteorder != "little":
        numbers.byteswap()
    return numbers
