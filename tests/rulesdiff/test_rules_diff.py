"""`redhanded rules diff`: on real files and histories, with rules from files, commits, the package and reports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support import Repo, redhanded, token

RULES = """\
provider: Acme
rules:
  - id: {id}
    name: Acme key
    description: Opens Acme.
    severity: {severity}
    shape: '{shape}'
"""
KEY = token("acme_{base62:20}")
OTHER = token("umbra_{base62:20}")


def rules(id: str = "acme-key", severity: str = "high", shape: str = "acme_{base62:20}") -> str:
    return RULES.format(id=id, severity=severity, shape=shape)


@pytest.fixture
def work(repo: Repo) -> Repo:
    repo.add("src/app.py", f'a = 1\nKEY = "{KEY}"\n')
    repo.add("src/b.py", f'OTHER = "{OTHER}"\n')
    repo.add("rules/acme.yaml", rules())
    repo.add("rules/README.md", "no rules\n")
    repo.commit()
    return repo


def diff(repo: Repo, *arguments: str) -> dict[str, Any]:
    result = repo.run("rules", "diff", "--format", "json", *arguments)
    assert result.code == 0, result
    assert KEY not in result.out and OTHER not in result.out
    found: dict[str, Any] = json.loads(result.out)
    assert found["schema"] == "redhanded-rules-diff/1"
    return found


def places(findings: list[dict[str, Any]]) -> list[tuple[str, int, str]]:
    return [(f["location"]["path"], f["location"]["start"]["line"], f["rule_id"]) for f in findings]


def test_what_appears_and_vanishes(work: Repo) -> None:
    work.write("new.yaml", rules("umbra-key", shape="umbra_{base62:20}"))
    found = diff(work, "rules", "new.yaml", "src")
    assert places(found["appeared"]) == [("src/b.py", 1, "umbra-key")]
    assert places(found["vanished"]) == [("src/app.py", 2, "acme-key")]
    assert (found["changed"], found["unchanged"]) == ([], 0)
    assert found["rules"] == {"added": ["umbra-key"], "removed": ["acme-key"]}
    for side in ("old", "new"):
        assert found[side]["scan_seconds"] > 0 and found[side]["compile_seconds"] > 0
    assert found["ratio"]["scan"] > 0 and found["ratio"]["compile"] > 0
    both = diff(work, "rules", "rules+new.yaml", "src")
    assert (len(both["appeared"]), len(both["vanished"]), both["unchanged"]) == (1, 0, 1)


@pytest.mark.parametrize(
    ("new", "fields"),
    [
        (rules(severity="low"), ["severity"]),
        (rules("acme-token"), ["rule_id"]),
        (rules() + "    confidence: 0.5\n", ["confidence"]),
    ],
    ids=["severity", "rule", "confidence"],
)
def test_what_changes(work: Repo, new: str, fields: list[str]) -> None:
    work.write("new.yaml", new)
    found = diff(work, "rules", "new.yaml", "src")
    assert (found["appeared"], found["vanished"]) == ([], [])
    assert [change["fields"] for change in found["changed"]] == [fields]


def test_a_span_that_changes_is_one_change(work: Repo) -> None:
    work.write("new.yaml", rules(shape="acme_{base62:16}").rstrip("\n") + "\n    boundary: none\n")
    work.write("old.yaml", rules().rstrip("\n") + "\n    boundary: none\n")
    found = diff(work, "old.yaml", "new.yaml", "src")
    (change,) = found["changed"]
    assert "span" in change["fields"] and (found["appeared"], found["vanished"]) == ([], [])
    result = work.run("rules", "diff", "old.yaml", "new.yaml", "src")
    assert "span: 2:8 to 2:33 -> 2:8 to 2:29" in result.out and KEY[:16] not in result.out


def test_rules_of_a_commit(work: Repo) -> None:
    work.add("rules/acme.yaml", rules(severity="low"))
    work.add("rules/deeper/x.yaml", "not rules\n")
    work.commit()
    result = work.run("rules", "diff", "HEAD:rules/deeper/x.yaml", "rules", "src")
    assert result.code == 2 and "error: HEAD:rules/deeper/x.yaml:1" in result.err
    for old in ("HEAD~1:rules", "main~1:rules/", "HEAD~1:rules/acme.yaml"):
        found = diff(work, old, "rules/acme.yaml", "src")
        assert [change["fields"] for change in found["changed"]] == [["severity"]]
    work.write("rules/acme.yaml", "provider: Acme\nrules:\n  - id: a b\n")
    work.git("add", "-A")
    work.commit()
    result = work.run("rules", "diff", "HEAD:rules", "builtin", "src")
    assert result.code == 2 and "error: HEAD:rules/acme.yaml:3" in result.err and "/tmp" not in result.err


def test_a_history(work: Repo) -> None:
    work.add("src/app.py", "a = 1\n")
    work.commit()
    work.write("new.yaml", rules("umbra-key", shape="umbra_{base62:20}"))
    assert diff(work, "rules", "new.yaml", "src")["vanished"] == []
    found = diff(work, "rules", "new.yaml", ".", "--history")
    assert (found["command"], places(found["vanished"])) == ("history", [("src/app.py", 2, "acme-key")])
    result = work.run("rules", "diff", "rules", "new.yaml", "--history")
    commit = work.git("rev-parse", "HEAD~1")[:12]
    assert f"vanishes  src/app.py:2:8 ({commit})  acme-key" in result.out


def test_the_report_of_an_earlier_run(work: Repo) -> None:
    one = ("--rules", "rules", "--no-builtin-rules", "--format", "json", "--show-secrets")
    work.run("scan", "src", *one, "--output", "old.json")
    assert KEY in (work.path / "old.json").read_text()
    found = diff(work, "old.json", "rules", "src")
    assert (found["unchanged"], found["ratio"]) == (1, {"scan": None, "compile": None})
    assert found["new"]["scan_seconds"] > 0
    work.write("new.yaml", rules("umbra-key", shape="umbra_{base62:20}"))
    assert len(diff(work, "old.json", "new.yaml", "src")["vanished"]) == 1
    assert KEY not in work.run("rules", "diff", "old.json", "new.yaml", "src").out
    result = work.run("rules", "diff", "old.json", "rules", "--history")
    assert result.code == 2 and "report of `scan`" in result.err


def test_what_was_allowed_and_is_no_more_is_told(work: Repo) -> None:
    work.write("src/app.py", f'KEY = "{KEY}"  # redhanded: allow[acme-key] a test\n')
    work.write("new.yaml", rules("acme-token"))
    result = work.run("rules", "diff", "rules", "new.yaml", "src")
    assert "appears   src/app.py:1:8  acme-token" in result.out and "(before allowed: inline, acme-key)" in result.out


def test_the_exit_code_is_asked_for(work: Repo) -> None:
    work.write("new.yaml", rules(severity="low"))
    assert work.run("rules", "diff", "rules", "new.yaml", "src").code == 0
    assert work.run("rules", "diff", "rules", "new.yaml", "src", "--exit-code").code == 1
    assert work.run("rules", "diff", "rules", "--exit-code", "rules", "src").code == 0
    assert "no finding differs" in work.run("rules", "diff", "rules", "rules", "src").out


def test_what_was_not_read_is_told(work: Repo) -> None:
    loose = work.path / ".git/objects"
    oid = work.git("rev-parse", "HEAD:src/app.py")
    (loose / oid[:2] / oid[2:]).unlink()
    result = work.run("rules", "diff", "rules", "rules", "--history")
    assert (result.code, "NOT EVERYTHING WAS READ" in result.out) == (0, True)


def test_the_built_in_rules_and_more(work: Repo) -> None:
    work.add("src/c.py", f'TOKEN = "{token()}"\n')
    found = diff(work, "rules", "builtin+rules", "src")
    assert ("src/c.py", 1, "github-pat") in places(found["appeared"])
    assert found["unchanged"] == 1 and found["new"]["rules"] > 1_000


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("rules",), "rules diff needs NEW"),
        (("rules", "nowhere"), "no such file"),
        (("rules", ""), "no such file"),
        (("rules", "none+rules"), "no such file"),
        (("rules", "rules", "nowhere"), "nowhere: there is no such"),
        (("rules", "nowhere:rules"), "nowhere"),
        (("rules", "HEAD:src"), "no rule file"),
        (("rules", "HEAD:nowhere"), "no rule file"),
        (("rules", "--upload-pack=x:rules"), "rules diff needs NEW"),
        (("rules", "--", "--upload-pack=x:rules"), "names no commit"),
        (("rules", "src"), "no .yaml file"),
        (("rules", "bad.json"), "not JSON"),
        (("rules", "other.json"), "is no report"),
        (("rules", "bad.yaml"), "bad.yaml:1"),
    ],
)
def test_wrong_arguments_are_told(work: Repo, arguments: tuple[str, ...], words: str) -> None:
    work.write("bad.json", "{")
    work.write("other.json", "[1]")
    work.write("bad.yaml", "a: b\n")
    result = work.run("rules", "diff", *arguments)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("error: ") and words in result.err and "Traceback" not in result.err


def test_outside_of_a_repository(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(rules())
    (tmp_path / "x.py").write_text(f'KEY = "{KEY}"\n')
    assert redhanded("rules", "diff", "a.yaml", "a.yaml", "x.py", cwd=tmp_path).code == 0
    result = redhanded("rules", "diff", "HEAD:a.yaml", "a.yaml", "x.py", cwd=tmp_path)
    assert result.code == 2 and "not a git repository" in result.err
