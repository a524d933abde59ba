"""Credentials of several parts: joined when near, each graded lower when alone."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from scanner.model import FileOrigin, Finding, Location, Position, Span
from scanner.redact import Secret
from scanner.refine.pair import Pairs, join, read
from tests.support import redhanded, token

_PAIRS = read({"the-id": ["the-secret"], "the-secret": ["the-id"]})
_THREE = read({"id": ["secret", "refresh"], "secret": ["id", "refresh"], "refresh": ["id", "secret"]})
_EITHER = read({"secret": ["id|temporary-id"], "id": ["secret"], "temporary-id": ["secret", "session"]})


def _finding(rule: str, line: int, severity: str = "high", facts: tuple[str, ...] = ()) -> Finding:
    location = Location(FileOrigin(b"a"), Span(line * 10, line * 10 + 5), Position(line, 1), Position(line, 6))
    made = Finding(rule, rule, severity, "contextual", 0.7, Secret(b"value"), "f" * 32, location)  # type: ignore[arg-type]
    return made._replace(facts=facts)


def _joined(pairs: Pairs, *rules: str, apart: int = 1) -> list[list[str]]:
    """Join findings of these rules, a line each; return the parts of each finding in order of place."""
    made = join([_finding(rule, 1 + number * apart) for number, rule in enumerate(rules) if rule], pairs)
    return [
        [name for _, name in sorted([(f.location.span, f.rule_id), *((p.location.span, p.rule_id) for p in f.parts)])]
        for f in made
    ]


def test_two_halves_are_one_finding() -> None:
    (whole,) = join([_finding("the-id", 1, "medium"), _finding("the-secret", 3, "critical")], _PAIRS)
    assert (whole.rule_id, whole.severity) == ("the-secret", "critical")
    assert [(part.rule_id, part.location.start.line) for part in whole.parts] == [("the-id", 1)]
    assert whole.notes == ("its other half (the-id) stands beside it",)


def test_a_joined_finding_is_as_sure_as_its_surest_part() -> None:
    known = _finding("the-id", 1, "medium")._replace(evidence="structured", confidence=0.95)
    (whole,) = join([known, _finding("the-secret", 3, "critical")], _PAIRS)
    assert (whole.rule_id, whole.evidence, whole.confidence) == ("the-secret", "structured", 0.95)


def test_each_half_has_one_other() -> None:
    assert _joined(_PAIRS, "the-id", "the-secret", "the-id", "the-secret") == [["the-id", "the-secret"]] * 2


@pytest.mark.parametrize("order", [*itertools.permutations(["id", "secret", "refresh"])], ids=" ".join)
def test_three_parts_are_one_finding_in_any_order(order: tuple[str, ...]) -> None:
    assert _joined(_THREE, *order) == [[*order]]
    assert _joined(_THREE, *order, "", *order) == [[*order]] * 2


def test_three_parts_are_all_named_and_placed() -> None:
    found = [_finding("id", 1, "low", ("account 1",)), _finding("secret", 2, "critical"), _finding("refresh", 3)]
    (whole,) = join(found, _THREE)
    assert [(part.rule_id, part.location.start.line) for part in whole.parts] == [("id", 1), ("refresh", 3)]
    assert (whole.rule_id, whole.severity, whole.facts) == ("secret", "critical", ("account 1",))
    assert whole.notes == ("its other parts (id, refresh) stand beside it",)


def test_of_rules_for_the_same_part_one_is_taken_and_the_nearest() -> None:
    assert _joined(_EITHER, "id", "", "", "temporary-id", "secret") == [["id"], ["temporary-id", "secret"]]
    assert _joined(_EITHER, "session", "temporary-id", "secret", "", "id") == [
        ["session", "temporary-id", "secret"],
        ["id"],
    ]


def test_a_chain_of_near_parts_has_an_end() -> None:
    chain = read({str(n): [str(n + 1)] for n in range(9)})
    assert _joined(chain, *"0123456", apart=12) == [["0", "1", "2"], ["3", "4", "5"], ["6"]]


def test_halves_far_apart_stay_alone_and_are_graded_lower() -> None:
    found = join([_finding("the-id", 1, "high"), _finding("the-secret", 90, "critical")], _PAIRS)
    assert [(f.severity, f.parts) for f in found] == [("medium", ()), ("high", ())]
    assert all("other half" in f.notes[0] for f in found)


def test_a_half_whose_other_half_serves_another_finding_is_not_alone() -> None:
    found = join([_finding("the-id", 1), _finding("the-secret", 2), _finding("the-secret", 3)], _PAIRS)
    assert [(f.severity, len(f.parts), f.notes == ()) for f in found] == [("high", 1, False), ("high", 0, True)]


def test_a_lone_half_never_falls_to_info_which_no_gate_stops() -> None:
    assert [f.severity for f in join([_finding("the-id", 1, "low")], _PAIRS)] == ["low"]


def test_other_findings_are_left_alone() -> None:
    other = _finding("another", 1)
    assert join([other], _PAIRS) == [other]


_AWS = (
    f"aws_access_key_id = {token('ASIA{base32:16}')}",
    f"aws_secret_access_key = {token('{base64:40}')}",
    f"aws_session_token = {token('IQoJb3JpZ2luX2Vj{base64:400}==')}",
)
_GOOGLE = (
    f"GOOGLE_CLIENT_ID={token('{digit:12}-{base36:32}')}.apps.googleusercontent.com",
    f"GOOGLE_CLIENT_SECRET={token('GOCSPX-{base62:28}')}",
    f"GOOGLE_REFRESH_TOKEN={token('1//0{base62:80}')}",
)
_TWILIO = (
    f"TWILIO_ACCOUNT_SID={token('AC{hex:32}')}",
    f"TWILIO_API_KEY={token('SK{hex:32}')}",
    f"TWILIO_API_SECRET={token('{base62:32}')}",
)


@pytest.mark.parametrize("lines", [_AWS[:2], _AWS, _GOOGLE, _TWILIO], ids=["AWS pair", "AWS", "Google", "Twilio"])
@pytest.mark.parametrize("step", [1, -1], ids=["forwards", "backwards"])
def test_reports_show_every_part_of_a_credential(tmp_path: Path, lines: tuple[str, ...], step: int) -> None:
    (tmp_path / "credentials.ini").write_text("[default]\n" + "\n".join(lines[::step]) + "\n")
    result = redhanded("scan", ".", "--format", "json", cwd=tmp_path)
    (finding,) = json.loads(result.out)["findings"]
    places = [finding["location"], *(part["location"] for part in finding["parts"])]
    wanted = [*range(2, 2 + len(lines))]
    assert (result.code, sorted(place["start"]["line"] for place in places)) == (1, wanted)
    assert redhanded("scan", ".", cwd=tmp_path).out.count("with its") == len(lines) - 1
    sarif = json.loads(redhanded("scan", ".", "--format", "sarif", cwd=tmp_path).out)
    (made,) = sarif["runs"][0]["results"]
    shown = [
        place["physicalLocation"]["region"]["startLine"] for place in (*made["locations"], *made["relatedLocations"])
    ]
    assert sorted(shown) == wanted
