"""Content with more places to look at than anyone could read findings: bounded, said, and what was seen is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.engine.compiled import prepare
from scanner.engine.hyper import MAX_HITS
from scanner.engine.scan import MAX_FINDINGS, Scanner
from scanner.model import Blob, FileOrigin
from scanner.ruleset.resources import builtin_files
from tests.support import token


@pytest.fixture
def scanner(shared_cache: Path) -> Scanner:
    compiled = prepare(builtin_files(), str(shared_cache / "redhanded"))
    return Scanner(compiled.rules, compiled.prefilter, 0.0, frozenset(["github-pat"]))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_of_ten_million_matches_the_first_are_told(scanner: Scanner, encoding: str) -> None:
    first = f'KEY = "{token(seed="first")}"\n'
    filler = "password = 'hunter2hunter2'\n" * 20
    data = (first + filler * (MAX_HITS // 10)).encode(encoding)
    result = scanner.scan_blob(Blob(FileOrigin(b"a.py"), data))
    assert [finding.location.start for finding in result.findings] == [(1, 8)]
    assert {skip.reason for skip in result.skips} == {"too-many-matches"}
    assert "only the first" in result.skips[0].detail


def test_as_many_findings_as_are_reported_of_one_content(scanner: Scanner) -> None:
    tokens = [token(seed=number) for number in range(500)]
    data = "".join(f'KEY = "{one}"\n' for one in tokens).encode() * 5_000
    assert data.count(b"ghp_") > MAX_HITS
    result = scanner.scan_blob(Blob(FileOrigin(b"a.py"), data))
    assert len(result.findings) == MAX_FINDINGS
    assert {skip.reason for skip in result.skips} == {"too-many-matches"}
