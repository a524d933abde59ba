"""One scanner for all tests of refiners."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.engine.compiled import prepare
from scanner.engine.scan import Scanner
from scanner.ruleset.resources import builtin_files
from tests.refine.support import NOW


@pytest.fixture(scope="session")
def scanner(shared_cache: Path) -> Scanner:
    compiled = prepare(builtin_files(), str(shared_cache / "redhanded"))
    return Scanner(compiled.rules, compiled.prefilter, NOW)
