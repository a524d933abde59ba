"""Whether patterns of paths, as `.gitignore` has them, cover a path."""

from __future__ import annotations

from scanner.globs import Globs
from scanner.policy.values import Allow


def allows_at(allow: Allow, path: str) -> bool:
    """Whether an entry is for the path, which is empty for what has none."""
    if not path.startswith(allow.folder):
        return False
    return not allow.paths or (path != "" and covers(allow.paths, path[len(allow.folder) :]))


def covers(patterns: tuple[str, ...], path: str) -> bool:
    """Whether one of the path patterns covers the path."""
    return Globs(patterns).match(path) is not None
