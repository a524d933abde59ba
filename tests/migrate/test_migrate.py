"""`redhanded migrate` on real repositories: then exactly what others had accepted is quiet, and the rest is told."""

from __future__ import annotations

import json

import pytest

from scanner.policy.allowfolder import FOLDER, load
from scanner.policy.config import NAME
from scanner.policy.layer import parse
from tests.doctor.support import picture
from tests.policy.support import YESTERDAY, accept, found, line
from tests.refine.keymaker import openssl
from tests.support import Repo, redhanded, token


def read(repo: Repo, name: str = NAME) -> str:
    return (repo.path / name).read_text(encoding="utf-8")


def open_places(repo: Repo, command: str = "scan") -> list[str]:
    """Return where findings are still reported, as path:line."""
    report = found(repo.run(command, "--format", "json"))
    return sorted(f"{one['location']['path']}:{one['location']['start']['line']}" for one in report["findings"])


def test_fingerprints_of_files_are_taken_over_and_nothing_else(repo: Repo) -> None:
    repo.add("app/a.py", line(1) + "\n" + line(2))
    repo.add("b.py", line(3))
    repo.commit()
    repo.write(".gitleaksignore", "# ours\napp/a.py:github-pat:3\n\nb.py:github-pat:7\ngone.py:github-pat:1\n")
    result = repo.run("migrate", "--yes")
    assert result.code == 0, result
    assert "taken over: 1 finding" in result.out and "no harm: 2" in result.out
    assert ".gitleaksignore:5: gone.py:github-pat:1: the file is gone" in result.out
    assert open_places(repo) == ["app/a.py:1", "b.py:1"]
    (entry,) = load(str(repo.path))
    assert (entry.reason, entry.owner) == ("accepted in .gitleaksignore", "ada@example.com")
    assert not (repo.path / NAME).exists()


def test_a_commit_is_looked_into_as_it_was(repo: Repo) -> None:
    repo.add("a.py", line(1))
    first = repo.commit()
    repo.add("a.py", "# moved\n" + line(2) + line(3))
    second = repo.commit()
    repo.git("mv", "a.py", "c.py")
    repo.commit()
    repo.write(".gitleaksignore", f"{first}:a.py:github-pat:1\n{second[:10]}:a.py:some-rule:3\n{'0' * 40}:x.py:a:1\n")
    result = repo.run("migrate", "--yes")
    assert (result.code, "taken over: 2 findings" in result.out) == (0, True), result
    assert "its commit is not in this repository" in result.out
    assert open_places(repo, "history") == ["a.py:2"]
    assert open_places(repo) == ["c.py:2"]


def test_a_commit_that_was_squashed_is_left_with_what_may_be_meant(repo: Repo) -> None:
    repo.add("a.py", line(1))
    repo.commit()
    repo.write(".gitleaksignore", f"{'ab' * 20}:a.py:github-pat:1\n")
    result = repo.run("migrate", "--yes")
    assert (result.code, "is it [github-pat]? redhanded allow add" in result.out) == (1, True), result
    assert open_places(repo) == ["a.py:1"]


def test_without_the_history_commits_are_left(repo: Repo) -> None:
    repo.add("a.py", line(1))
    commit = repo.commit()
    repo.write(".gitleaksignore", f"{commit}:a.py:github-pat:1\n")
    result = repo.run("migrate", "--yes", "--no-history")
    assert (result.code, "the history was not read" in result.out) == (1, True), result


@pytest.mark.parametrize(
    ("ignored", "code", "why"),
    [
        ("a.py:slack-bot-token:1", 1, "is of another kind, [github-pat]"),
        ("a.py:generic-api-key:1", 0, "taken over: 1 finding"),
        ("a.py:ghe-token:1", 0, "taken over: 1 finding"),
        (r"a\b.py:github-pat:1", 0, "the file is gone"),
        ("a.py:github-pat", 1, "is no fingerprint"),
        ("*:github-pat:1", 1, "wildcard"),
        ("a.py:github-pat:0", 0, "finds nothing there"),
    ],
)
def test_a_fingerprint_is_taken_at_its_word(repo: Repo, ignored: str, code: int, why: str) -> None:
    repo.add("a.py", line(1))
    repo.commit()
    repo.write(".gitleaksignore", ignored + "\n")
    result = repo.run("migrate", "--yes")
    assert result.code == code and why in result.out, result
    assert bool(load(str(repo.path))) == ("taken over: 1" in result.out)


