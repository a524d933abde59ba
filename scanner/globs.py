"""Path patterns as in .gitignore: `*.lock`, `docs/`, `/build`, `tests/**/fixtures`.

Patterns and paths may both come from a hostile repository, so matching takes time in proportion to their lengths:
no regular expression ever spans more than one part of a path.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple

# A star, an escaped character, a set, or any one character; a bracket that is never closed matches nothing, as in git.
_SET: Final = r"\[(?P<set>(?:[!^]|(?![!^]))(?:\\.|[^\\])(?:\\.|[^\]\\])*)\]"
_PIECE: Final = re.compile(rf"(?P<star>\*+)|\\(?P<escaped>.)|{_SET}|(?P<other>.)", re.DOTALL)
_RANGE: Final = re.compile(r"(?:\\(.)|(.))(?:-(?:\\(.)|(.)))?", re.DOTALL)
_NOTHING: Final = "(?!)"


class Globs(NamedTuple):
    """Patterns for paths relative to `root` (absolute), matched with `/` between folders."""

    patterns: tuple[str, ...] = ()
    root: str = ""

    def match(self, path: str) -> str | None:
        """Return the pattern that covers the path or a folder above it, or None."""
        parts = (path if os.sep == "/" else path.replace(os.sep, "/")).removeprefix("./").split("/")
        return next((pattern for pattern in self.patterns if _covers(_parsed(pattern), parts)), None)


class _Pattern(NamedTuple):
    """One test for each part of a path; None stands for any number of parts. `inside`: only what is below it."""

    tests: tuple[Callable[[str], object] | None, ...]
    inside: bool


@lru_cache(maxsize=1024)
def _parsed(pattern: str) -> _Pattern:
    """A pattern with a slash inside or in front is anchored at the root; any other matches at every depth."""
    segments = [segment for segment in pattern.split("/") if segment]
    anchored = len(segments) > 1 or pattern.startswith("/")
    tests = [None if segment == "**" else _test(segment) for segment in segments]
    if tests and tests[-1] is None:
        tests[-1] = _test("*")  # `docs/**` is what is in docs, not docs itself
    return _Pattern((*([] if anchored else [None]), *tests), pattern.endswith("/"))


def _test(segment: str) -> Callable[[str], object]:
    if not any(c in segment for c in "*?[\\"):
        return segment.__eq__
    return re.compile(_translate(segment), re.DOTALL).fullmatch


def _translate(segment: str) -> str:
    """Return the regular expression of one part. Its stars cannot backtrack into each other.

    Between two stars the first place that fits is as good as any later one, so it is taken for good: a lookahead
    is never gone back into.
    """
    runs = [""]
    for piece in _PIECE.finditer(segment):
        if piece["star"]:
            runs.append("")
        else:
            runs[-1] += _one(piece)
    first, *middle = runs
    if not middle:
        return first
    last = middle.pop()
    return first + "".join(f"(?=(?P<_{n}>.*?{run}))(?P=_{n})" for n, run in enumerate(middle)) + f".*{last}"


def _one(piece: re.Match[str]) -> str:
    if piece["set"] is not None:
        return _set(piece["set"])
    if piece["other"] in ("[", "\\"):
        return _NOTHING
    return "." if piece["other"] == "?" else re.escape(piece["escaped"] or piece["other"])


def _set(body: str) -> str:
    negated = body[:1] in ("!", "^")
    parts = []
    for low_escaped, low, high_escaped, high in _RANGE.findall(body[negated:]):
        start, end = low_escaped or low, high_escaped or high
        if not end:
            parts.append(re.escape(start))
        elif start <= end:  # an empty range is no error, and holds nothing
            parts.append(f"{re.escape(start)}-{re.escape(end)}")
    if not parts:
        return "." if negated else _NOTHING
    return f"[{'^' * negated}{''.join(parts)}]"


def _covers(pattern: _Pattern, parts: list[str]) -> bool:
    """Whether the pattern's tests hold for all parts, or for the first few: then a folder above is covered."""
    tests, end = pattern.tests, len(pattern.tests)
    if not end:
        return False
    states = _reachable(tests, {0})
    for number, part in enumerate(parts, 1):
        states = _reachable(tests, {_next(tests, at) for at in states if at < end and _holds(tests[at], part)})
        if end in states and (number < len(parts) or not pattern.inside):
            return True
    return False


def _holds(test: Callable[[str], object] | None, part: str) -> bool:
    return test is None or bool(test(part))


def _next(tests: tuple[Callable[[str], object] | None, ...], at: int) -> int:
    return at if tests[at] is None else at + 1


def _reachable(tests: tuple[Callable[[str], object] | None, ...], states: set[int]) -> set[int]:
    """Add the states behind each test that may also hold for no part at all."""
    found = set(states)
    for state in states:
        at = state
        while at < len(tests) and tests[at] is None:
            at += 1
            found.add(at)
    return found
