"""Files that hold one value and nothing else, as files of Docker's secrets and of keys do: only their name says what it
is. So the value is given as a text that rules with such paths match, and no others: `MARK lone MARK value MARK`.
"""

from __future__ import annotations

import re
from typing import Final

from scanner.decode.derived import Derived, Piece, Pieces, Shifted
from scanner.decode.sealed import MARK
from scanner.model import Span

NAME: Final = "lone"
TAG: Final = "secret-file"  # of the rules that match such a text
BEFORE: Final = MARK + NAME.encode() + MARK
_VALUE: Final = r"[0-9A-Za-z!@#$%^&*_+/.~?-]{8,200}={0,2}"  # no assignment, no URL: those speak for themselves
# For Hyperscan, with how many bytes it has at least and at most.
SIGN: Final = (rf"^{_VALUE}\r?$", 8, 203)
# Words and paths (a link's content) have none of these signs; a version is common, and no secret.
_VERSION: Final = r"v?\d{1,4}(?:\.\d{1,6}){1,4}(?:[-+.][0-9A-Za-z.]{1,40})?\s*\Z"
_WHOLE: Final = re.compile(rf"(?=[^\r\n]*[0-9!@#$%^&*+])(?!{_VERSION})({_VALUE})\r?\n?".encode())


def read(data: bytes) -> tuple[Derived, ...]:
    """Return the value, if there is one and nothing else."""
    found = _WHOLE.fullmatch(data)
    if found is None:
        return ()
    way = Shifted(len(BEFORE), len(found[1]), Pieces([Piece(0, 0)]))
    return (Derived(BEFORE + found[1] + MARK, "", Span(*found.span(1)), way),)
