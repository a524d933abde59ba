"""Which rules a run uses, by their ids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scanner.errors import UsageError
from scanner.ruleset.built import Rule
from scanner.ruleset.names import names


def select(
    rules: Sequence[Rule], only: Sequence[str] = (), skip: Sequence[str] = (), extended: bool = False
) -> frozenset[str]:
    """Return the ids of the rules to use: those enabled, or all that are asked for, without those to skip.

    A trailing `*` stands for any ending. `extended` adds what is not enabled. Raises UsageError for a name that no
    rule has.
    """
    known = [rule.id for rule in rules]
    wanted = {id for pattern in only for id in _matching(pattern, known)} if only else usual(rules)
    if extended:
        wanted |= {rule.id for rule in rules if not rule.enabled}
    unwanted = {id for pattern in skip for id in _matching(pattern, known)}
    return frozenset(wanted - unwanted)


def usual(rules: Iterable[Rule]) -> set[str]:
    """Return the ids of the rules that a run uses unless told otherwise."""
    return {rule.id for rule in rules if rule.enabled}


def _matching(pattern: str, known: Sequence[str]) -> list[str]:
    found = [id for id in known if names(pattern, id)]
    if not found:
        from difflib import get_close_matches

        near = get_close_matches(pattern, known, 1)
        help = f"did you mean {near[0]}?" if near else "`redhanded rules list` prints all rules"
        raise UsageError(f"there is no rule {pattern!r}", help)
    return found
