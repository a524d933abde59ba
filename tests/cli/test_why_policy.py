"""`redhanded why` tells of the policy what a scan does with it: comments, configuration, suppressions, all mixed."""

from __future__ import annotations

import base64
import json
import random
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scanner.policy.allowfolder import add
from tests.policy.support import accept, entry
from tests.support import Repo, redhanded, token

_CONFIG = """\
exclude: [vendor/]
skip: [stripe-*]
severity:
  github-pat: low
  generic-*: high
allow:
  - value: '{value}'
    reason: known to open nothing
  - line: 'sandbox'
    paths: [docs/]
    reason: of the sandbox
markers:
  gitleaks: off
"""
_FOLDER = "skip: [generic-*]\nseverity: {github-pat: medium}\n"
_STATES = {
    "found": r"found",
    "inline": r"allowed by an inline comment",
    "config": r"allowed by the configuration",
    "skipped": r"set aside, as the rule is off here",
    "allowed": r"allowed by a suppression",
}
_HEAD = re.compile(rf"^(?P<place>\S+:\d+:\d+)  (?P<rule>[\w-]+): (?P<state>{'|'.join(_STATES.values())})", re.MULTILINE)
_PASSWORD = "Tiger" + "-lily-73"


def _key(seed: int, behind: str = "") -> str:
    return f'KEY = "{token(seed=seed)}"{behind}\n'


def _files(chance: random.Random) -> dict[str, str]:
    """Return files in which each line has one of a few secrets, and perhaps a comment."""
    comments = ("", "", "  # redhanded: allow[github-pat] a test", "  # gitleaks:allow", "  # ggignore", "  # sandbox")
    encoded = base64.b64encode(_PASSWORD.encode()).decode()
    secret = f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\ndata:\n  password: {encoded}\n"
    made = {}
    for name in ("a.py", "docs/b.py", "sub/c.py", "sub/deep/d.py"):
        lines = [_key(chance.randrange(8), chance.choice(comments)) for _ in range(4)]
        lines += [f'password = "{_PASSWORD}{chance.randrange(3)}"{chance.choice(comments)}\n' for _ in range(2)]
        made[name] = "\n".join(chance.sample(lines, len(lines)))
    return {**made, "k8s.yaml": secret, "sub/k8s.yaml": secret}


def _policy(repo: Repo, chance: random.Random) -> None:
    repo.write(".redhanded.yaml", _CONFIG.format(value=token(seed=chance.randrange(8))))
    repo.write("sub/.redhanded.yaml", _FOLDER)
    terms: list[dict[str, Any]] = [
        {},
        {},
        {"expires": date(2020, 1, 1)},
        {"paths": ("docs/", "a.py")},
        {"expires": date(2999, 1, 1)},
    ]
    chosen = chance.sample(range(8), 4)
    add(str(repo.path), [entry(token(seed=seed), **chance.choice(terms)) for seed in chosen])


def _scanned(repo: Repo) -> set[tuple[str, str, str]]:
    report = json.loads(repo.run("scan", ".", "--format", "json").out)
    found = [("found", one) for one in report["findings"]]
    found += [(one["reason"], one) for one in report["suppressed"]]
    return {(_place(one["location"]), one["rule_id"], _STATES[state]) for state, one in found}


def _place(at: dict[str, dict[str, int]]) -> str:
    return f"{at['path']}:{at['start']['line']}:{at['start']['column']}"


@pytest.mark.parametrize("seed", range(6))
def test_it_tells_what_the_scan_does(repo: Repo, seed: int) -> None:
    chance = random.Random(seed)
    files = _files(chance)
    for name, text in files.items():
        repo.add(name, text)
    _policy(repo, chance)
    told: set[tuple[str, str, str]] = set()
    for name in (*files, ".redhanded.yaml"):
        result = repo.run("why", name)
        assert result.code == 0, result
        told |= {(one["place"], one["rule"], one["state"]) for one in _HEAD.finditer(result.out)}
    scanned = _scanned(repo)
    assert told == scanned
    assert len({state for _, _, state in scanned}) >= 4


