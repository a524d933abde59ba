"""Which patterns of the configuration allow a finding: seen where the secret is, decided where its path is known."""

from __future__ import annotations

from collections.abc import Sequence
from time import process_time
from typing import Final, NamedTuple

from scanner.refine.allow import compiled

SECONDS: Final = 5.0  # of processor time, for all patterns on all findings of a process


class AllowPattern(NamedTuple):
    """A regular expression of a whole value, or with `in_line` of something on the line where it begins. `rules` are
    the ids of the rules that it is for, empty for all; `name` is what to call it.
    """

    pattern: str
    in_line: bool
    rules: frozenset[str]
    name: str


class Allowing(NamedTuple):
    """What the patterns say: the numbers of those that fit, and of findings that had to do without them, why."""

    fitting: tuple[int, ...] = ()
    note: str = ""


class Allower:
    """A hostile repository writes patterns, too, so they have their time, and then no more: a finding too many is
    better than a scan that never ends.
    """

    def __init__(self, patterns: Sequence[AllowPattern], seconds: float = SECONDS) -> None:
        self._patterns = tuple(patterns)
        self._left = seconds

    def __call__(self, rule_id: str, value: bytes, line: bytes) -> Allowing:
        fitting: list[int] = []
        for number, one in enumerate(self._patterns):
            if one.rules and rule_id not in one.rules:
                continue
            if self._left <= 0:
                return Allowing(tuple(fitting), f"`allow` took too long: the pattern at {one.name} was not tried")
            began = process_time()
            try:
                look = compiled(one.pattern).search if one.in_line else compiled(one.pattern).fullmatch
                if look(line if one.in_line else value, timeout=self._left):
                    fitting.append(number)
            except TimeoutError:
                self._left = 0.0
                return Allowing(tuple(fitting), f"`allow` took too long: the pattern at {one.name} was not tried")
            self._left -= process_time() - began
        return Allowing(tuple(fitting))
