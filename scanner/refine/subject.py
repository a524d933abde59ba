"""What a refiner judges: one match, and what stands around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from scanner.model import Drop, Keep, Span
from scanner.refine.joined import joined
from scanner.ruleset.built import Rule


class Subject(NamedTuple):
    """A match of `rule` in `data`. `value` is the secret itself, its pieces joined; `now` is Unix time in seconds."""

    rule: Rule
    data: bytes
    match: Span
    secret: Span
    now: float

    @property
    def value(self) -> bytes:
        value = self.data[self.secret.start : self.secret.end]
        return joined(value) if "joined" in self.rule.tags else value

    def __repr__(self) -> str:  # the data may hold secrets
        return f"Subject({self.rule.id}, {self.secret})"


# None: nothing to say about this match.
Refiner = Callable[[Subject], Keep | Drop | None]
