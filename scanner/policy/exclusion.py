"""Which line of the configuration leaves a file out, for who asks why."""

from __future__ import annotations

import os

from scanner.errors import ConfigError
from scanner.policy.config import NAME, find_root, load


def exclusion(path: str) -> str:
    """Return what leaves a file out and where that is written, as a clause; "" for nothing. Raises ConfigError."""
    path = os.path.abspath(path)
    excludes = load(find_root(path)).excludes
    if not excludes.patterns:
        return ""
    pattern = excludes.match(os.path.relpath(path, excludes.root))
    return f"left out by {NAME}:{_line_of(pattern, excludes.root)} ({pattern})" if pattern else ""


def _line_of(pattern: str, root: str) -> int:
    """Return the line of a pattern in a configuration that has been read without fault."""
    from scanner.ruleset.yamltext import Text, read_mapping

    with open(os.path.join(root, NAME), "rb") as file:
        patterns, node = read_mapping(Text(NAME, ConfigError), file.read())["exclude"]
    lines = [int(item.start_mark.line) + 1 for item in node.value]
    return next(line for one, line in zip(patterns, lines, strict=True) if one == pattern)
