"""Rule files to a rule set: read, build, and refuse two rules of one name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scanner.errors import UsageError
from scanner.ruleset.resources import RuleFile
from scanner.ruleset.rule import Rule, build
from scanner.ruleset.spec import RuleSpec, read


def specs(files: Iterable[RuleFile]) -> list[RuleSpec]:
    """Return the rules of all files in order. Raises RuleError, also for an id that occurs twice."""
    found: dict[str, RuleSpec] = {}
    for file in files:
        for spec in read(file):
            if spec.id in found:
                other = found[spec.id]
                raise spec.error(f"the id is taken by {other.file}:{other.line}", "every rule needs an id of its own")
            found[spec.id] = spec
    return list(found.values())


def rules(files: Iterable[RuleFile]) -> tuple[Rule, ...]:
    """Return the built rules of all files. Raises RuleError."""
    return tuple(build(spec) for spec in specs(files))


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
