"""The cache folder as a whole: what is in it, and what of that can go. Only files of names that we give are touched.

Everything in it can be made again, and a run that finds a file gone makes it again: so no run need wait for another.
"""

from __future__ import annotations

import os
import re
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from typing import Final, NamedTuple

VERDICTS: Final = ".seen"  # ends the names of what is remembered of repositories
UNUSED: Final = 30 * 86_400  # seconds after which what nobody has used goes
MOST: Final = 1 << 30  # bytes in all; beyond, what was not used for longest goes
_ABANDONED: Final = 3_600  # seconds after which nobody is writing a temporary file any more
_OURS: Final = re.compile(r"[0-9a-f]{32}(\.[a-z]+)?")
_TEMPORARY: Final = re.compile(r"\.[0-9a-f]{32}(\.[a-z]+)?\.[0-9a-f]{16}")


class Kept(NamedTuple):
    """A file in the cache: its size in bytes, and when it was last used (Unix seconds)."""

    path: str
    name: str
    size: int
    used: float

    @property
    def is_temporary(self) -> bool:
        return self.name.startswith(".")


def listing(folder: str) -> list[Kept]:
    """Return our files in the folder, by name; none when there is no such folder. Raises OSError."""
    return sorted(_files(folder), key=lambda kept: kept.name)


def _files(folder: str) -> Iterator[Kept]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if _OURS.fullmatch(entry.name) or _TEMPORARY.fullmatch(entry.name):
                    with suppress(FileNotFoundError):
                        status = entry.stat(follow_symlinks=False)
                        yield Kept(entry.path, entry.name, status.st_size, status.st_mtime)
    except FileNotFoundError:
        return


def tidy(folder: str, most: int = MOST) -> None:
    """Remove what was not used for long, and more until no more than `most` bytes are left. Never fails."""
    with suppress(OSError):
        now = time.time()
        groups: dict[str, list[Kept]] = defaultdict(list)
        for kept in listing(folder):
            if not kept.is_temporary:  # a rule set has several files, and not every run needs each of them
                groups[kept.name.partition(".")[0]].append(kept)
            elif now - kept.used > _ABANDONED:
                os.unlink(kept.path)
        left = most
        for group in sorted(groups.values(), key=_last_used, reverse=True):
            left -= sum(kept.size for kept in group)
            if left < 0 or now - _last_used(group) > UNUSED:
                for kept in group:
                    os.unlink(kept.path)


def _last_used(group: list[Kept]) -> float:
    return max(kept.used for kept in group)


def clear(folder: str) -> list[Kept]:
    """Remove all our files and return what they were. Raises OSError for one that cannot be removed."""
    found = listing(folder)
    for kept in found:
        with suppress(FileNotFoundError):
            os.unlink(kept.path)
    return found
