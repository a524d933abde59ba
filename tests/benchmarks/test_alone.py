"""The program beside which the generic rules are measured lacks these, and nothing else."""

from __future__ import annotations

from pathlib import Path

from benchmarks.alone import without_generic
from scanner.ruleset.load import specs
from scanner.ruleset.resources import RuleFile, builtin_files


def test_the_program_without_the_generic_rules_has_all_others(tmp_path: Path) -> None:
    left_out = without_generic(tmp_path / "alone")
    kept = [RuleFile(file.name, file.read_bytes()) for file in sorted((tmp_path / "alone" / "rules").iterdir())]
    expected = {spec.id for spec in specs(builtin_files()) if "generic" not in spec.tags}
    assert {spec.id for spec in specs(kept)} == expected
    assert left_out == len(list(specs(builtin_files()))) - len(expected) > 0
