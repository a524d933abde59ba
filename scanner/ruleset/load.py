"""Rule files to a rule set: read, build, and refuse two rules of one name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import Final

from scanner.errors import RuleError
from scanner.ruleset.built import Rule
from scanner.ruleset.resources import RuleFile
from scanner.ruleset.rule import build
from scanner.ruleset.spec import RuleSpec, read

_MANY: Final = 40  # files that are worth processes


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


def rules(files: Sequence[RuleFile], jobs: int = 1) -> tuple[Rule, ...]:
    """Return the built rules of all files, which so many processes may share. Raises RuleError."""
    if jobs > 1 and len(files) > _MANY:
        with suppress(RuleError):  # the first one is told below
            found = _shared(files, jobs)
            if len({rule.id for rule in found}) == len(found):
                return found
    return tuple(build(spec) for spec in specs(files))


def _shared(files: Sequence[RuleFile], jobs: int) -> tuple[Rule, ...]:
    from scanner.children import in_processes

    # In turn, as the dearest rules stand beside each other.
    lots = list(in_processes([partial(_built, files[first::jobs]) for first in range(jobs)], jobs))
    return tuple(rule for number in range(len(files)) for rule in lots[number % jobs][number // jobs])


def _built(files: Iterable[RuleFile]) -> list[list[Rule]]:
    return [[build(spec) for spec in specs([file])] for file in files]
