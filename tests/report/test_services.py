"""The formats that CI services show beside the code."""

from __future__ import annotations

import re
from typing import Any

import pytest

from scanner.model import BlobOrigin, CommitOrigin, FileOrigin, IndexOrigin, NameOrigin, RefOrigin, Skip, Span

from .make import COMMIT, HOSTILE, OID, TOKEN, at, document, everything, finding, report, text, who

COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::(.+)")


def _commands(shown: str) -> list[tuple[str, dict[str, str], str]]:
    """Read workflow commands as the runner does."""
    found = []
    for line in shown.splitlines():
        match = COMMAND.fullmatch(line)
        assert match, line
        properties = dict(pair.split("=", 1) for pair in match[2].split(","))
        found.append((match[1], {key: _undone(value) for key, value in properties.items()}, _undone(match[3])))
    return found


def _undone(text: str) -> str:
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text


def test_a_finding_is_an_annotation_at_its_place() -> None:
    made = report("ci", finding(at(BlobOrigin(OID, b"app/settings.py"), who=who())))
    ((level, properties, message),) = _commands(text(made, "github"))
    assert level == "error"
    assert properties == {
        "file": "app/settings.py",
        "line": "3",
        "endLine": "3",
        "col": "9",
        "endColumn": "37",
        "title": "Acme token",
    }
    for part in ("tok_********", "[acme-token]", "its checksum holds", COMMIT[:12], "Delete it under"):
        assert part in message


def test_what_stands_in_a_name_has_no_line() -> None:
    places = [at(origin)._replace(span=Span(2, 30)) for origin in (NameOrigin(b"a/b"), RefOrigin(b"refs/heads/c"))]
    made = report("history", *map(finding, places))
    shown = _commands(text(made, "github"))
    assert [properties for _, properties, _ in shown] == [
        {"file": "a/********", "title": "Acme token"},
        {"title": "Acme token"},
    ]
    files = [entry["location"]["path"] for entry in document(made, "gitlab-codequality")]
    assert files[0].startswith("a/") and files[1].startswith(".git/re")


def test_of_overlapping_secrets_in_a_name_nothing_is_left() -> None:
    name = b"refs/heads/abcdefghijklmnopqrstuvwxyz"
    where = [at(RefOrigin(name))._replace(span=Span(*span)) for span in ((11, 37), (15, 20), (30, 37), (30, 37))]
    shown = text(report("history", *(finding(place) for place in where)), "gitlab-sast")
    assert ".git/refs/heads/abcd********" in shown and "efgh" not in shown


def test_a_name_cannot_end_a_property_or_begin_a_command() -> None:
    name = b"a,line=1::b%0A::stop-commands::x\n::error ::.py"
    ((_, properties, _),) = _commands(text(report("ci", finding(at(FileOrigin(name)))), "github"))
    assert properties["file"] == name.decode().replace("\n", "\\n")
    assert properties["line"] == "3"


def test_every_line_is_a_command_whatever_is_in_it() -> None:
    assert len(_commands(text(everything("ci"), "github"))) == len(everything().findings) + 1


LEVELS = [
    ("critical", "proven", "error"),
    ("high", "contextual", "error"),
    ("medium", "structured", "warning"),
    ("low", "proven", "notice"),
    ("info", "proven", "notice"),
    ("critical", "statistical", "notice"),
]


@pytest.mark.parametrize(("severity", "evidence", "level"), LEVELS)
def test_the_level_of_an_annotation(severity: Any, evidence: Any, level: str) -> None:
    shown = text(report("ci", finding(severity=severity, evidence=evidence)), "github")
    assert [command[0] for command in _commands(shown)] == [level]


def test_a_message_has_no_file_to_be_shown_in() -> None:
    ((_, properties, message),) = _commands(text(report("ci", finding(at(CommitOrigin(COMMIT)))), "github"))
    assert properties == {"title": "Acme token"}
    assert message.startswith(f"commit {COMMIT[:12]}:3:9")


