"""What a change does to the policy, in every format: as remarks, and under a strict policy as findings."""

from __future__ import annotations

import pytest
from jsonschema import Draft4Validator, Draft202012Validator

from tests.ci.support import ci
from tests.report.test_json import SCHEMA
from tests.report.test_sarif import SCHEMA as SARIF
from tests.support import Repo, token
from tests.trust.support import BASE, begin, line

STRICT = "--strict-policy"
TRUST = "--trust-suppressions"


@pytest.fixture
def changed(repo: Repo) -> Repo:
    """The change excludes dist/, where a secret of its own stands, and allows another with a comment."""
    begin(repo)
    repo.add(".redhanded.yaml", BASE.replace("vendor/", "vendor/\n  - dist/"))
    repo.add("dist/app.js", line(1))
    repo.add("b.py", line(2, "  # redhanded: allow[github-pat] a test"))
    repo.commit()
    return repo


def test_text(changed: Repo) -> None:
    seen = ci(changed, {}, "--range", "main..topic", TRUST, format="text")
    assert (
        "The change itself alters the policy, in 2 places:\n  .redhanded.yaml:3: excludes dist/\n  b.py:1: a"
        in seen.out
    )
    assert "policy       the change itself would let this pass, by `exclude: dist/` at" in seen.out
    strict = ci(changed, {}, "--range", "main..topic", STRICT, format="text")
    assert "[policy-change]\n    the change   excludes dist/" in strict.out and "by the marker on line 1" in strict.out
    assert "3 findings" in strict.out


@pytest.mark.parametrize(
    "options", [[], [TRUST], [STRICT], [STRICT, "--approve-policy"]], ids=["usual", "trusting", "strict", "approved"]
)
def test_json_and_sarif_keep_their_schemas(changed: Repo, options: list[str]) -> None:
    Draft202012Validator(SCHEMA).validate(ci(changed, {}, "--range", "main..topic", *options).report)
    Draft4Validator(SARIF).validate(ci(changed, {}, "--range", "main..topic", *options, format="sarif").report)


def test_json(changed: Repo) -> None:
    notice = ci(changed, {}, "--range", "main..topic").report["notices"][0]
    words = "excludes dist/"
    assert notice == {"kind": "policy-change", "message": words, "fails": False, "path": ".redhanded.yaml", "line": 3}
    strict = ci(changed, {}, "--range", "main..topic", STRICT).report
    (finding,) = (one for one in strict["findings"] if one["rule_id"] == "policy-change")
    assert (finding["location"]["path"], finding["location"]["start"]["line"]) == (".redhanded.yaml", 3)
    assert (strict["notices"], finding["notes"], finding["secret"]) == ([], [words], "no secret")


def test_sarif(changed: Repo) -> None:
    run = ci(changed, {}, "--range", "main..topic", TRUST, format="sarif").report["runs"][0]
    notes = run["invocations"][0]["toolConfigurationNotifications"]
    told = [one for one in notes if one["level"] == "warning"]
    assert [one["message"]["text"].partition(" ")[0] for one in told] == ["excludes", "allows"]
    place = told[0]["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]) == (".redhanded.yaml", {"startLine": 3})
    strict = ci(changed, {}, "--range", "main..topic", STRICT, format="sarif").report["runs"][0]["results"]
    assert {"policy-change", "github-pat"} == {one["ruleId"] for one in strict}
    assert any("unapproved" in one["properties"] for one in strict)


def test_github(changed: Repo) -> None:
    seen = ci(changed, {}, "--range", "main..topic", format="github")
    title = "title=redhanded%3A the change alters the policy"
    assert f"::notice file=.redhanded.yaml,line=3,{title}::.redhanded.yaml:3: excludes dist/\n" in seen.out
    strict = ci(changed, {}, "--range", "main..topic", STRICT, format="github")
    assert "::error file=.redhanded.yaml,line=3" in strict.out and "would let this pass, by the marker" in strict.out


def test_gitlab(changed: Repo) -> None:
    for options, severity in (((), "info"), ((STRICT,), "critical")):
        issues = ci(changed, {}, "--range", "main..topic", *options, format="gitlab-codequality").report
        (one,) = (one for one in issues if one["location"]["path"] == ".redhanded.yaml")
        assert (one["check_name"], one["severity"], one["location"]["lines"]["begin"]) == ("policy-change", severity, 3)
    messages = ci(changed, {}, "--range", "main..topic", format="gitlab-sast").report["scan"]["messages"]
    assert messages[0] == {"level": "info", "value": "The change alters the policy: .redhanded.yaml:3: excludes dist/"}


@pytest.mark.parametrize("where", ["reason", "pattern", "path"])
def test_no_secret_is_shown_of_a_policy_that_holds_one(repo: Repo, where: str) -> None:
    begin(repo)
    texts = {"reason": "value: 'x.y'", "pattern": f"value: '{token()}'", "path": "value: 'x.y'\n    paths: [a/]"}
    reason = token() if where == "reason" else "mine"
    repo.add(".redhanded.yaml", f"allow:\n  - {texts[where]}\n    reason: {reason}\n")
    repo.commit()
    for format in ("text", "json", "sarif", "github", "gitlab-codequality", "gitlab-sast"):
        ci(repo, {}, "--range", "main..topic", "--jobs", "1", format=format)  # asserts it


@pytest.mark.parametrize("gate", ["never", "proven"])
def test_a_gate_that_lets_secrets_pass_does_not_let_changes_of_the_policy_pass(repo: Repo, gate: str) -> None:
    begin(repo, f"fail-on: {gate}\n")
    repo.add(".redhanded.yaml", f"fail-on: {gate}\nskip: [jwt]\n")
    repo.commit()
    assert ci(repo, {}, "--range", "main..topic").code == 0
    assert ci(repo, {}, "--range", "main..topic", STRICT).code == 1


def test_rules_that_are_broken_or_not_there_are_told_before_the_merge(repo: Repo) -> None:
    begin(repo)
    repo.add(".redhanded.yaml", "rules: [mine.yaml]\n")
    repo.commit()
    seen = ci(repo, {}, "--range", "main..topic")
    assert seen.code == 2 and ".redhanded.yaml:1: there is no rule file 'mine.yaml'" in seen.err
    repo.add("mine.yaml", "provider: Mine\nrules:\n  - nonsense: 1\n")
    repo.commit()
    seen = ci(repo, {}, "--range", "main..topic")
    assert seen.code == 2 and "mine.yaml:3: " in seen.err


def test_a_comment_in_a_commits_message(repo: Repo) -> None:
    begin(repo)
    repo.add("a.py", "a = 1\n")
    head = repo.commit(f"change\n\n{token()}  redhanded: allow[github-pat] a test\n")
    assert ci(repo, {}, "--range", "main..topic").code == 1
    seen = ci(repo, {}, "--range", "main..topic", TRUST)
    (notice,) = seen.report["notices"]
    assert seen.code == 0 and notice["message"].startswith(f"commit {head[:12]} allows a finding of [github-pat]")
    assert ci(repo, {}, "--range", "main..topic", STRICT).code == 1
