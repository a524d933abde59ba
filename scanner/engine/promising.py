"""Hits around which stands what a match must hold. Most mentions of a vendor have no key of its form near them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from scanner.engine.disguise import Numbers
    from scanner.engine.owners import Hit, Owners
    from scanner.ruleset.built import Rule

# A run that must be there, and how far before and after the hit's end it may begin and end.
Check: TypeAlias = "tuple[re.Pattern[bytes], int, int]"


class Promising:
    """Sorts hits by the longest run that a match of their rules must hold (`Rule.core`)."""

    def __init__(self, owners: Owners, rules: Sequence[Rule], numbers: Numbers) -> None:
        self._owners = owners
        self._rules = rules
        self._numbers = numbers
        self._checks: dict[int, tuple[Check, ...]] = {}

    def among(self, data: bytes, hits: Sequence[Hit]) -> list[Hit]:
        """Return the hits that may lead to a match, or to something encoded."""
        found: list[Hit] = []
        for hit in hits:
            expression, end = hit
            checks = self._checks.get(expression)
            if checks is None:
                checks = self._checks[expression] = self._checks_of(expression)
            if not checks:
                found.append(hit)
                continue
            for run, before, after in checks:
                if run.search(data, max(0, end - before), end + after):
                    found.append(hit)
                    break
        return found

    def _checks_of(self, expression: int) -> tuple[Check, ...]:
        """Return what to look for; nothing when a rule asks for nothing, or what is encoded may be of any form."""
        widest: dict[str, tuple[int, int]] = {}
        for number, least, most in self._owners.speaks_for(expression):
            if self._numbers.name(number) or not (core := self._rules[number].core) or self._rules[number].start:
                return ()
            before, after = widest.get(core, (0, 0))
            widest[core] = max(before, most), max(after, self._rules[number].max_width - least)
        return tuple((_compiled(core), before, after) for core, (before, after) in widest.items())

    def __reduce__(self) -> tuple[type[Promising], tuple[Owners, Sequence[Rule], Numbers]]:
        return Promising, (self._owners, self._rules, self._numbers)


@cache
def _compiled(core: str) -> re.Pattern[bytes]:
    return re.compile(core.encode("latin-1"))
