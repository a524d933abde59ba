"""A pull request that edits the policy: it cannot pass by that, in whatever way, and what it does is listed."""

from __future__ import annotations

from textwrap import indent

import pytest

from tests.support import Repo, token
from tests.trust.support import BASE, RULE, begin, line, reviewed, secrets, suppress, told, unapproved

MINE = """\
provider: Mine
rules:
  - id: mine
    name: Mine
    description: Opens what is mine.
    severity: high
    shape: 'mine_{base62:20}'
"""
AT = ".redhanded.yaml"

# What the change makes of the root's configuration, what is said of it, and what the finding says of itself.
CONFIGS = [
    (BASE.replace("vendor/", "vendor/\n  - src/"), "3: excludes src/", f"`exclude: src/` at {AT}:3"),
    (f"{BASE}  - {RULE}\n", f"5: skips {RULE}", f"`skip: {RULE}` at {AT}:5"),
    (f"{BASE}  - github-*\n", "5: skips github-*", f"`skip: github-*` at {AT}:5"),
    (
        f"{BASE}severity:\n  {RULE}: info\n",
        f"6: sets the severity of {RULE} to info",
        f"`severity: {RULE}: info` at {AT}:6",
    ),
    (
        f"{BASE}allow:\n  - {{value: 'ghp_.*', reason: fine}}\n",
        "6: allows a pattern of values: fine",
        f"`allow` at {AT}:6",
    ),
    (
        f"{BASE}allow:\n  - {{line: KEY, paths: [src/], reason: fine}}\n",
        "6: allows a pattern of lines: fine",
        f"`allow` at {AT}:6",
    ),
    (f"{BASE}fail-on: never\n", "5: sets fail-on to never", f"`fail-on: never` at {AT}:5"),
    (f"{BASE}min-confidence: 1\n", "5: sets min-confidence to 1", f"`min-confidence: 1` at {AT}:5"),
    (f"{BASE}max-file-size: 10 B\n", "5: sets max-file-size to 10 bytes", None),
    (
        f"{BASE}builtin-rules: off\ncustom-rules:\n{indent(MINE, '  ')}",
        "5: turns off all built-in rules",
        f"`builtin-rules: off` at {AT}:5",
    ),
]


@pytest.mark.parametrize(("config", "what", "why"), CONFIGS, ids=[what for _, what, _ in CONFIGS])
def test_configuration_of_the_change_does_not_count_and_is_listed(
    repo: Repo, config: str, what: str, why: str | None
) -> None:
    begin(repo)
    repo.add(".redhanded.yaml", config)
    repo.add("src/app.py", line(1))
    seen = reviewed(repo)
    assert (seen.code, secrets(seen)) == (1, ["src/app.py"])
    assert f".redhanded.yaml:{what}" in told(seen)
    assert unapproved(seen) == {"src/app.py": why}
    strict = reviewed(repo, "--strict-policy", commit=False)
    assert (strict.code, secrets(strict), told(strict)) == (1, ["src/app.py"], told(seen))


def test_a_folders_configuration_does_not_count_either(repo: Repo) -> None:
    begin(repo)
    repo.add("src/.redhanded.yaml", f"skip: [{RULE}]\nexclude: [deep/]\n")
    repo.add("src/app.py", line(1))
    repo.add("src/deep/app.py", line(2))
    seen = reviewed(repo)
    assert (seen.code, secrets(seen)) == (1, ["src/app.py", "src/deep/app.py"])
    assert told(seen) == [f"src/.redhanded.yaml:1: skips {RULE}", "src/.redhanded.yaml:2: excludes deep/"]
    assert unapproved(seen)["src/deep/app.py"] == "`exclude: deep/` at src/.redhanded.yaml:2"


def test_what_goes_is_listed(repo: Repo) -> None:
    begin(repo, "exclude: [a/]\ninclude: [a/b/]\nenable: [generic-*]\nmarkers: {gitleaks: off}\nfail-on: statistical\n")
    repo.git("rm", "-q", ".redhanded.yaml")
    seen = reviewed(repo)
    assert seen.code == 0
    assert [one.partition(": ")[2] for one in told(seen)] == [
        "lets the markers of gitleaks count",
        "no longer enables generic-*",
        "no longer includes a/b/",
        "sets fail-on to contextual",
    ]
    assert reviewed(repo, "--strict-policy", commit=False).code == 1


def test_what_only_finds_more_is_not_listed(repo: Repo) -> None:
    begin(repo, "exclude: [a/]\nskip: [jwt]\nmin-confidence: 0.9\nseverity: {jwt: low}\n")
    repo.add(".redhanded.yaml", "# tidied\nmin-confidence: 0.2\nseverity: {jwt: critical}\nfail-on: statistical\n")
    seen = reviewed(repo, "--strict-policy")
    assert (seen.code, told(seen)) == (0, [])


def test_rule_files(repo: Repo) -> None:
    repo.add("rules/mine.yaml", MINE)
    begin(repo, "rules: [rules/mine.yaml]\n")
    repo.add("rules/mine.yaml", MINE.replace(":20", ":40"))
    repo.add("app.py", f"KEY = '{token('mine_{base62:20}')}'\n")
    seen = reviewed(repo)
    assert (seen.code, secrets(seen)) == (1, ["app.py"])  # by the rule as it was
    assert told(seen) == ["rules/mine.yaml:1: changes rules"]
    assert reviewed(repo, "--strict-policy", commit=False).code == 1


