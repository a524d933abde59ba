"""Rule files to a rule set: read, build, and refuse two rules of one name."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.ruleset.built import Rule
from scanner.ruleset.resources import RuleFile
from scanner.ruleset.rule import build
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
