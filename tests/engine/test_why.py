"""What `why` tells is what the scan does: the same finds, the same ones allowed, and no line that it cannot tell of."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from scanner.decode.magic import kind_of
from scanner.engine.compiled import prepare
from scanner.engine.scan import Scanner
from scanner.engine.why import explained
from scanner.model import Blob, Drop, FileOrigin
from scanner.ruleset.resources import builtin_files
from scanner.ruleset.select import select
from tests.decode.disguises import EVERY
from tests.support import ROOT, token

_REAL = [*sorted((ROOT / "tests").rglob("*.py")), *sorted(ROOT.glob("rules/a*.yaml")), *sorted(ROOT.glob("*.md"))]


@pytest.fixture(scope="module")
def scanner(shared_cache: Path) -> Scanner:
    compiled = prepare(builtin_files(), str(shared_cache / "redhanded"))
    return Scanner(compiled.rules, compiled.prefilter, 0.0, select(compiled.rules))


def _agree(scanner: Scanner, data: bytes, name: str) -> None:
    origin = FileOrigin(name.encode())
    result = scanner.scan_blob(Blob(origin, data))
    told = explained(scanner, data, origin).accounts
    stay = [one for one in told if not one.by and not isinstance(one.verdict, Drop)]
    found = {(finding.rule_id, finding.location.start) for finding in result.findings}
    quiet = {(entry.finding.rule_id, entry.finding.location.start) for entry in result.suppressed}
    parts = {(part.rule_id, part.location.start) for finding in result.findings for part in finding.parts}
    assert {(one.rule.id, one.start) for one in stay if not one.allowed} - parts == found - parts
    assert {(one.rule.id, one.start) for one in stay if one.allowed} == quiet


def test_it_tells_of_real_files_what_the_scan_does(scanner: Scanner) -> None:
    for path in _REAL:
        _agree(scanner, path.read_bytes(), path.name)


@pytest.mark.parametrize("name", EVERY)
def test_it_tells_of_disguises_what_the_scan_does(scanner: Scanner, name: str) -> None:
    data = EVERY[name](token(seed=name))
    if not kind_of(data):  # archives are told member by member
        _agree(scanner, data, name)


def test_it_has_an_answer_for_any_line(scanner: Scanner) -> None:
    chance = random.Random(7)
    for _ in range(300):
        data = chance.choice(_REAL).read_bytes()
        lines = data.splitlines() or [b""]
        line = chance.randrange(len(lines)) + 1
        explained(scanner, data, FileOrigin(b"a.py"), line, frozenset({"github-pat"}))
