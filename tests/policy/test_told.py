"""What other commands tell of the configuration: the list of rules, SARIF; and where it counts outside of git."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scanner.policy.config import find_root
from tests.cli.support import assert_error
from tests.policy.support import accept, line
from tests.support import Repo, Result, redhanded, token

CONFIG = """\
skip: [github-pat]
enable: [generic-htpasswd]
severity:
  aws-*: low
custom-rules:
  provider: Acme
  rules:
    - {id: acme-key, name: Acme key, description: Opens Acme., severity: high, shape: 'acme_{base62:20}'}
"""


def listed(result: Result) -> dict[str, Any]:
    assert result.code == 0, result
    return {rule["id"]: rule for rule in json.loads(result.out)}


def test_the_list_of_rules_says_what_holds_here(repo: Repo) -> None:
    repo.write(".redhanded.yaml", CONFIG)
    (repo.path / "sub").mkdir()
    rules = listed(redhanded("rules", "list", "--format", "json", cwd=repo.path / "sub"))
    assert (rules["github-pat"]["in_use"], rules["github-pat"]["said"]) == (False, ["off by .redhanded.yaml:1"])
    assert (rules["generic-htpasswd"]["in_use"], rules["generic-htpasswd"]["enabled"]) == (True, False)
    assert rules["aws-access-key-id"]["severity"] == "low"
    assert rules["aws-access-key-id"]["said"] == ["severity by .redhanded.yaml:4, of itself critical"]
    assert rules["acme-key"]["in_use"]
    text = repo.run("rules", "list").out
    assert "off by .redhanded.yaml:1" in text and "off by default" in text


def test_a_rule_is_shown_with_what_holds_here(repo: Repo) -> None:
    repo.write(".redhanded.yaml", CONFIG)
    shown = repo.run("rules", "show", "github-pat").out
    assert "in use          no" in shown and "here            off by .redhanded.yaml:1\n" in shown
    assert "severity        low\n" in repo.run("rules", "show", "aws-access-key-id").out
    assert "defined in      .redhanded.yaml:8\n" in repo.run("rules", "show", "acme-key").out


def test_a_configuration_without_built_in_rules_leaves_its_own(repo: Repo) -> None:
    repo.write(".redhanded.yaml", f"builtin-rules: off\n{CONFIG.partition('  aws-*: low')[2]}".lstrip())
    assert [*listed(repo.run("rules", "list", "--format", "json"))] == ["acme-key"]


def test_a_wrong_configuration_does_not_keep_the_rules_from_being_looked_up(repo: Repo) -> None:
    repo.write(".redhanded.yaml", "skip: [zzzz]\n")
    assert_error(repo.run("scan", "."), "there is no rule 'zzzz'", "`redhanded rules list`")
    result = repo.run("rules", "list")
    assert result.code == 0 and "github-pat" in result.out
    assert result.err.startswith("redhanded: without the configuration, as that is wrong: .redhanded.yaml:1: ")


def test_sarif_tells_what_the_configuration_changes(repo: Repo) -> None:
    repo.write(".redhanded.yaml", CONFIG)
    (run,) = json.loads(repo.run("scan", ".", "--format", "sarif").out)["runs"]
    told = [one["message"]["text"] for one in run["invocations"][0]["toolConfigurationNotifications"]]
    assert "The configuration: .redhanded.yaml:1: turns off github-pat" in told
    assert "The configuration: .redhanded.yaml:4: severity of aws-* is low" in told


@pytest.mark.parametrize("folder", [".", "sub", "sub/deep"])
def test_suppressions_outside_of_git_count_below_their_folder(tmp_path: Path, folder: str) -> None:
    (tmp_path / "sub/deep").mkdir(parents=True)
    (tmp_path / folder / "a.py").write_text(line(1))
    accept(tmp_path, [token(seed=1)])
    assert find_root(str(tmp_path / folder)) == str(tmp_path)
    for where in (tmp_path, tmp_path / folder):
        assert redhanded("scan", ".", cwd=where).code == 0
    assert redhanded("scan", "a.py", cwd=tmp_path / folder).code == 0
    assert "allowed by a suppression" in redhanded("why", "a.py:1", cwd=tmp_path / folder).out


def test_the_suppressions_of_a_folder_above_a_repository_are_not_the_repositorys(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.write("a.py", line(1))
    accept(tmp_path, [token(seed=1)])
    assert repo.run("scan", ".").code == 1


def test_the_command_that_is_printed_works_in_the_folder_where_it_is_read(repo: Repo) -> None:
    repo.write("sub/a.py", line(1))
    folder = repo.path / "sub"
    (finding,) = json.loads(redhanded("scan", ".", "--format", "json", cwd=folder).out)["findings"]
    told = redhanded("allow", "add", finding["fingerprint"], "--reason", "a test", cwd=folder).out
    (command,) = [text.partition(": git ")[2] for text in told.splitlines() if text.startswith("commit it: ")]
    repo.git("-C", "sub", *command.split())
    assert repo.git("diff", "--cached", "--name-only").startswith(".redhanded/allow/")


def test_outside_of_git_nothing_is_said_of_commits(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(line(1))
    result = redhanded("baseline", "create", "--reason", "a test", "--owner", "ada", cwd=tmp_path)
    assert result.code == 0 and "git add" not in result.out


def test_no_option_is_shortened(repo: Repo) -> None:
    assert_error(repo.run("config", "show", "--pat", "a"), "has no option '--pat'", "did you mean --path?")
    assert_error(repo.run("rules", "list", "--form", "json"), "has no option '--form'", "did you mean --format?")


def test_a_rule_that_yields_is_told_after_the_one_that_stays_and_in_short(repo: Repo) -> None:
    repo.write("a.py", line(1))
    told = repo.run("why", "a.py:1").out
    assert told.index("github-pat: found") < told.index("generic-secret: yields")
    assert "line: " not in told and "line: " in repo.run("why", "a.py:1", "--all-features").out