def test_what_was_not_read_is_a_warning() -> None:
    skips = (Skip(BlobOrigin(OID), "missing-object"), Skip(BlobOrigin(OID, b"x"), "excluded"))
    ((level, _, message),) = _commands(text(report("ci", skips=skips), "github"))
    assert (level, message) == ("warning", "1 in scope not read, or not wholly: 1 missing-object")


def test_nothing_found_is_no_command() -> None:
    assert text(report("ci"), "github") == ""


@pytest.mark.parametrize("format", ["github", "gitlab-codequality", "gitlab-sast"])
@pytest.mark.parametrize(
    ("path", "shown"),
    [(b"./src/a.py", "src/a.py"), (b"/work/project/b.py", "b.py"), (b"../c.py", "/work/c.py"), (b"/e/d.py", "/e/d.py")],
)
def test_paths_are_relative_to_what_was_scanned(format: str, path: bytes, shown: str) -> None:
    out = text(report("scan", finding(at(FileOrigin(path)))), format)
    assert f"file={shown}," in out or f'"{shown}"' in out


def test_a_code_quality_report() -> None:
    (issue,) = document(report("ci", finding(at(BlobOrigin(OID, b"a.py")))), "gitlab-codequality")
    assert issue["check_name"] == "acme-token"
    assert issue["severity"] == "blocker"
    assert issue["location"] == {"path": "a.py", "lines": {"begin": 3, "end": 3}}
    assert issue["description"].startswith("Acme token: tok_******** (proven: its checksum holds).")
    assert re.fullmatch("[0-9a-f]{64}", issue["fingerprint"])


def test_a_fingerprint_names_the_issue_wherever_its_line_is() -> None:
    def prints(*places: Any) -> list[str]:
        made = report("ci", *map(finding, places))
        return [issue["fingerprint"] for issue in document(made, "gitlab-codequality")]

    here, lower, there = (at(IndexOrigin(name), line) for name, line in ((b"a", 3), (b"a", 9), (b"b", 3)))
    assert prints(here) == prints(lower) != prints(there)
    assert len(set(prints(here, lower, there))) == 3


def test_an_empty_code_quality_report_is_a_list() -> None:
    assert document(report("ci"), "gitlab-codequality") == []


def test_a_sast_report_has_what_its_schema_wants() -> None:
    made = report("ci", finding(at(BlobOrigin(OID, b"a.py"))), started=1_700_000_000.0)
    shown = document(made, "gitlab-sast")
    assert re.fullmatch(r"15\.\d+\.\d+", shown["version"])
    scan = shown["scan"]
    assert (scan["type"], scan["status"], scan["messages"]) == ("sast", "success", [])
    assert scan["start_time"] == "2023-11-14T22:13:20"
    for tool in (scan["analyzer"], scan["scanner"]):
        assert tool["id"] and tool["name"] and tool["version"] and tool["vendor"]["name"]
    (found,) = shown["vulnerabilities"]
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", found["id"])
    assert found["severity"] == "Critical"
    assert found["location"] == {"file": "a.py", "start_line": 3, "end_line": 3}
    assert found["identifiers"] == [
        {"type": "redhanded_rule_id", "name": "redhanded acme-token", "value": "acme-token"}
    ]
    assert found["links"] == [{"url": "https://acme.example/docs/tokens"}]
    assert "Delete it under" in found["solution"]


def test_a_sast_report_says_that_a_scan_is_incomplete() -> None:
    skips = (Skip(BlobOrigin(OID), "missing-object"), Skip(BlobOrigin(OID), "missing-object"))
    scan = document(report("ci", skips=skips), "gitlab-sast")["scan"]
    assert scan["status"] == "failure"
    assert scan["messages"] == [{"level": "warn", "value": "Not read: 2: git does not have this object"}]


def test_ids_in_a_sast_report_are_unique() -> None:
    places = [at(FileOrigin(b"a"), line) for line in (1, 2)] + [at(FileOrigin(HOSTILE))]
    found = document(report("scan", *(finding(place, TOKEN) for place in places)), "gitlab-sast")["vulnerabilities"]
    assert len({entry["id"] for entry in found}) == 3
