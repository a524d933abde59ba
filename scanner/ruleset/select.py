"""Which rules a run uses, by their ids."""

from __future__ import annotations

from collections.abc import Sequence

from scanner.errors import UsageError


def select(known: Sequence[str], only: Sequence[str], skip: Sequence[str]) -> frozenset[str]:
    """Return the ids that `--only` and `--skip` leave; a trailing `*` stands for any ending. Raises UsageError."""
    wanted = set(known) if not only else {id for pattern in only for id in _matching(pattern, known)}
    unwanted = {id for pattern in skip for id in _matching(pattern, known)}
    return frozenset(wanted - unwanted)


def _matching(pattern: str, known: Sequence[str]) -> list[str]:
    if pattern.endswith("*"):
        found = [id for id in known if id.startswith(pattern[:-1])]
    else:
        found = [id for id in known if id == pattern]
    if not found:
        from difflib import get_close_matches

        near = get_close_matches(pattern, known, 1)
        help = f"did you mean {near[0]}?" if near else "`redhanded rules list` prints all rules"
        raise UsageError(f"there is no rule {pattern!r}", help)
    return found
