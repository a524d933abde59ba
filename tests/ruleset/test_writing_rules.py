"""The page that teaches rule writing tells the truth: its keys are those of the code, its rules are sound."""

from __future__ import annotations

import re
from pathlib import Path

from scanner.engine.rulecheck import check
from scanner.ruleset.alphabets import ALPHABETS
from scanner.ruleset.checksums import CHECKSUMS
from scanner.ruleset.resources import RuleFile
from scanner.ruleset.spec import KEYS

PAGE = (Path(__file__).parents[2] / "docs" / "writing-rules.md").read_text(encoding="utf-8")


def test_every_key_is_explained() -> None:
    table = PAGE.partition("## The keys")[2].partition("\n## ")[0]
    assert [key for key in KEYS if f"`{key}`" not in table] == []


def test_every_alphabet_and_checksum_is_named() -> None:
    assert [name for name in (*ALPHABETS, *CHECKSUMS) if f"`{name}`" not in PAGE] == []


def test_the_first_rule_passes_the_check() -> None:
    found = re.search(r"```yaml\n(provider: .*?)```", PAGE, re.DOTALL)
    assert found is not None
    assert check([RuleFile("acme.yaml", found[1].encode())]) == []


def test_the_template_example_passes_the_check() -> None:
    found = re.search(r"```yaml\n(    pattern: .*?)```", PAGE, re.DOTALL)
    assert found is not None
    head = "provider: Acme\nrules:\n  - id: acme-hook\n    name: x\n    description: x\n    severity: low\n"
    assert check([RuleFile("acme.yaml", (head + found[1]).encode())]) == []
