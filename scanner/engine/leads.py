"""Where in a text something matched: who looks at the same text again need not search it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from scanner.engine.disguise import Numbers
    from scanner.engine.prefilter import Candidates
    from scanner.model import Leads, Span

_MOST: Final = 4096  # intervals in one text; with more it may as well be searched


def leads_of(candidates: Candidates, matches: Mapping[int, Sequence[Span]], numbers: Numbers) -> Leads | None:
    """Return those of the candidates that led to one of the matches, by rule number, or that may lead to something
    encoded: with these alone the text's findings and drops are the same. None for too many.
    """
    found: Leads = {}
    count = 0
    for number, intervals in candidates.items():
        begins = sorted(match.start for match in matches.get(number, ()))
        is_encoding = bool(numbers.name(number))
        if left := [(low, high) for low, high in intervals if is_encoding or _is_any(begins, low, high)]:
            found[number] = left
            count += len(left)
    return found if count <= _MOST else None


def _is_any(numbers: Sequence[int], low: int, high: int) -> bool:
    at = bisect_left(numbers, low)
    return at < len(numbers) and numbers[at] <= high
