"""docs/policy.md, Approval: the recipes are read from the page, and run as the services would run them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from scanner.globs import Globs
from tests.ci.support import Seen, ci, github
from tests.support import ROOT, Repo
from tests.trust.support import begin, line, suppress

PAGE = (ROOT / "docs/policy.md").read_text(encoding="utf-8")
_, _, APPROVAL = PAGE.partition("\n### Approval\n")
GITHUB, GITLAB = (
    yaml.safe_load(text) for text in re.findall(r"^```yaml\n(.*?)^```", APPROVAL, re.MULTILINE | re.DOTALL)
)


@pytest.fixture
def change(repo: Repo, tmp_path: Path) -> Repo:
    """A checkout with all branches, of a change that accepts its own secret."""
    begin(repo)
    repo.add("app.py", line(1))
    suppress(repo, 1)
    repo.commit("change")
    repo.git("clone", "-q", f"file://{repo.path}", str(tmp_path / "checkout"))
    return Repo(tmp_path / "checkout")


def _run(where: Repo, command: str, variables: dict[str, str]) -> Seen:
    words = shlex.split(command)
    assert words[:2] == ["redhanded", "ci"]
    return ci(where, variables, *words[2:], format=None)


def _github(where: Repo, folder: Path, action: str, label: str = "") -> Seen:
    """Run the step, its expression evaluated as GitHub says: `&&` and `||` return one of their operands."""
    head, base = (where.git("rev-parse", f"origin/{name}") for name in ("topic", "main"))
    event: dict[str, Any] = {"action": action, "label": {"name": label}}
    event["pull_request"] = {"head": {"sha": head}, "base": {"sha": base, "ref": "main"}}
    steps = GITHUB["jobs"]["redhanded"]["steps"]
    assert steps[0]["with"] == {"fetch-depth": 0}
    values = {"github.event.action": action, "github.event.label.name": label}

    def value(match: re.Match[str]) -> str:
        expression = match[1].replace("&&", " and ").replace("||", " or ")
        for name, text in values.items():
            expression = expression.replace(name, repr(text))
        return str(eval(expression, {"__builtins__": {}}))

    return _run(where, re.sub(r"\$\{\{(.*?)\}\}", value, steps[-1]["run"]), github(folder, "pull_request", event))


def test_github(change: Repo, tmp_path: Path) -> None:
    assert "labeled" in GITHUB[True]["pull_request"]["types"]  # YAML reads `on` as true
    for action, label in (("opened", ""), ("synchronize", ""), ("labeled", "bug")):
        seen = _github(change, tmp_path, action, label)
        assert seen.code == 1 and "policy-change" in seen.out
    approved = _github(change, tmp_path, "labeled", "policy-approved")
    assert approved.code == 0 and "adds a suppression of [github-pat]" in approved.out


def _job(where: Repo, variables: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """Return the one job of the pipeline, and the rule that put it there: the first that fits decides."""
    found = []
    changed = where.git("diff", "--name-only", "origin/main...origin/topic").splitlines()
    for name, job in GITLAB.items():
        for rule in job["rules"]:
            if _holds(rule["if"], variables) and _touches(rule.get("changes"), changed):
                found += [(name, rule)] if rule.get("when") != "never" else []
                break
    (one,) = found
    return one


def _holds(condition: str, variables: dict[str, str]) -> bool:
    def side(text: str) -> str:
        return variables.get(text[1:], "") if text.startswith("$") else text.strip('"')

    return all(side(a) == side(b) for a, b in (part.split(" == ") for part in condition.split(" && ")))


def _touches(patterns: list[str] | None, changed: list[str]) -> bool:
    return patterns is None or any(Globs(tuple(f"/{one}" for one in patterns)).match(path) for path in changed)


def _gitlab(where: Repo) -> dict[str, str]:
    return {
        "GITLAB_CI": "true",
        "CI_PIPELINE_SOURCE": "merge_request_event",
        "CI_COMMIT_SHA": where.git("rev-parse", "origin/topic"),
        "CI_MERGE_REQUEST_IID": "1",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": where.git("merge-base", "origin/main", "origin/topic"),
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        "CI_DEFAULT_BRANCH": "main",
    }


def test_gitlab_waits_for_a_person_where_the_policy_changes(change: Repo) -> None:
    name, rule = _job(change, _gitlab(change))
    assert (name, rule["when"], rule["allow_failure"]) == ("policy-approved", "manual", False)
    assert GITLAB[name]["environment"]["name"] == "policy"
    seen = _run(change, GITLAB[name]["script"][-1], _gitlab(change))
    assert seen.code == 0 and "adds a suppression of [github-pat]" in seen.out


@pytest.mark.parametrize("behind", ["", "  # gitleaks:allow"])
def test_gitlab_has_the_usual_job_for_all_else(repo: Repo, tmp_path: Path, behind: str) -> None:
    begin(repo)
    repo.add("app.py", line(1, behind))
    repo.commit()
    repo.git("clone", "-q", f"file://{repo.path}", str(tmp_path / "checkout"))
    where = Repo(tmp_path / "checkout")
    name, rule = _job(where, _gitlab(where))
    assert (name, "when" in rule) == ("redhanded", False)
    assert _run(where, GITLAB[name]["script"][-1], _gitlab(where)).code == 1


@pytest.mark.parametrize("job", ["redhanded", "policy-approved"])
def test_gitlab_fetches_all(job: str) -> None:
    assert GITLAB[job]["variables"] == {"GIT_DEPTH": "0"}
