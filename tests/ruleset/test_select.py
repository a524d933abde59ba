"""Which rules a run uses: those enabled, unless it asks for others."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.ruleset.load import rules
from scanner.ruleset.resources import RuleFile
from scanner.ruleset.select import select
from tests.support import redhanded

_RULE = """
  - id: {id}
    name: A key
    description: Opens it.
    severity: high
    shape: '{shape}'
    enabled: {enabled}
"""
FILE = (
    "provider: Acme\nrules:\n"
    + _RULE.format(id="acme-key", shape="acmek_{base62:20}", enabled="true")
    + _RULE.format(id="acme-old", shape="acmeo_{base62:20}", enabled="false")
)

CASES = {
    "usual": ({}, {"acme-key"}),
    "extended": ({"extended": True}, {"acme-key", "acme-old"}),
    "asked-for": ({"only": ["acme-old"]}, {"acme-old"}),
    "family": ({"only": ["acme-*"]}, {"acme-key", "acme-old"}),
    "skipped": ({"extended": True, "skip": ["acme-k*"]}, {"acme-old"}),
    "skipped-all": ({"skip": ["acme-*"]}, set()),
}


@pytest.mark.parametrize("case", CASES)
def test_select(case: str) -> None:
    options, expected = CASES[case]
    assert select(rules([RuleFile("acme.yaml", FILE.encode())]), **options) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(("options", "code"), [((), 0), (("--extended",), 1), (("--only", "acme-old"), 1)])
def test_a_rule_that_is_off_is_used_only_when_asked_for(tmp_path: Path, options: tuple[str, ...], code: int) -> None:
    (tmp_path / "acme.yaml").write_text(FILE)
    (tmp_path / "app.py").write_text(f'NAME = "acmeo_{"Zk3" + "v9QpL2" * 2 + "xT7wB"}"\n')
    result = redhanded("scan", "app.py", "--rules", "acme.yaml", *options, cwd=tmp_path)
    assert (result.code, "acme-old" in result.out) == (code, code == 1)
