"""What the built-in rules have in common. That they are sound is `redhanded rules check`, which `make test` runs."""

from __future__ import annotations

from scanner.ruleset.load import specs
from scanner.ruleset.resources import builtin_files


def test_a_holder_is_told_what_to_do() -> None:
    silent = [spec.id for spec in specs(builtin_files()) if spec.severity in ("critical", "high") and not spec.revoke]
    assert silent == []


def test_a_pair_names_rules_that_exist() -> None:
    found = specs(builtin_files())
    known = {spec.id for spec in found}
    others = [(spec.id, other) for spec in found for entry in spec.pair for other in entry.split("|")]
    assert [(rule, other) for rule, other in others if other not in known] == []
