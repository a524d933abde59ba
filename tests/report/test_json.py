"""The JSON report: a contract, so its schema is checked in both directions."""

from __future__ import annotations

import json
import os
from importlib.resources import files
from itertools import chain
from typing import Any, get_args, get_type_hints
from zlib import crc32

import pytest
from jsonschema import Draft202012Validator

from scanner.model import (
    EVIDENCES,
    SEVERITIES,
    Exposure,
    FileOrigin,
    Origin,
    Place,
    RefKind,
    ScanReport,
    SkipReason,
    Suppressed,
)

from .make import COMMIT, HOSTILE, LATIN, OID, TOKEN, at, document, everything, exposure, finding, report, text, who

SCHEMA: dict[str, Any] = json.loads(files("scanner.report").joinpath("redhanded-report.schema.json").read_bytes())


@pytest.mark.parametrize("options", [{}, {"show_secrets": True}], ids=["masked", "shown"])
@pytest.mark.parametrize(
    "made", [report(), report("staged", finding()), everything()], ids=["nothing", "one", "everything"]
)
def test_it_is_what_the_schema_says(made: ScanReport, options: dict[str, bool]) -> None:
    Draft202012Validator(SCHEMA).validate(document(made, "json", **options))


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def _objects(node: object) -> list[dict[str, Any]]:
    if isinstance(node, list):
        return [found for child in node for found in _objects(child)]
    if not isinstance(node, dict):
        return []
    own = [node] if node.get("type") == "object" else []
    return own + [found for child in node.values() for found in _objects(child)]


def test_the_schema_leaves_nothing_open() -> None:
    objects = _objects(SCHEMA)
    assert len(objects) > 8
    for described in objects:
        if "properties" in described:
            assert described["additionalProperties"] is False
            assert described["required"] == [*described["properties"]]


def test_the_schema_knows_every_word_of_the_model() -> None:
    parts = SCHEMA["$defs"]
    kinds = [*chain(*(get_args(get_type_hints(origin)["kind"]) for origin in get_args(Origin)))]
    assert parts["severity"]["enum"] == [*SEVERITIES]
    assert parts["finding"]["properties"]["evidence"]["enum"] == [*EVIDENCES]
    assert parts["suppressed"]["properties"]["reason"]["enum"] == [*get_args(get_type_hints(Suppressed)["reason"])]
    assert parts["skip"]["properties"]["reason"]["enum"] == [*get_args(SkipReason)]
    assert parts["refs"]["properties"]["kind"]["enum"] == [*get_args(RefKind)]
    for place in ("location", "skip"):
        assert parts[place]["properties"]["kind"]["enum"] == kinds
    assert parts["location"]["properties"]["place"]["enum"] == [*get_args(Place), None]


def test_keys_come_in_the_order_of_the_schema() -> None:
    made = document(everything(), "json")
    parts = SCHEMA["$defs"]
    assert [*made] == [*SCHEMA["properties"]]
    assert [*made["findings"][0]] == [*parts["finding"]["properties"]]
    assert [*made["findings"][0]["location"]] == [*parts["location"]["properties"]]
    told = made["findings"][0]["exposure"]
    assert [*told] == [*parts["exposure"]["properties"]]
    assert [*told["first"]] == [*parts["seen"]["properties"]]
    assert [*told["reach"][0]] == [*parts["refs"]["properties"]]
    assert [*made["suppressed"][0]] == [*parts["suppressed"]["properties"]]
    assert [*made["skips"][0]] == [*parts["skip"]["properties"]]
    assert [*made["summary"]] == [*parts["summary"]["properties"]]


def test_a_finding_in_full() -> None:
    where = at(FileOrigin(b"a.py"), who=who())
    (made,) = document(report("scan", finding(where, notes=("so",), in_head=True)), "json")["findings"]
    assert made == {
        "id": f"{made['fingerprint'][:12]}-{crc32(b'a.py'):08x}-3-9",
        "rule_id": "acme-token",
        "rule_name": "Acme token",
        "severity": "critical",
        "evidence": "proven",
        "confidence": 0.99,
        "secret": "tok_********",
        "fingerprint": finding().fingerprint,
        "location": {
            "kind": "file",
            "place": "file",
            "path": "a.py",
            "inside": None,
            "via": [],
            "start": {"line": 3, "column": 9},
            "end": {"line": 3, "column": 37},
            "span": {"start": 129, "end": 157},
            "object": None,
            "commit": COMMIT,
            "author": "Ada Lovelace",
            "email": "ada@example.org",
            "date": "2023-05-06T10:00:00+02:00",
        },
        "notes": ["so"],
        "also": [],
        "in_head": True,
        "parts": [],
        "facts": [],
        "exposure": None,
        "marker": None,
        "unapproved": None,
    }


def test_an_exposure_in_full() -> None:
    where = at(FileOrigin(b"a.py"), who=who())
    (made,) = document(report("history", finding(where, exposure=exposure())), "json")["findings"]
    commit = {"commit": COMMIT, "author": "Ada Lovelace", "email": "ada@example.org"}
    assert made["exposure"] == {
        "first": {**commit, "date": "2023-05-06T10:00:00+02:00"},
        "last": {**commit, "date": "2023-06-05T10:00:00+02:00"},
        "removed": {**commit, "date": "2023-06-06T10:00:00+02:00"},
        "days": 1234,
        "stands": True,
        "tips": [{"kind": "tag", "total": 1, "names": ["v1.0"]}],
        "reach": [
            {"kind": "branch", "total": 1, "names": ["main"]},
            {"kind": "tag", "total": 5, "names": ["v1.0", "v1.1", "v1.2"]},
        ],
        "exact": True,
    }
    unknown = finding(exposure=Exposure())
    (made,) = document(report("history", unknown), "json")["findings"]
    assert [made["exposure"][key] for key in ("first", "last", "removed", "days")] == [None] * 4


def test_the_summary_counts() -> None:
    summary = document(everything(), "json")["summary"]
    assert (summary["findings"], summary["suppressed"], summary["skips"]) == (10, 2, 4)
    assert summary["by_severity"] == {"critical": 1, "high": 0, "medium": 8, "low": 0, "info": 1}
    assert summary["incomplete"] is True
    assert [*summary["drops"].items()] == [("entropy", 12), ("placeholder", 3)]
    assert document(report(), "json")["summary"]["incomplete"] is False


def test_skips_say_whether_they_make_it_incomplete() -> None:
    skips = document(everything(), "json")["skips"]
    assert [skip["incomplete"] for skip in skips] == [True, True, True, False]
    assert (skips[2]["kind"], skips[2]["path"], skips[2]["object"]) == ("blob", None, OID)


def test_a_path_of_any_bytes_comes_back() -> None:
    shown = text(report("scan", finding(at(FileOrigin(HOSTILE)))), "json")
    assert shown.isascii()
    assert os.fsencode(json.loads(shown)["findings"][0]["location"]["path"]) == HOSTILE


def test_secrets_when_asked_for() -> None:
    made = report("scan", finding(), finding(value=LATIN), suppressed=(Suppressed(finding(), "inline"),))
    shown = document(made, "json", show_secrets=True)
    assert {entry["secret"] for entry in shown["findings"]} == {
        TOKEN.decode(),
        LATIN.decode("utf-8", "backslashreplace"),
    }
    assert shown["suppressed"][0]["secret"] == TOKEN.decode()
