"""Private keys read as far as it takes to tell a whole key from a damaged or an encrypted one; no cryptography.

Each format has a file with `parse(data) -> State`. They are strict about lengths, never raise, never recurse, and
look at each byte a few times at most, whatever the bytes hold.
"""

from __future__ import annotations

from typing import Final, Literal

# open: a whole key, usable as it is. elsewhere: the secret numbers are on a smart card or security key.
State = Literal["open", "encrypted", "elsewhere", "broken"]

MAX_BYTES: Final = 60_000  # the largest keys in use (post-quantum, long OpenPGP certificates) have a tenth of that


class KeyFormatError(ValueError):
    """The bytes are not those of a whole key. Never leaves this package."""
