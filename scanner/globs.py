"""Path patterns as in .gitignore: `*.lock`, `docs/`, `/build`, `tests/**/fixtures`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple


class Globs(NamedTuple):
    """Patterns for paths relative to `root` (absolute), matched with `/` between folders."""

    patterns: tuple[str, ...] = ()
    root: str = ""

    def match(self, path: str) -> str | None:
        """Return the pattern that covers the path or a folder above it, or None."""
        path = path.replace("\\", "/").removeprefix("./")
        for pattern in self.patterns:
            if _compiled(pattern).match(path):
                return pattern
        return None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern with a slash inside or in front is anchored at the root; any other matches at every depth."""
    body = pattern.strip("/")
    anchored = "/" in body or pattern.startswith("/")
    source = "".join(_translate(piece) for piece in re.split(r"(\*\*/|/\*\*|\*|\?|\[[^\]]+\])", body))
    # A pattern that ends in a slash covers what is in the folder, not a file of that name.
    end = "/" if pattern.endswith("/") else "(?:/|$)"
    return re.compile(("" if anchored else "(?:.*/)?") + source + end, re.DOTALL)


def _translate(piece: str) -> str:
    match piece:
        case "**/":
            return "(?:.*/)?"
        case "/**":
            return "/.*"
        case "*":
            return "[^/]*"
        case "?":
            return "[^/]"
        case _ if piece.startswith("["):
            return "[^" + piece[2:] if piece[1] == "!" else piece
        case _:
            return re.escape(piece)
