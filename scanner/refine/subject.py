"""What a refiner judges: one match, and what stands around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from scanner.model import Drop, Keep, Span
from scanner.refine.joined import joined
from scanner.ruleset.built import Rule

if TYPE_CHECKING:
    from scanner.refine.generic.weights import Weights


class Subject(NamedTuple):
    """A match of `rule` in `data`. `value` is the secret itself, its pieces joined; `now` is Unix time in seconds.

    `path` is empty when it is not known, and `path_follows` says that it will be. `gate` is the least confidence that
    the user wants to see, None for the usual.
    """

    rule: Rule
    data: bytes
    match: Span
    secret: Span
    now: float
    path: bytes = b""
    path_follows: bool = False
    gate: float | None = None
    weights: Weights | None = None  # other ones than the judge of generic candidates comes with

    @property
    def value(self) -> bytes:
        value = self.data[self.secret.start : self.secret.end]
        return joined(value) if "joined" in self.rule.tags else value

    def __repr__(self) -> str:  # the data may hold secrets
        return f"Subject({self.rule.id}, {self.secret})"


# None: nothing to say about this match.
Refiner = Callable[[Subject], Keep | Drop | None]