def _accepted(repo: Repo, text: str = _key(1), name: str = "a.py", **fields: Any) -> str:
    repo.add(name, text)
    (written,) = add(str(repo.path), [entry(token(seed=1), **fields)])
    result = repo.run("why", f"{name}:1")
    assert token(seed=1) not in result.out
    return result.out.replace(written, "FILE")


def test_a_suppression_is_told_with_its_place_reason_and_owner(repo: Repo) -> None:
    told = _accepted(repo)
    assert "github-pat: allowed by a suppression, proven" in told
    assert "suppressed FILE:1 accepts it: made up for tests (ada@example.com)" in told
    assert "redhanded allow add" not in told


def test_a_suppression_that_does_not_count_says_why(repo: Repo) -> None:
    told = _accepted(repo, expires=date(2020, 1, 1))
    assert "github-pat: found" in told
    assert "FILE:1 does not count, as it has expired on 2020-01-01: made up" in told
    assert re.search(r"accept     redhanded allow add [0-9a-f]{12} --reason WHY", told)


def test_a_scope_elsewhere_is_told_and_one_that_fits_counts_from_any_folder(repo: Repo) -> None:
    told = _accepted(repo, paths=("docs/",))
    assert "does not count, as it is for docs/ only" in told
    repo.add("docs/b.py", _key(1))
    assert "allowed by a suppression" in redhanded("why", "b.py:1", cwd=repo.path / "docs").out
    repo.commit()
    assert "allowed by a suppression" in redhanded("why", "b.py:1", "--rev", "HEAD", cwd=repo.path / "docs").out
    given = redhanded("why", "docs/c.py", "--text", "-", cwd=repo.path, stdin=_key(1).encode()).out
    assert "docs/c.py:1:8  github-pat: allowed by a suppression" in given


def test_a_suppression_for_another_rule_is_told(repo: Repo) -> None:
    repo.add("a.py", f'password = "{_PASSWORD}"\n')
    one = next(one for one in json.loads(repo.run("scan", ".", "--format", "json").out)["findings"])
    other = ("allow", "add", one["fingerprint"], "--rule", "github-pat", "--reason", "a test")
    assert repo.run(*other).code == 0
    assert "no entry in .redhanded/allow is about it" in repo.run("why", "a.py:1").out


def test_the_other_part_of_a_credential_is_named(repo: Repo) -> None:
    key, secret = token("AKIA{[A-Z2-7]:16}"), token("{base64:40}")
    repo.add("a.ini", f"aws_access_key_id = {key}\naws_secret_access_key = {secret}\n")
    report = json.loads(repo.run("scan", ".", "--format", "json").out)
    (whole,) = report["findings"]
    assert whole["parts"], report
    given = ("allow", "add", whole["fingerprint"], "--rule", whole["rule_id"], "--reason", "a test")
    assert repo.run(*given).code == 0
    told = repo.run("why", "a.ini").out
    assert told.count(": found") == 2
    assert f"not the whole credential is accepted: {whole['parts'][0]['rule_id']} in line" in told


def _configured(repo: Repo, config: str, text: str = _key(1), *options: str) -> str:
    repo.write(".redhanded.yaml", config)
    repo.add("a.py", text)
    return repo.run("why", "a.py:1", *options).out


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("skip: [github-*]\n", "github-pat: it would match, but it is turned off by .redhanded.yaml:1"),
        ("severity:\n  github-pat: low\n", "config     severity low by .redhanded.yaml:2; else it would be critical"),
        ("severity: {github-pat: info}\n", "gate       it is reported, and fails nothing (--fail-on contextual;"),
        ("fail-on: never\n", "it is reported, and fails nothing (fail-on: never in .redhanded.yaml:1;"),
        ("allow: [{line: KEY, reason: a key}]\n", "config     a key (.redhanded.yaml:1)"),
        ("allow: [{line: KEY, paths: [b], reason: c}]\n", "`allow` at .redhanded.yaml:1 fits, but is for b only"),
        ("max-file-size: 9\n", "a.py: larger than max-file-size in .redhanded.yaml:1 (9 bytes), so no scan reads it"),
        ("exclude: ['*.py']\n", "a.py: left out by *.py in .redhanded.yaml:1; what follows"),
    ],
)
def test_the_configuration_is_told_with_file_and_line(repo: Repo, config: str, said: str) -> None:
    assert said in _configured(repo, config)


