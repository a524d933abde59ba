"""The SARIF report, against the SARIF 2.1.0 schema (where the copy comes from: data/README.md).

What the schema cannot say, and services insist on, is tested beside it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import pytest
from jsonschema import Draft4Validator

from scanner.model import (
    BlobOrigin,
    CommitOrigin,
    Exposure,
    FileOrigin,
    IndexOrigin,
    Origin,
    RepositoryOrigin,
    ScanReport,
    StdinOrigin,
    Suppressed,
    TagOrigin,
)

from .make import COMMIT, HOSTILE, OID, PASSWORD, TOKEN_RULE, at, document, everything, exposure, finding, report, who

SCHEMA: dict[str, Any] = json.loads(Path(__file__).with_name("data").joinpath("sarif-schema-2.1.0.json").read_bytes())


def _run(made: ScanReport) -> Any:
    return document(made, "sarif")["runs"][0]


def _artifact(origin: Origin, root: bytes = b"/work/project") -> dict[str, Any]:
    where = _run(report("scan", finding(at(origin)), root=root))["results"][0]["locations"][0]
    found: dict[str, Any] = where["physicalLocation"]["artifactLocation"]
    return found


@pytest.mark.parametrize(
    "made",
    [report(), report("staged", finding()), everything(), report("scan", finding(), rules=())],
    ids=["nothing", "one", "everything", "no-rules"],
)
def test_it_is_valid_sarif(made: ScanReport) -> None:
    Draft4Validator(SCHEMA).validate(document(made, "sarif"))


def test_the_schema_is_the_whole_one_and_refuses() -> None:
    assert len(SCHEMA["definitions"]) > 40
    broken = document(report("staged", finding()), "sarif")
    broken["runs"][0]["results"][0]["level"] = "fatal"
    assert not Draft4Validator(SCHEMA).is_valid(broken)


@pytest.mark.parametrize(
    ("origin", "uri", "base"),
    [
        (IndexOrigin(b"app/settings.py"), "app/settings.py", True),
        (FileOrigin(b"./dir with space/a:b#c%?.py"), "dir%20with%20space/a%3Ab%23c%25%3F.py", True),
        (FileOrigin(b"a:b.py"), "a%3Ab.py", True),
        (FileOrigin("grün.py".encode()), "gr%C3%BCn.py", True),
        (FileOrigin(b"x\xe9"), "x%E9", True),
        (FileOrigin(b"/work/project/a.py"), "a.py", True),
        (FileOrigin(b"/work/projectile/a.py"), "file:///work/projectile/a.py", False),
        (FileOrigin(b"../other/a.py"), "file:///work/other/a.py", False),
        (FileOrigin(b"../project/a.py"), "a.py", True),
        (FileOrigin(b"C:\\work\\a b.py"), "file:///C:/work/a%20b.py", False),
        (StdinOrigin(), "%3Cstdin%3E", False),
        (StdinOrigin(b"src/a.py"), "src/a.py", True),
        (BlobOrigin(OID, b"old/a.py"), "old/a.py", True),
        (BlobOrigin(OID), f".git/blob/{OID}", True),
        (CommitOrigin(OID), f".git/commit/{OID}", True),
        (TagOrigin(OID), f".git/tag/{OID}", True),
        (RepositoryOrigin(b"/work/project"), "./", True),
        (RepositoryOrigin(b"."), "./", True),
    ],
)
def test_where_things_are(origin: Origin, uri: str, base: bool) -> None:
    assert _artifact(origin) == ({"uri": uri, "uriBaseId": "%SRCROOT%"} if base else {"uri": uri})


def test_a_windows_path_below_the_root_is_relative() -> None:
    assert _artifact(FileOrigin(b"C:\\work\\src\\a.py"), root=b"C:\\work")["uri"] == "src/a.py"


def test_any_path_comes_back_from_its_uri() -> None:
    uri = _artifact(IndexOrigin(HOSTILE))["uri"]
    assert unquote_to_bytes(uri) == HOSTILE
    assert uri.isascii()
    assert urlsplit(uri).scheme == urlsplit(uri).netloc == ""


def test_objects_that_are_no_files_have_a_logical_location() -> None:
    where = _run(report("history", finding(at(CommitOrigin(OID)))))["results"][0]["locations"][0]
    assert where["logicalLocations"] == [
        {"name": "commit 0123456789ab", "fullyQualifiedName": f"commit/{OID}", "kind": "commit"}
    ]


def test_a_result_in_full() -> None:
    (result,) = _run(report("staged", finding()))["results"]
    region = {"startLine": 3, "startColumn": 9, "endLine": 3, "endColumn": 37}
    assert (result["ruleId"], result["ruleIndex"], result["level"]) == ("acme-token", 0, "error")
    assert result["locations"][0]["physicalLocation"]["region"] == region
    assert result["partialFingerprints"] == {"redhanded/v1": finding().fingerprint}
    assert result["suppressions"] == []
    assert result["message"]["text"] == (
        "Acme token: tok_******** (proven: its checksum holds). Treat it as live. Delete it under Settings > Tokens."
    )


@pytest.mark.parametrize(
    ("severity", "level"),
    [("critical", "error"), ("high", "error"), ("medium", "warning"), ("low", "note"), ("info", "note")],
)
def test_levels(severity: str, level: str) -> None:
    (result,) = _run(report("scan", finding(severity=severity)))["results"]
    assert result["level"] == level


def test_all_rules_are_described_and_results_point_at_theirs() -> None:
    run = _run(everything())
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["acme-token", "password"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    assert rules[0]["helpUri"] == TOKEN_RULE.references[0]
    assert TOKEN_RULE.revoke in rules[0]["help"]["text"]
    assert rules[0]["properties"] == {
        "tags": ["security", "secret", "Acme", "vcs"],
        "security-severity": "9.5",
    }
    assert "helpUri" not in rules[1]


def test_a_rule_that_the_report_does_not_know_has_no_index() -> None:
    (result,) = _run(report("scan", finding(rule_id="from-elsewhere")))["results"]
    assert "ruleIndex" not in result


def test_columns_and_lines_are_declared_as_they_are_counted() -> None:
    run = _run(report())
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["newlineSequences"] == ["\r\n", "\n", "\r"]


def test_allowed_findings_are_suppressed_results() -> None:
    allowed = Suppressed(finding(), "inline", "only a sample")
    results = _run(report("scan", finding(value=PASSWORD), suppressed=(allowed,)))["results"]
    assert [result["suppressions"] for result in results] == [
        [],
        [{"kind": "inSource", "justification": "only a sample"}],
    ]


def test_a_finding_that_a_policy_allows_is_suppressed_from_outside() -> None:
    made = report("scan", suppressed=(Suppressed(finding(), "excluded"),))
    (result,) = _run(made)["results"]
    assert result["suppressions"] == [{"kind": "external", "justification": "no reason given"}]


def test_an_incomplete_run_did_not_succeed_and_says_why() -> None:
    (invocation,) = _run(everything())["invocations"]
    notifications = invocation["toolExecutionNotifications"]
    assert invocation["executionSuccessful"] is False
    assert [entry["level"] for entry in notifications] == ["warning"] * 3
    assert [entry["properties"]["reason"] for entry in notifications] == [
        "unreadable",
        "shallow",
        "missing-object",
    ]
    assert "Permission denied" in notifications[0]["message"]["text"]


def test_a_complete_run_succeeded() -> None:
    assert _run(report("scan", finding()))["invocations"] == [
        {"executionSuccessful": True, "toolExecutionNotifications": []}
    ]


def test_history_facts_and_other_places() -> None:
    first = at(BlobOrigin(OID, b"a.py"), who=who())
    also = tuple(at(BlobOrigin(OID, b"a.py"), who=who()) for _ in range(150))
    (result,) = _run(report("history", finding(first, also=also, in_head=False)))["results"]
    facts = result["properties"]
    assert (facts["commit"], facts["author"], facts["inHead"]) == (COMMIT, "Ada Lovelace", False)
    assert facts["date"] == "2023-05-06T10:00:00+02:00"
    assert len(result["relatedLocations"]) == 100
    assert result["occurrenceCount"] == 151


def test_an_exposure_is_in_the_properties() -> None:
    (result,) = _run(report("history", finding(exposure=exposure())))["results"]
    who = {"commit": COMMIT, "author": "Ada Lovelace"}
    assert result["properties"]["exposure"] == {
        "lastIn": {**who, "date": "2023-06-05T10:00:00+02:00"},
        "removedIn": {**who, "date": "2023-06-06T10:00:00+02:00"},
        "days": 1234,
        "stands": True,
        "tips": [{"kind": "tag", "total": 1, "names": ["v1.0"]}],
        "reach": [
            {"kind": "branch", "total": 1, "names": ["main"]},
            {"kind": "tag", "total": 5, "names": ["v1.0", "v1.1", "v1.2"]},
        ],
        "exact": True,
    }
    (result,) = _run(report("history", finding(exposure=Exposure())))["results"]
    assert result["properties"]["exposure"] == {"stands": False, "tips": [], "reach": [], "exact": True}


def test_the_path_of_the_checkout_is_not_told() -> None:
    assert "/work/project" not in json.dumps(_run(report("scan", finding())))
