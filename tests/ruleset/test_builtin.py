"""The built-in rules are sound: what `redhanded rules check` says of them is nothing."""

from __future__ import annotations

from scanner.engine.rulecheck import check
from scanner.ruleset.load import specs
from scanner.ruleset.resources import builtin_files


def test_builtin_rules_pass_the_check() -> None:
    problems = check(builtin_files())
    assert problems == [], "\n".join(map(str, problems))


def test_ids_begin_with_the_file() -> None:
    odd = [
        (spec.file, spec.id)
        for spec in specs(builtin_files())
        if not spec.id.startswith(spec.file[6:].partition(".")[0])
    ]
    assert odd == []


def test_a_holder_is_told_what_to_do() -> None:
    silent = [spec.id for spec in specs(builtin_files()) if spec.severity in ("critical", "high") and not spec.revoke]
    assert silent == []
