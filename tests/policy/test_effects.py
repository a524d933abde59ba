"""What a configuration does to a scan: in real repositories, by each command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.support import RULE, assert_error
from tests.support import Repo, Result, redhanded, token

PAT = f'KEY = "{token()}"\n'
PLAIN = f"see {token()}\n"  # which no generic rule looks at
ACME = "acme_" + "Zk3Qp9Lm2Xv7Bn4Tr8Wd"
INLINE = "custom-rules:\n" + "".join(f"  {line}\n" for line in RULE.splitlines())


def report(result: Result) -> Any:
    assert result.code in (0, 1, 3), result
    return json.loads(result.out)


def found(result: Result) -> list[str]:
    return sorted(f"{one['location']['path']}:{one['rule_id']}" for one in report(result)["findings"])


def silenced(result: Result) -> list[tuple[str, str]]:
    return sorted((one["location"]["path"], one["reason"]) for one in report(result)["suppressed"])


EVERY = [("scan", "."), ("staged",), ("history",)]


def run(repo: Repo, command: tuple[str, ...], *more: str, code: int | None = None) -> Result:
    result = repo.run(*command, "--format", "json", *more)
    assert code is None or result.code == code, result
    return result


def configured(repo: Repo, text: str, command: tuple[str, ...]) -> None:
    repo.write(".redhanded.yaml", text)
    if command[0] == "history":
        repo.commit("change", "--allow-empty")


@pytest.mark.parametrize("command", EVERY)
def test_a_rule_is_skipped(repo: Repo, command: tuple[str, ...]) -> None:
    repo.add("a.py", PLAIN)
    configured(repo, "# why\nskip:\n  - github-*\n", command)
    assert found(run(repo, command, code=0)) == []
    told = repo.run(*command, "-v").out
    assert ".redhanded.yaml:3: turns off github-app-installation-token" in told
    assert "The configuration changes 1 setting" in repo.run(*command).out
    assert found(run(repo, command, "--only", "github-pat", code=1)) == ["a.py:github-pat"]  # has the last word


@pytest.mark.parametrize("command", EVERY)
def test_custom_rules_find(repo: Repo, command: tuple[str, ...]) -> None:
    repo.add("a.txt", f"x {ACME}\n")
    configured(repo, INLINE, command)
    assert found(run(repo, command, code=1)) == ["a.txt:acme-key"]


@pytest.mark.parametrize("command", EVERY)
def test_rule_files_find(repo: Repo, command: tuple[str, ...]) -> None:
    repo.add("a.txt", f"x {ACME}\n")
    repo.write("security/acme.yaml", RULE)
    configured(repo, "rules: [security/acme.yaml]\n", command)
    assert found(run(repo, command, code=1)) == ["a.txt:acme-key"]


@pytest.mark.parametrize("command", EVERY)
def test_the_built_in_rules_go_only_when_that_is_said(repo: Repo, command: tuple[str, ...]) -> None:
    repo.add("a.txt", f"{PLAIN}x {ACME}\n")
    configured(repo, f"builtin-rules: off\n{INLINE}", command)
    assert found(run(repo, command, code=1)) == ["a.txt:acme-key"]
    repo.write(".redhanded.yaml", f"skip: ['github-*']\n{INLINE}")
    assert found(run(repo, command, code=1)) == ["a.txt:acme-key"]
    repo.write(".redhanded.yaml", f"{INLINE}skip:\n  - '*'\nenable: [acme-key]\n")
    assert_error(repo.run(*command), ".redhanded.yaml:10: `skip` leaves none of the built-in", "`builtin-rules: off`")
    repo.write(".redhanded.yaml", "# none\nbuiltin-rules: off\n")
    assert_error(repo.run(*command), ".redhanded.yaml:2: `builtin-rules: off` leaves no rules", "under `rules`")
    repo.write(".redhanded.yaml", "exclude: ['*']\n")
    assert_error(repo.run(*command), ".redhanded.yaml:1: `exclude` leaves out everything", "`include`")
    repo.write(".redhanded.yaml", "exclude: ['*']\ninclude: [a.txt]\n")
    assert repo.run(*command).code == 1


@pytest.mark.parametrize("command", EVERY)
def test_a_severity_is_changed_and_said(repo: Repo, command: tuple[str, ...]) -> None:
    repo.add("a.py", PAT)
    configured(repo, "severity:\n  'github-*': high\n  github-pat: low\n", command)
    (finding,) = report(run(repo, command, code=1))["findings"]
    assert finding["severity"] == "low"
    assert "severity low by .redhanded.yaml:3; the rule says critical" in finding["notes"]
    configured(repo, "severity: {github-pat: info}\n", command)
    assert repo.run(*command).code == 0


@pytest.mark.parametrize("command", EVERY)
def test_values_are_allowed_with_a_reason(repo: Repo, command: tuple[str, ...]) -> None:
    repo.add("a.py", PAT)
    repo.add("b.py", f'KEY = "{token(seed=2)}"\n')
    start = token()[:12]
    configured(repo, f"allow:\n  - value: '{start}.*'\n    reason: the sandbox's key\n", command)
    result = run(repo, command, code=1)
    assert found(result) == ["b.py:github-pat"]
    assert silenced(result) == [("a.py", "config")]
    assert report(result)["suppressed"][0]["detail"] == "the sandbox's key (.redhanded.yaml:2)"
    assert "a.py:1:8  [github-pat] ghp_********  config: the sandbox's key" in repo.run(*command, "-v").out
    # The whole value, not a part of it.
    configured(repo, f"allow: [{{value: '{start}', reason: r}}]\n", command)
    assert found(run(repo, command)) == ["a.py:github-pat", "b.py:github-pat"]


@pytest.mark.parametrize("command", EVERY)
def test_lines_are_allowed_for_some_rules_and_paths(repo: Repo, command: tuple[str, ...]) -> None:
    for name in ("docs/a.md", "app/a.py"):
        repo.add(name, f'sample = "{token(seed=name)}"\n')
    configured(repo, "allow:\n  - {line: '^sample', paths: [docs/], reason: r}\n", command)
    result = run(repo, command)
    assert (found(result), silenced(result)) == (["app/a.py:github-pat"], [("docs/a.md", "config")])
    configured(repo, "allow:\n  - {line: '^sample', rules: [aws-*], reason: r}\n", command)
    assert len(found(run(repo, command))) == 2


@pytest.mark.parametrize("command", EVERY)
def test_a_folders_file_holds_below_it(repo: Repo, command: tuple[str, ...]) -> None:
    for name in ("a.py", "one/a.py", "one/deep/a.py", "one/deep/b.py", "two/a.py"):
        repo.add(name, f'KEY = "{token(seed=name)}"\n')
    repo.write("one/.redhanded.yaml", "skip: [github-pat]\n")
    repo.write("one/deep/.redhanded.yaml", "exclude: [b.py]\n")
    configured(repo, "severity: {github-pat: high}\n", command)
    repo.write("two/.redhanded.yaml", "severity: {github-pat: low}\n")
    result = run(repo, command)
    assert found(result) == ["a.py:github-pat", "two/a.py:github-pat"]
    assert sorted(one["severity"] for one in report(result)["findings"]) == ["high", "low"]
    told = repo.run(*command, "-v").out
    assert told.count("skipped: one/.redhanded.yaml:1 turns the rule off here") >= 2
    assert "by b.py in one/deep/.redhanded.yaml:1" in told


def test_in_history_a_secret_is_silenced_only_when_all_its_places_are(repo: Repo) -> None:
    for name in ("docs/a.md", "app/a.py"):
        repo.add(name, PAT)
    repo.commit()
    text = "allow: [{value: 'ghp_.*', paths: [docs/], reason: r}]\n"
    for more, left in (("", 1), ("exclude: [app/]\n", 0)):
        repo.write(".redhanded.yaml", text + more)
        assert len(report(repo.run("history", "--format", "json"))["findings"]) == left


@pytest.mark.parametrize("command", EVERY)
def test_what_is_excluded_can_be_taken_back(repo: Repo, command: tuple[str, ...]) -> None:
    for name in ("vendor/theirs/a.py", "vendor/ours/a.py"):
        repo.add(name, f'KEY = "{token(seed=name)}"\n')
    configured(repo, "exclude: [vendor/]\ninclude: [vendor/ours/]\n", command)
    assert found(run(repo, command)) == ["vendor/ours/a.py:github-pat"]


@pytest.mark.parametrize("command", EVERY)
def test_gate_and_confidence_come_from_the_file_unless_the_command_line_says_otherwise(
    repo: Repo, command: tuple[str, ...]
) -> None:
    repo.add("a.py", PAT)
    configured(repo, "fail-on: never\n", command)
    result = repo.run(*command)
    assert result.code == 0 and "(fail-on: never in .redhanded.yaml:1;" in result.err
    assert repo.run(*command, "--fail-on", "proven").code == 1
    configured(repo, "min-confidence: 1\n", command)
    assert found(run(repo, command)) == []
    assert found(run(repo, command, "--min-confidence", "0.5")) == ["a.py:github-pat"]


@pytest.mark.parametrize("command", EVERY)
def test_what_is_larger_than_the_limit_is_not_read_and_said(repo: Repo, command: tuple[str, ...]) -> None:
    repo.add("a.py", PAT + "#" * 3000)
    configured(repo, "max-file-size: 2 KB\n", command)
    result = repo.run(*command)
    assert result.code == 3
    assert "larger than the limit (is over 2000 bytes)" in result.out


def test_the_users_file_is_the_weaker_one(repo: Repo, tmp_path: Path) -> None:
    repo.add("a.py", PAT)
    env = {"XDG_CONFIG_HOME": str(tmp_path / "etc")}
    user = tmp_path / "etc/redhanded/config.yaml"
    user.parent.mkdir(parents=True)
    user.write_text("skip: [github-pat]\nfail-on: never\n")
    assert repo.run("scan", ".", env=env).code == 0
    assert repo.run("staged", env=env).code == 0
    assert f"{user}:1: turns off github-pat" in repo.run("scan", ".", "-v", env=env).out
    repo.write(".redhanded.yaml", "enable: [github-pat]\nfail-on: proven\n")
    assert repo.run("scan", ".", env=env).code == 1
    user.write_text("skp: []\n")
    for command in EVERY[:2]:
        assert_error(repo.run(*command, env=env), f"{user}:1: unknown key 'skp'")


def test_of_several_repositories_each_has_its_own_file_for_its_paths(tmp_path: Path) -> None:
    for name in ("one", "two"):
        Repo(tmp_path / name).write("a.py", f'KEY = "{token(seed=name)}"\n')
    (tmp_path / "one/.redhanded.yaml").write_text("skip: [github-pat]\n")
    (tmp_path / "two/.redhanded.yaml").write_text("severity: {github-pat: low}\n")
    result = redhanded("scan", "one", "two", "--format", "json", cwd=tmp_path)
    assert (found(result), silenced(result)) == (["two/a.py:github-pat"], [("one/a.py", "skipped")])
    (tmp_path / "two/.redhanded.yaml").write_text("fail-on: never\n")
    result = redhanded("scan", "one", "two", cwd=tmp_path)
    assert_error(result, "two/.redhanded.yaml: `fail-on` holds for a whole run", "in a run of its own")


def test_standard_input_is_judged_by_the_rules_of_where_one_stands(repo: Repo) -> None:
    repo.write(".redhanded.yaml", INLINE)
    assert repo.run("scan", "-", stdin=f"x {ACME}\n".encode()).code == 1


@pytest.mark.parametrize(
    ("text", "problem", "help"),
    [
        ("skip:\n  - github-pta\n", ":2: there is no rule 'github-pta'", "did you mean github-pat?"),
        ("enable: [acme*]\n", ":1: there is no rule 'acme*'", "rules list"),
        ("severity:\n  github-pta: low\n", ":2: there is no rule", "github-pat"),
        ("allow: [{value: a, reason: b, rules: [github-pta]}]\n", ":1: there is no rule", "github-pat"),
        ("rules: [no.yaml]\n", ":1: there is no rule file 'no.yaml'", "links are not followed"),
    ],
)
def test_names_that_nobody_has_are_errors(repo: Repo, text: str, problem: str, help: str) -> None:
    repo.add("a.py", PAT)
    repo.write(".redhanded.yaml", text)
    for command in (*EVERY[:2], ("config", "show")):
        assert_error(repo.run(*command), f".redhanded.yaml{problem}", help)


def test_who_skips_a_built_in_rule_may_work_where_there_is_none(repo: Repo) -> None:
    user = repo.path / "home" / "redhanded" / "config.yaml"
    repo.write("home/redhanded/config.yaml", "skip: [jwt]\nseverity: {github-pat: low}\n")
    env = {"XDG_CONFIG_HOME": str(user.parent.parent)}
    repo.write("app/x.txt", f"x {ACME}\n")
    repo.write(".redhanded.yaml", "builtin-rules: off\n" + INLINE)
    assert repo.run("scan", "app", env=env).code == 1
    user.write_text("skip: [jtw]\n")
    assert_error(repo.run("scan", "app", env=env), f"{user}:1: there is no rule 'jtw'")


def test_a_wrong_custom_rule_is_an_error_with_its_line(repo: Repo) -> None:
    repo.write(".redhanded.yaml", "# a\n" + INLINE.replace("severity: high", "severity: urgent"))
    result = repo.run("scan", ".")
    assert result.code == 2 and result.err.startswith("error: .redhanded.yaml:8: `severity` is 'urgent'")


def test_the_receipt_says_what_the_configuration_changes(repo: Repo) -> None:
    repo.write(".redhanded.yaml", "skip: [github-pat]\nbuiltin-rules: on\nmarkers: {gitleaks: off}\n")
    repo.run("scan", ".", "--receipt", "receipt.json")
    told = json.loads((repo.path / "receipt.json").read_text())
    assert told["policy"] == [
        ".redhanded.yaml:1: turns off github-pat",
        ".redhanded.yaml:3: gitleaks's markers are not honoured",
    ]
