"""Credentials of two parts: joined when near, each graded lower when alone."""

from __future__ import annotations

import json
from pathlib import Path

from scanner.model import FileOrigin, Finding, Location, Position, Span
from scanner.redact import Secret
from scanner.refine.pair import join
from tests.support import redhanded, token

_PAIRS = {"the-id": ("the-secret",), "the-secret": ("the-id",)}


def _finding(rule: str, line: int, severity: str = "high") -> Finding:
    location = Location(FileOrigin(b"a"), Span(line * 10, line * 10 + 5), Position(line, 1), Position(line, 6))
    return Finding(rule, rule, severity, "contextual", 0.7, Secret(b"value"), "f" * 32, location)  # type: ignore[arg-type]


def test_two_halves_are_one_finding() -> None:
    (whole,) = join([_finding("the-id", 1, "medium"), _finding("the-secret", 3, "critical")], _PAIRS)
    assert (whole.rule_id, whole.severity) == ("the-secret", "critical")
    assert [(part.rule_id, part.location.start.line) for part in whole.parts] == [("the-id", 1)]


def test_each_half_has_one_other() -> None:
    ids = [_finding("the-id", 1), _finding("the-secret", 2), _finding("the-id", 3), _finding("the-secret", 4)]
    assert [len(finding.parts) for finding in join(ids, _PAIRS)] == [1, 1]


def test_halves_far_apart_stay_alone_and_are_graded_lower() -> None:
    found = join([_finding("the-id", 1, "high"), _finding("the-secret", 90, "critical")], _PAIRS)
    assert [(f.severity, f.parts) for f in found] == [("medium", ()), ("high", ())]
    assert all("other half" in f.notes[0] for f in found)


def test_a_lone_half_never_falls_to_info_which_no_gate_stops() -> None:
    assert [f.severity for f in join([_finding("the-id", 1, "low")], _PAIRS)] == ["low"]


def test_other_findings_are_left_alone() -> None:
    other = _finding("another", 1)
    assert join([other], _PAIRS) == [other]


def test_an_aws_key_pair_is_reported_once_with_both_places(tmp_path: Path) -> None:
    lines = (f"aws_access_key_id = {token('AKIA{base32:16}')}", f"aws_secret_access_key = {token('{base64:40}')}")
    (tmp_path / "credentials").write_text("[default]\n" + "\n".join(lines) + "\n")
    result = redhanded("scan", ".", "--format", "json", cwd=tmp_path)
    (finding,) = json.loads(result.out)["findings"]
    lines_found = {finding["location"]["start"]["line"], finding["parts"][0]["location"]["start"]["line"]}
    assert (result.code, lines_found) == (1, {2, 3})
    assert "with its" in redhanded("scan", ".", cwd=tmp_path).out
