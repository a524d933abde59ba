"""What a suppression hides, in every command and format; and what it must not hide."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from scanner import scan_paths
from scanner.policy.allowfolder import FOLDER, add
from scanner.policy.suppress import Matching, Secret
from scanner.redact import fingerprint
from tests.policy.support import RULE, SOME_DAY, YESTERDAY, accept, entry, found, line, places
from tests.support import Repo, redhanded, token

SCANS = (("scan", "."), ("staged",), ("history",), ("ci", "--trust-suppressions", "--range", "{start}..HEAD"))


def commands(repo: Repo, start: str) -> list[list[str]]:
    return [[word.format(start=start) for word in command] for command in SCANS]


@pytest.fixture
def accepted(repo: Repo) -> Repo:
    """A repository whose second commit has two secrets, of which one is accepted."""
    repo.add("README", "hello\n")
    repo.commit()
    repo.add("a.py", line("mine"))
    repo.add("b.py", line("other"))
    accept(repo.path, [token(seed="mine")])
    return repo


def test_every_command_hides_it_and_no_other(accepted: Repo) -> None:
    start = accepted.git("rev-parse", "HEAD")
    staged = found(accepted.run("staged", "--format", "json"))
    accepted.git("add", "-A")
    accepted.commit()
    reports = [
        found(accepted.run(*command, "--format", "json"))
        for command in commands(accepted, start)
        if command[0] != "staged"
    ]
    for report in [staged, *reports]:
        assert places(report) == ["b.py"], report["command"]
        (hidden,) = report["suppressed"]
        assert (hidden["reason"], hidden["detail"]) == ("allowed", "made up for tests")
        assert (hidden["owner"], hidden["location"]["path"]) == ("ada@example.com", "a.py")


def test_a_push_hides_it_too(accepted: Repo) -> None:
    start = accepted.git("rev-parse", "HEAD")
    accepted.git("add", "-A")
    head = accepted.commit()
    update = f"refs/heads/main {head} refs/heads/main {start}\n".encode()
    assert places(
        found(accepted.run("push", "--trust-suppressions", "origin", "there", "--format", "json", stdin=update))
    ) == ["b.py"]


def test_people_see_how_many_are_allowed_and_with_v_by_whom(accepted: Repo) -> None:
    assert "1 finding allowed (-v lists them)." in accepted.run("scan", ".").out
    shown = accepted.run("scan", ".", "-v").out
    assert "a.py:1:8  [github-pat] ghp_********  allowed: made up for tests (ada@example.com)" in shown


def test_sarif_says_that_it_is_suppressed_from_outside(accepted: Repo) -> None:
    (run,) = json.loads(accepted.run("scan", ".", "--format", "sarif").out)["runs"]
    told = {r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]: r["suppressions"] for r in run["results"]}
    assert told == {
        "a.py": [{"kind": "external", "justification": "made up for tests (ada@example.com)"}],
        "b.py": [],
    }


@pytest.mark.parametrize(("cwd", "path"), [(".", "."), ("sub", ".."), ("..", "repo"), ("/", None), (".", "a.py")])
def test_it_holds_wherever_the_scan_is_started(accepted: Repo, cwd: str, path: str | None) -> None:
    (accepted.path / "sub").mkdir()
    result = redhanded("scan", path or str(accepted.path), "--format", "json", cwd=accepted.path / cwd)
    assert [one["reason"] for one in found(result)["suppressed"]] == ["allowed"]


def test_standard_input_belongs_to_the_repository_where_one_stands(accepted: Repo) -> None:
    assert accepted.run("scan", "-", stdin=line("mine").encode()).code == 0
    assert accepted.run("scan", "-", stdin=line("third").encode()).code == 1


def test_the_library_hides_it_too(accepted: Repo) -> None:
    report = scan_paths([accepted.path])
    assert [Path(one.location.origin.path.decode()).name for one in report.findings] == ["b.py"]


def test_a_repository_has_no_say_over_another(tmp_path: Path) -> None:
    for name in ("one", "two"):
        Repo(tmp_path / name).write("a.py", line("same"))
    accept(tmp_path / "one", [token(seed="same")])
    result = redhanded("scan", "one", "two", "--format", "json", cwd=tmp_path)
    assert places(found(result)) == ["two/a.py"]
    assert places(found(result), "suppressed") == ["one/a.py"]


@pytest.mark.parametrize(
    ("paths", "hidden"),
    [
        (("a.py",), True),
        (("docs/",), True),
        (("docs/", "a.py"), True),
        (("*.py",), True),
        (("other/",), False),
        (("/py",), False),
    ],
)
def test_a_scope_of_paths_for_each_place_on_disk(repo: Repo, paths: tuple[str, ...], hidden: bool) -> None:
    where = "docs/x.txt" if paths == ("docs/",) else "a.py"
    repo.write(where, line("mine"))
    accept(repo.path, [token(seed="mine")], paths=paths)
    assert repo.run("scan", ".").code == (0 if hidden else 1)


@pytest.mark.parametrize(("paths", "hidden"), [(("docs/", "a.py"), True), (("docs/",), False), (("a.py",), False)])
def test_in_history_a_scope_must_cover_all_places(repo: Repo, paths: tuple[str, ...], hidden: bool) -> None:
    repo.add("docs/a.md", line("mine"))
    repo.commit()
    repo.add("a.py", line("mine") + "# more\n")
    repo.commit()
    accept(repo.path, [token(seed="mine")], paths=paths)
    report = found(repo.run("history", "--format", "json"))
    assert (report["findings"] == []) is hidden


def test_a_message_is_in_no_path(repo: Repo) -> None:
    repo.add("a.py", "x = 1\n")
    repo.commit(f"key {token(seed='mine')}")
    accept(repo.path, [token(seed="mine")], paths=("*",))
    assert repo.run("history").code == 1
    accept(repo.path, [token(seed="mine")])
    assert repo.run("history").code == 0


def test_what_has_expired_hides_nothing_and_is_told(repo: Repo) -> None:
    repo.write("a.py", line("mine"))
    accept(repo.path, [token(seed="mine")], expires=YESTERDAY)
    result = repo.run("scan", ".")
    assert result.code == 1
    assert "has expired on 2020-01-01, and hides nothing: made up for tests (ada@example.com)" in result.err
    report = found(repo.run("scan", ".", "--format", "json"))
    assert [(one["kind"], one["fails"]) for one in report["notices"]] == [("expired", True)]


def test_what_has_not_expired_hides(repo: Repo) -> None:
    repo.write("a.py", line("mine"))
    accept(repo.path, [token(seed="mine")], expires=SOME_DAY)
    assert repo.run("scan", ".", "--strict-policy").code == 0


@pytest.mark.parametrize("command", [["scan", "."], ["staged"], ["history"]])
def test_strict_policy_fails_for_what_has_expired_even_with_no_finding(repo: Repo, command: list[str]) -> None:
    repo.add("a.py", "x = 1\n")
    repo.commit()
    accept(repo.path, [token(seed="mine")], expires=YESTERDAY)
    assert repo.run(*command).code == 0
    strict = repo.run(*command, "--strict-policy")
    assert strict.code == 1
    assert "the policy is not in order, so --strict-policy fails this run" in strict.err


def test_strict_policy_fails_for_what_is_unused_only_where_all_was_read(repo: Repo) -> None:
    repo.add("a.py", "x = 1\n")
    first = repo.commit()
    repo.add("a.py", "x = 2\n")
    repo.commit()
    accept(repo.path, [token(seed="mine")])
    assert repo.run("scan", ".", "--strict-policy").code == 0  # the history may need it
    assert "it may be for the history" in repo.run("scan", ".", "-v").err
    assert repo.run("history", "--since", first, "--strict-policy").code == 0
    assert repo.run("history", "--only", "aws-*", "--strict-policy").code == 0  # its rule is not in use
    assert repo.run("history").code == 0
    assert repo.run("history", "--strict-policy").code == 1
    assert "matches nothing: made up for tests" in repo.run("history").err


def test_outside_of_git_all_is_in_the_files(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    accept(tmp_path, [token(seed="mine")])
    assert redhanded("scan", ".", "--strict-policy", cwd=tmp_path).code == 1


def test_a_credential_of_two_parts_is_hidden_when_both_are(repo: Repo) -> None:
    key, secret, other = "AKIA" + token("{base32:16}"), token("{base62:40}", "s"), token("{base62:40}", "t")
    repo.write("a.py", f'aws_access_key_id = "{key}"\naws_secret_access_key = "{secret}"\n')
    (one,) = found(repo.run("scan", ".", "--format", "json"))["findings"]
    assert len(one["parts"]) == 1
    assert repo.run("allow", "add", one["fingerprint"], "--reason", "x").code == 0
    assert repo.run("scan", ".").code == 0
    repo.write("a.py", f'aws_access_key_id = "{key}"\naws_secret_access_key = "{other}"\n')
    assert repo.run("scan", ".").code == 1  # the other half is a new secret


def test_a_rule_of_another_name_is_another_finding(repo: Repo) -> None:
    repo.write("a.py", line("mine"))
    made = entry(token(seed="mine"))._replace(rule="github-oauth")
    add(str(repo.path), [made])
    assert repo.run("scan", ".").code == 1


def test_a_commit_with_nothing_in_it_takes_the_short_cut(repo: Repo) -> None:
    repo.add("a.py", "x = 1\n")
    repo.write(f"{FOLDER}/broken.yaml", "{")
    assert repo.run("staged").code == 0


def test_the_entries_are_no_secrets_themselves(repo: Repo) -> None:
    accept(repo.path, [token(seed=number) for number in range(200)])
    report = found(repo.run("scan", ".", "--format", "json"))
    assert report["findings"] == []


def test_a_value_is_derived_once_however_often_it_stands(repo: Repo) -> None:
    repo.write("many.py", line("mine") * 5_000)
    accept(repo.path, [token(seed="mine")])
    report = found(repo.run("scan", ".", "--format", "json", timeout=60))
    assert (len(report["findings"]), len(report["suppressed"])) == (0, 5_000)
    mine = Secret(RULE, fingerprint(RULE, token(seed="mine").encode()))
    started = time.monotonic()
    assert len(Matching([entry(token(seed="mine"))], [mine] * 50_000).of(mine)) == 1
    assert time.monotonic() - started < 10  # 50,000 derivations would take a minute and more


def test_what_no_entry_is_about_is_not_derived() -> None:
    secrets = [Secret("another-rule", f"{number:032x}") for number in range(50_000)]
    started = time.monotonic()
    assert Matching([entry("a")], secrets).of(secrets[0]) == []
    assert time.monotonic() - started < 10