def test_which_of_two_secrets_on_a_line_is_asked_of_a_person(repo: Repo) -> None:
    other = token("sk_live_{base62:24}", 4)
    repo.write("a.py", f'{{"a": "{token(seed=1)}", "b": "{other}"}}\n')
    repo.write(".gitleaksignore", "a.py:our-own-rule:1\n")
    result = repo.run("migrate", "--yes")
    assert (result.code, "2 secrets are found on that line" in result.out) == (1, True), result
    repo.write(".gitleaksignore", "a.py:github-pat:1\n")
    assert repo.run("migrate", "--yes").code == 0
    report = found(repo.run("scan", "--format", "json"))
    assert [one["rule_id"] for one in report["findings"]] == ["stripe-secret-key"]


def test_a_credential_of_parts_needs_each_part(repo: Repo) -> None:
    key, secret = token("AKIA{[A-Z2-7]:16}", 1), token("{base62:40}", 2)
    repo.write("a.sh", f"AWS_ACCESS_KEY_ID={key}\nAWS_SECRET_ACCESS_KEY={secret}\n")
    repo.write(".gitleaksignore", "a.sh:aws-access-token:1\n")
    before = open_places(repo)
    assert len(before) == 1
    result = repo.run("migrate", "--yes")
    assert (result.code, "one part of a credential" in result.out) == (1, True), result
    assert open_places(repo) == before
    repo.write(".gitleaksignore", "a.sh:aws-access-token:1\na.sh:generic-api-key:2\n")
    assert repo.run("migrate", "--yes").code == 0
    assert open_places(repo) == []


GITLEAKS = r"""
title = "Acme"
[extend]
useDefault = true
disabledRules = ["jwt", "no-such-rule"]
[[rules]]
id = "acme-key"
description = "Opens Acme"
regex = '\bacme_[a-z0-9]{24}\b'
[[rules.allowlists]]
paths = ['(^|/)fixtures/']
[[rules]]
id = "their-own-rule"
[[rules.allowlists]]
regexes = ["foo"]
[[allowlists]]
description = "made for tests"
paths = ['\.lock$', '^testdata/', '[a-z]+x']
regexes = ['EXAMPLE$']
stopwords = ["dummy"]
[[allowlists]]
regexTarget = "line"
regexes = ['sandbox:']
commits = ["0123456789"]
"""


def test_a_finding_about_a_whole_file_is_none_of_theirs(repo: Repo) -> None:
    repo.write("a.env", f"TOKEN={token(seed=1)}\nAUTH_HOST=login.internal.example\n")
    before = found(repo.run("scan", "--format", "json"))["findings"]
    assert {one["rule_id"] for one in before} == {"github-pat", "env-file-with-values"}
    repo.write(".gitleaksignore", "a.env:github-pat:1\n")
    assert repo.run("migrate", "--yes").code == 0
    (after,) = found(repo.run("scan", "--format", "json"))["findings"]
    assert after["rule_id"] == "env-file-with-values"


def test_a_private_key_is_found_by_its_first_line(repo: Repo) -> None:
    repo.write("k.pem", "# mine\n" + openssl("RSA, PKCS#1"))
    assert open_places(repo) == ["k.pem:2"]
    repo.write(".gitleaksignore", "k.pem:private-key:2\n")
    assert repo.run("migrate", "--yes").code == 0
    assert open_places(repo) == []


def test_a_configuration_becomes_ours(repo: Repo) -> None:
    acme = token("acme_{base36:24}")
    repo.write(".gitleaks.toml", GITLEAKS)
    repo.write("a.py", f'KEY = "{acme}"\n')
    for name in ("fixtures/a.py", "testdata/a.py", "x.lock"):
        repo.write(name, f'KEY = "{acme}"\n{line(1)}')
    repo.write("b.py", f"sandbox: {token(seed=2)}\n")
    repo.write(".gitleaksignore", "a.py:acme-key:1\n")
    result = repo.run("migrate", "--yes")
    assert result.code == 1, result
    for told in ("'their-own-rule'", "1 allowed commit", "'[a-z]+x'", "'no-such-rule'"):
        assert told in result.out
    layer = parse(NAME, read(repo).encode())
    assert [word.text for word in layer.exclude] == ["*.lock", "/testdata/"]
    assert [word.text for word in layer.skip] == ["jwt"]
    assert [word.text for word in layer.rules] == [".redhanded/rules/gitleaks.yaml"]
    assert [one.over for one in layer.allow] == ["value", "value", "line", "value"]
    assert "reason: 'accepted in .gitleaks.toml: made for tests'" in read(repo)
    assert open_places(repo) == ["fixtures/a.py:2"]
    again = picture(repo.path)
    assert "taken over: nothing new (8 taken over already)" in repo.run("migrate", "--yes").out
    assert picture(repo.path) == again