def test_a_suppression_of_the_change_counts_and_is_listed_but_not_under_a_strict_policy(repo: Repo) -> None:
    begin(repo)
    (file,) = suppress(repo, 1)
    repo.add("app.py", line(1))
    seen = reviewed(repo)
    listed = [f"{file}:1: adds a suppression of [{RULE}]: made up for tests (ada@example.com)"]
    assert (seen.code, secrets(seen), told(seen)) == (0, [], listed)
    strict = reviewed(repo, "--strict-policy", commit=False)
    assert (strict.code, secrets(strict), told(strict)) == (1, ["app.py"], listed)
    assert unapproved(strict) == {"app.py": f"the suppression at {file}:1"}
    approved = reviewed(repo, "--strict-policy", "--approve-policy", commit=False)
    assert (approved.code, secrets(approved), told(approved)) == (0, [], listed)


def test_a_suppression_that_is_there_before_counts_strict_or_not(repo: Repo) -> None:
    suppress(repo, 1)
    begin(repo)
    repo.add("app.py", line(1))
    seen = reviewed(repo, "--strict-policy")
    assert (seen.code, told(seen)) == (0, [])
    assert [one["reason"] for one in seen.report["suppressed"]] == ["allowed"]


@pytest.mark.parametrize("removed", [True, False], ids=["taken away", "widened"])
def test_a_suppression_that_the_change_widens(repo: Repo, removed: bool) -> None:
    (file,) = suppress(repo, 1, paths=("docs/",))
    begin(repo)
    repo.git("rm", "-q", "-r", ".redhanded")
    if not removed:
        (file,) = suppress(repo, 1)
    repo.add("app.py", line(1))
    seen = reviewed(repo)
    if removed:
        assert (seen.code, secrets(seen), told(seen)) == (1, ["app.py"], [])
        return
    words = (
        f"{file}:1: widens a suppression of [{RULE}]: lets it hold in all paths: made up for tests (ada@example.com)"
    )
    assert (seen.code, told(seen)) == (0, [words])
    assert reviewed(repo, "--strict-policy", commit=False).code == 1


COMMENTS = ["  # redhanded: allow[github-pat] a test", "  # redhanded: allow", "  # gitleaks:allow", "  # ggignore"]


@pytest.mark.parametrize("comment", COMMENTS)
def test_a_comment_of_the_change_counts_and_is_listed_but_not_under_a_strict_policy(repo: Repo, comment: str) -> None:
    begin(repo)
    repo.add("app.py", f"a = 1\n{line(1, comment)}")
    seen = reviewed(repo)
    reason = "a test" if "test" in comment else "no reason given"
    assert (seen.code, told(seen)) == (0, [f"app.py:2: allows a finding of [{RULE}] by a comment: {reason}"])
    strict = reviewed(repo, "--strict-policy", commit=False)
    assert (strict.code, secrets(strict)) == (1, ["app.py"])
    assert reviewed(repo, "--strict-policy", "--approve-policy", commit=False).code == (0 if "test" in comment else 1)


def test_an_old_comment_beside_a_new_secret_is_the_changes_own(repo: Repo) -> None:
    repo.add("app.py", f"# redhanded: allow[{RULE}] of the sandbox\n{line('old')}")
    begin(repo)
    repo.add("app.py", f"# redhanded: allow[{RULE}] of the sandbox\n{line('new')}")
    assert reviewed(repo).code == 0
    strict = reviewed(repo, "--strict-policy", commit=False)
    assert (strict.code, secrets(strict)) == (1, ["app.py"])
    repo.add("app.py", f"# moved\n# redhanded: allow[{RULE}] of the sandbox\n{line('old')}")
    repo.commit("as it was", "--amend")
    assert reviewed(repo, "--strict-policy", commit=False).code == 0  # not new, so nothing is to be approved


def test_what_a_comment_allows_is_still_excluded_and_graded_by_the_policy(repo: Repo) -> None:
    begin(repo)
    repo.add("vendor/app.py", line(1, COMMENTS[0]))
    assert reviewed(repo, "--strict-policy").code == 0


def test_a_clean_change_of_the_policy_passes_and_fails_under_a_strict_one(repo: Repo) -> None:
    begin(repo)
    repo.add(".redhanded.yaml", BASE.replace("vendor/", "vendor/\n  - dist/"))
    seen = reviewed(repo)
    assert (seen.code, told(seen)) == (0, [".redhanded.yaml:3: excludes dist/"])
    strict = reviewed(repo, "--strict-policy", commit=False)
    (one,) = strict.report["findings"]
    assert (strict.code, one["rule_id"], one["evidence"]) == (1, "policy-change", "proven")
    assert reviewed(repo, "--strict-policy", "--approve-policy", commit=False).code == 0


def test_approval_lets_the_configuration_of_the_change_count(repo: Repo) -> None:
    begin(repo)
    repo.add(".redhanded.yaml", BASE.replace("vendor/", "vendor/\n  - dist/"))
    repo.add("dist/app.js", line(1))
    assert reviewed(repo).code == 1
    approved = reviewed(repo, "--approve-policy", commit=False)
    assert (approved.code, told(approved)) == (0, [".redhanded.yaml:3: excludes dist/"])
    assert "the policy is that of the change itself" in approved.err


def test_no_secret_is_shown_of_a_pattern_that_is_one(repo: Repo) -> None:
    begin(repo)
    repo.add(".redhanded.yaml", f"allow:\n  - value: '{token()}'\n    reason: mine\n")
    seen = reviewed(repo)
    assert token() not in seen.out + seen.err  # the helper asserts it, too
