"""Values that a rule names as harmless: documented examples, public test keys."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from scanner.model import Drop
from scanner.refine.subject import Subject

if TYPE_CHECKING:
    import regex

_SECONDS: Final = 1.0  # for one pattern on one value


def refine(subject: Subject) -> Drop | None:
    """Raise TimeoutError when a pattern takes too long."""
    for pattern in subject.rule.allow:
        if compiled(pattern).fullmatch(subject.value, timeout=_SECONDS):
            return Drop("allowed-by-rule", "the rule knows this value as harmless")
    return None


@lru_cache(maxsize=2048)  # the one of `regex` itself holds the rules' own patterns and is soon full
def compiled(pattern: str) -> regex.Pattern[bytes]:
    """Return the pattern compiled, for bytes."""
    import regex  # it takes 15 ms to load

    return regex.compile(pattern.encode())