def test_our_configuration_is_added_to_and_keeps_what_it_says(repo: Repo) -> None:
    repo.write(NAME, "# ours\nexclude:\n  - docs/   # why\n  - '*.lock'\n\nfail-on: structured\n")
    repo.write(".gitguardian.yaml", "version: 2\nsecret:\n  ignored_paths: ['*.lock', 'a/b']\n")
    assert repo.run("migrate", "--yes").code == 0
    assert read(repo) == (
        "# ours\nexclude:\n  - docs/   # why\n  - '*.lock'\n  - 'a/b'  # .gitguardian.yaml:3\n\nfail-on: structured\n"
    )


def test_what_cannot_be_added_to_is_left_to_a_person(repo: Repo) -> None:
    repo.write(NAME, "exclude: [docs/]\n")
    repo.write(".trufflehog-ignore", "# regular expressions\n^vendor/\n\\.min\\.js$\n")
    result = repo.run("migrate", "--yes")
    assert (result.code, read(repo)) == (1, "exclude: [docs/]\n")
    assert "cannot be added to" in result.out and "- '/vendor/'" in result.out and "- '*.min.js'" in result.out


def test_nothing_is_written_unasked(repo: Repo) -> None:
    repo.add("a.py", line(1))
    repo.write(".gitleaksignore", "a.py:github-pat:1\n")
    repo.write(".trufflehog-ignore", "^vendor/\n")
    before = picture(repo.path)
    result = repo.run("migrate")
    assert (result.code, "--yes does not ask" in result.err) == (2, True), result
    assert "+  - '/vendor/'" in result.out and "[github-pat] ghp_********" in result.out
    assert repo.run("migrate", "--dry-run").code == 0
    assert picture(repo.path) == before


def test_reason_owner_and_end_are_as_told(repo: Repo) -> None:
    repo.write("a.py", line(1))
    repo.write(".gitleaksignore", "a.py:github-pat:1\n")
    (repo.path / "sub").mkdir()
    more = ("--reason", "SEC-12", "--owner", "Bea", "--expires", "2999-01-01")
    assert redhanded("migrate", "--yes", *more, cwd=repo.path / "sub").code == 0
    (entry,) = load(str(repo.path))
    assert (entry.reason, entry.owner, f"{entry.expires}") == ("SEC-12", "Bea", "2999-01-01")


def test_an_expired_suppression_is_renewed(repo: Repo) -> None:
    repo.write("a.py", line(1))
    accept(repo.path, [token(seed=1)], expires=YESTERDAY)
    repo.write(".gitleaksignore", "a.py:github-pat:1\n")
    assert "taken over: 1 finding" in repo.run("migrate", "--yes").out
    assert open_places(repo) == []


def test_the_same_from_several_files_is_one_entry(repo: Repo) -> None:
    repo.write("a.py", line(1))
    for name in (".gitleaksignore", ".betterleaksignore"):
        repo.write(name, "a.py:github-pat:1\n")
    assert repo.run("migrate", "--yes").code == 0
    assert len(load(str(repo.path))) == 1 and len([*(repo.path / FOLDER).iterdir()]) == 1


def test_many_are_migrated_and_exactly_they_are_quiet(repo: Repo) -> None:
    rest = []
    ignored = []
    for number in range(60):
        name = f"src/m{number % 7}/f{number}.py"
        repo.add(name, "#\n" * (number % 5) + line(number))
        place = f"{name}:{number % 5 + 1}"
        if number % 3:
            rest.append(place)
        else:
            ignored.append(f"{name}:github-pat:{number % 5 + 1}\n")
    commit = repo.commit()
    ignored[::2] = [f"{commit}:{one}" for one in ignored[::2]]
    repo.write(".gitleaksignore", "".join(ignored))
    result = repo.run("migrate", "--yes")
    assert (result.code, "taken over: 20 findings" in result.out) == (0, True), result
    assert open_places(repo) == open_places(repo, "history") == sorted(rest)
    assert json.loads(repo.run("scan", "--format", "json").out)["summary"]["suppressed"] == 20
