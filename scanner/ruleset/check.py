"""The part of the rule check that needs no engine: every error of every file, not only the first one.

`scanner/engine/rulecheck.py` goes on from here and runs the rules' examples through the whole engine.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from scanner.errors import RuleError
from scanner.ruleset.resources import RuleFile
from scanner.ruleset.rule import build
from scanner.ruleset.spec import RuleSpec, read


class Problem(NamedTuple):
    """Something wrong with a rule. `line` is 0 when no line is known, `rule_id` empty when no rule is."""

    file: str
    line: int
    rule_id: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: rule {self.rule_id!r}: {self.message}" if self.rule_id else f"{place}: {self.message}"


def specs_and_problems(files: Iterable[RuleFile]) -> tuple[list[RuleSpec], list[Problem]]:
    """Return the rules that can be built, and the problems of the rest; one for an unreadable file."""
    good: dict[str, RuleSpec] = {}
    problems: list[Problem] = []
    for file in files:
        try:
            found = read(file)
        except RuleError as error:
            problems.append(_problem(error, file.name))
            continue
        for spec in found:
            try:
                build(spec)
            except RuleError as error:
                problems.append(_problem(error, file.name, spec.id))
                continue
            if spec.id in good:
                other = good[spec.id]
                problems.append(problem(spec, f"the id is taken by {other.file}:{other.line}"))
            else:
                good[spec.id] = spec
    return list(good.values()), problems


def problem(spec: RuleSpec, message: str) -> Problem:
    return Problem(spec.file, spec.line, spec.id, message)


def _problem(error: RuleError, file: str, rule_id: str = "") -> Problem:
    place = file if error.line is None else f"{file}:{error.line}"
    message = error.message.removeprefix(f"{place}: ").removeprefix(f"rule {rule_id!r}: ")
    if error.help:
        message = f"{message} ({error.help})"
    return Problem(file, error.line or 0, rule_id, message)
