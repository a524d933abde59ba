"""Which rules stand behind an expression of the prefilter, and from hits to candidates.

Rules share expressions: every rule of a vendor has the vendor's name among its words.
"""

from __future__ import annotations

import re
from functools import cached_property, partial
from itertools import islice
from struct import iter_unpack, pack, unpack_from

from scanner.engine.prefilter import merged
from scanner.ruleset.gap import BOUNDED, FIRST_LOOKS, NONE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from typing import Any

    from scanner.engine.prefilter import Candidates
    from scanner.ruleset.built import Look

    Owner = tuple[int, int, int]  # rule, least, most: the rule's match begins so many bytes before the hit's end
    Hit = tuple[int, int]  # expression, end offset
    Check = Callable[[bytes, int], object]  # whether what stands around a hit that ends there allows a match

# How far back (bytes) expressions of each level reach; the last level has those that reach further. In a version of a
# file each level is searched as far around a change as it reaches: nearly all expressions are of the first, and what
# those of the last ones look for is so rare that they run at several gigabytes a second.
LEVELS = (100, 450)

_BEFORE = 6  # bytes before a token that tell whether it begins there


class Owners:
    """For each expression, by its number: the kind of gap that must follow, and the rules that it speaks for.

    `checks` has by expression what tells whether a hit passes, None where every one does: asked for each of a million.
    """

    def __init__(self, gaps: Sequence[int], owners: Sequence[Sequence[Owner]]) -> None:
        self._gaps = gaps
        self._owners = owners
        first_looks = [re.compile(look.encode()).match for look in FIRST_LOOKS]
        self.checks: list[Check | None] = [
            None if gap == NONE else partial(_may_begin, owned[0][1]) if gap == BOUNDED else first_looks[gap]
            for gap, owned in zip(gaps, owners, strict=True)
        ]

    @cached_property
    def reaches(self) -> Sequence[int]:
        """`reach` of every expression."""
        return [self.reach(number) for number in range(len(self._owners))]

    @cached_property
    def widths(self) -> Sequence[int]:
        """How far back, at most, the expressions of each level reach."""
        return *LEVELS, max(self.reaches, default=0)

    def level(self, expression: int) -> int:
        """Return which of `LEVELS` an expression is of."""
        return sum(self.reach(expression) > bound for bound in LEVELS)

    def reach(self, expression: int) -> int:
        """Return how many bytes before a hit's end a match may begin, and boundaries be looked at."""
        return max(most for _, _, most in self._owners[expression]) + _BEFORE

    def speaks_for(self, expression: int) -> Sequence[Owner]:
        return self._owners[expression]

    def passes(self, expression: int, end: int, data: bytes) -> bool:
        """Whether what stands around a hit allows a match: after a key's word a gap, before a token no letter."""
        check = self.checks[expression]
        return check is None or bool(check(data, end))

    def candidates(self, hits: Iterable[tuple[int, int]]) -> Candidates:
        """Turn (expression, end offset) pairs into candidates."""
        found: Candidates = {}
        for expression, end in hits:
            for rule, least, most in self._owners[expression]:
                if end >= least:
                    found.setdefault(rule, []).append((max(0, end - most), end - least))
        return {rule: merged(intervals) for rule, intervals in sorted(found.items())}

    def of_only(self, rules: Collection[int]) -> frozenset[int]:
        """Return the expressions that speak for none but these rules."""
        found = enumerate(self._owners)
        return frozenset(number for number, owners in found if all(rule in rules for rule, _, _ in owners))

    def encode(self) -> bytes:
        """Return the numbers as bytes: how many expressions, the gap of each, the number of its owners, the owners."""
        numbers = [len(self._gaps), *self._gaps, *map(len, self._owners)]
        numbers += (number for owners in self._owners for owner in owners for number in owner)
        return pack(f"<I{len(numbers)}I", len(numbers), *numbers)


def _may_begin(before: int, data: bytes, end: int) -> bool:
    """Whether a token may begin so many bytes before a hit's end: not within a word, but an escape (%3D, \\n) ends in a
    letter and is no word.
    """
    start = end - before
    if start <= 0 or not data[start - 1 : start].isalnum():
        return True
    return (
        data[start - 2 : start - 1] == b"\\"
        or data[start - 3 : start - 2] == b"%"
        or data[start - 6 : start - 4] == b"\\u"
    )


def length(data: bytes) -> int:
    """Return how many bytes `encode` wrote at the start of the data. Raises struct.error."""
    return 4 + 4 * int(unpack_from("<I", data)[0])


def decode(data: bytes) -> Owners:
    """Return the owners that `encode` wrote at the start of the data. Raises struct.error."""
    _, count = unpack_from("<2I", data)
    gaps = unpack_from(f"<{count}I", data, 8)
    counts = unpack_from(f"<{count}I", data, 8 + 4 * count)
    found: Iterator[Any] = iter_unpack("<3I", data[8 + 8 * count : length(data)])
    # Nearly every expression has a single one.
    return Owners(gaps, [(next(found),) if number == 1 else tuple(islice(found, number)) for number in counts])


def collect(looks: Iterable[Sequence[Look]]) -> tuple[list[str], Owners]:
    """Return the expressions of all rules' looks, each once, and who owns them."""
    known: dict[tuple[str, int], list[Owner]] = {}
    for rule, of_rule in enumerate(looks):
        for expression, least, most, gap in of_rule:
            known.setdefault((expression, gap), []).append((rule, least, most))
    return [expression for expression, _ in known], Owners([gap for _, gap in known], list(known.values()))