def test_what_holds_for_a_file_holds_for_its_past_and_for_a_text_in_its_place(repo: Repo) -> None:
    _configured(repo, "exclude: [a.py]\n")
    repo.commit()
    assert "left out by a.py" in repo.run("why", "a.py", "--rev", "HEAD").out
    assert "left out by a.py" in repo.run("why", "a.py", "--text", "x").out


def test_a_gate_and_a_marker_of_the_configuration_are_told(repo: Repo) -> None:
    told = _configured(repo, "min-confidence: 0.985\n", f'password = "{_PASSWORD}"\n')
    assert "config     min-confidence 0.985 by .redhanded.yaml:1" in told
    told = _configured(repo, "markers: {gitleaks: off}\n", _key(1, "  # gitleaks:allow"))
    assert ".redhanded.yaml:1: gitleaks's markers are not honoured" in told


def test_a_value_in_a_kubernetes_secret_is_told_where_it_stands(tmp_path: Path) -> None:
    files = _files(random.Random(0))
    (tmp_path / "k8s.yaml").write_text(files["k8s.yaml"])
    told = redhanded("why", "k8s.yaml:6", cwd=tmp_path).out
    assert "k8s.yaml:6:13  generic-password: found" in told
    assert re.search(r"encoded    it stands there as .*base64", told)
    assert _PASSWORD not in told


def test_the_policy_of_a_commit_is_told_not_that_on_disk(repo: Repo) -> None:
    repo.add("sub/a.py", _key(1) + _key(2))
    repo.add(".redhanded.yaml", "severity: {github-pat: low}\n")
    repo.git("add", *accept(repo.path, [token(seed=2)]))
    base = repo.commit()
    repo.write(".redhanded.yaml", "skip: [github-pat]\n")
    repo.write("sub/.redhanded.yaml", "exclude: ['*.py']\n")
    shutil.rmtree(repo.path / ".redhanded")
    assert "it is turned off by .redhanded.yaml:1" in repo.run("why", "sub/a.py:1").out
    for folder, name in ((repo.path, "sub/a.py"), (repo.path / "sub", "a.py")):
        told = redhanded("why", f"{name}:1", "--policy-from", "HEAD", cwd=folder)
        assert told.code == 0 and told.out.startswith(
            f"the policy is that of {base[:12]}, HEAD\n{name}:1:8  github-pat: found"
        )
        assert f"severity low by {base[:12]}:.redhanded.yaml:1" in told.out and "left out" not in told.out
        told = redhanded("why", f"{name}:2", "--policy-from", base, cwd=folder)
        assert "allowed by a suppression" in told.out
    wrong = repo.run("why", "sub/a.py:1", "--policy-from", "gone")
    assert wrong.code == 2 and "--policy-from: there is no commit gone here" in wrong.err


def test_a_policy_of_which_something_is_missing_is_told_as_such(repo: Repo, tmp_path: Path) -> None:
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.add("a.py", _key(1))
    repo.add(".redhanded.yaml", "severity: {github-pat: low}\n")
    repo.commit()
    path = tmp_path / "partial"
    repo.git("clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{repo.path}", str(path))
    told = redhanded("why", "--text", _key(1), "--policy-from", "origin/main", cwd=path)
    assert told.code == 3 and "it is .redhanded.yaml of the policy, which is not known without it" in told.out
