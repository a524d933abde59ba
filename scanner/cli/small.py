"""Whether so little is to be read that the portable prefilter has read it before the other one would be compiled."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_FEW: Final = 100  # files
_SMALL: Final = 1 << 20  # bytes; the portable prefilter reads twice as many in the second that a compilation takes
# What is in these may be a hundred times as much.
_PACKED: Final = (
    *(b".7z", b".apk", b".bz2", b".cpio", b".deb", b".docx", b".ear", b".egg", b".gz", b".jar", b".nupkg", b".pdf"),
    *(b".pptx", b".rpm", b".tgz", b".war", b".whl", b".xlsx", b".xpi", b".xz", b".zip", b".zst"),
)


def is_small(files: Iterable[tuple[bytes, int]]) -> bool:
    """Tell it of files, by path and size in bytes; no more of them are asked for than it takes to say no."""
    left = _SMALL
    for number, (path, size) in enumerate(files):
        left -= size
        if number >= _FEW or left < 0 or path.lower().endswith(_PACKED):
            return False
    return True
