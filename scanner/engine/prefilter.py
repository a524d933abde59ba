"""What a prefilter is: a fast first look that says where each rule might match, and never misses a place."""

from __future__ import annotations

from typing import Protocol

# For each rule, by its number, the offsets at which its match may begin: closed intervals, rising, not touching.
Candidates = dict[int, list[tuple[int, int]]]


class Prefilter(Protocol):
    name: str

    def candidates(self, data: bytes) -> Candidates:
        """Return a superset of the places at which rules match. Raises TooManyHits."""
        ...


class TooManyHits(Exception):  # noqa: N818 it says what, which is more than Error does
    """The data has more places to look at than anyone could read findings; `limit` of them."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit:,} places look like secrets")


def merged(intervals: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the intervals in rising order, overlapping and touching ones joined."""
    intervals.sort()
    joined: list[tuple[int, int]] = []
    for low, high in intervals:
        if joined and low <= joined[-1][1] + 1:
            if high > joined[-1][1]:
                joined[-1] = (joined[-1][0], high)
        else:
            joined.append((low, high))
    return joined
