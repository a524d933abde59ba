"""How surprising a run of letters is for someone who expects words: bits a letter, from a table of pairs."""

from __future__ import annotations

from functools import lru_cache
from pkgutil import get_data
from typing import Final

from scanner.errors import RedhandedError

_TABLE: Final = "letters.txt"
_OTHER: Final = 0x60  # the byte before `a`: stands for everything that is no letter
_FOLD: Final = bytes(c if 0x61 <= c <= 0x7A else c + 32 if 0x41 <= c <= 0x5A else _OTHER for c in range(256))


def surprise(value: bytes) -> float:
    """Return the mean surprise of its letters in bits, each judged by the one before it; 0 without letters."""
    table = _table()
    folded = value.translate(_FOLD)
    total = count = 0
    before = _OTHER
    for after in folded:
        if after != _OTHER:
            total += table[(before - _OTHER) * 27 + after - _OTHER]
            count += 1
        before = after
    return total / count / 10 if count else 0.0


@lru_cache(maxsize=1)
def _table() -> bytes:
    """Return tenths of bits, 27 for each letter before (the first: none), 27 for each letter after."""
    text = read_data(_TABLE)
    rows = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return bytes(int(number) for row in rows for number in row[1:])


def read_data(name: str) -> str:
    """Return a data file that stands beside this module, also in a zipped installation."""
    data = get_data(__package__ or "scanner.refine.generic", name)
    if data is None:
        raise RedhandedError(f"the judge's {name} is missing", "this installation is broken: install redhanded again")
    return data.decode()
