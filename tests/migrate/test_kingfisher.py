"""Kingfisher keeps places: in two forms of a baseline."""

from __future__ import annotations

import pytest

from tests.migrate.test_migrate import open_places
from tests.policy.support import line
from tests.support import Repo


def test_kingfisher_is_found_by_place(repo: Repo) -> None:
    repo.write("src/a.py", line(1) + line(2))
    lines = ["ExactFindings:", "  matches:"]
    for number, path in ((2, "src/a.py/"), (1, "gone.py/")):
        lines += [f"  - filepath: {path}", "    fingerprint: 056876f00ffd0622", f"    linenum: {number}"]
    repo.write("kingfisher-baseline.yml", "\n".join([*lines, "    lastupdated: Mon, 14 Jul 2025 10:17:56 -0700", ""]))
    result = repo.run("migrate", "--yes")
    assert (result.code, "taken over: 1 finding" in result.out) == (0, True), result
    assert open_places(repo) == ["src/a.py:1"]


def second_form(repo: Repo, *repositories: tuple[str, list[tuple[str, int, str]]]) -> None:
    """Write what kingfisher writes since 1.113.0."""
    lines = ["version: 2", "fingerprint_algorithm: kingfisher-v1", "repositories:"]
    for name, findings in repositories:
        lines += [f"- id: {name}", "  findings:" if findings else "  findings: []"]
        for path, number, rule in findings:
            lines += [f"  - path: {path}", "    fingerprint: '3917635265732156553'", f"    rule_id: {rule}"]
            lines += [f"    line: {number}", "    first_seen_at: 2026-11-22T17:29:37.652720740+00:00"]
    repo.write("kingfisher-baseline.yml", "\n".join([*lines, ""]))


PAT = "betterleaks.github-pat"
SECOND_FORMS: dict[str, tuple[str, str, list[str]]] = {  # what it scanned, how it calls the file, what stays open
    "the root": ("{root}", "src/a.py", ["src/a.py:1"]),
    "a folder": ("{root}/src", "a.py", ["src/a.py:1"]),
    "a file": ("{root}/src/a.py", "a.py", ["src/a.py:1"]),
    "the root, on another machine": ("/builds/acme/shop", "src/a.py", ["src/a.py:1"]),
    "something else": ("{root}/doc", "a.py", ["src/a.py:1", "src/a.py:2"]),
}


@pytest.mark.parametrize(("scanned", "path", "still"), SECOND_FORMS.values(), ids=SECOND_FORMS.keys())
def test_kingfishers_second_form(repo: Repo, scanned: str, path: str, still: list[str]) -> None:
    repo.write("src/a.py", line(1) + line(2))
    second_form(repo, (f"local://{scanned.format(root=repo.path)}", [(path, 2, PAT), ("gone.py", 1, PAT)]))
    result = repo.run("migrate", "--yes")
    assert (result.code, open_places(repo)) == (0, still), result


@pytest.mark.parametrize("folder", ["{root}", "/builds/acme/shop"])
def test_kingfishers_history_of_a_repository_is_of_the_same(repo: Repo, folder: str) -> None:
    repo.write("src/a.py", line(1) + line(2) + line(3))
    name = f"local://{folder.format(root=repo.path)}"
    second_form(repo, (name, [("src/a.py", 2, PAT)]), (f"{name}/.git", [("src/a.py", 3, PAT)]))
    result = repo.run("migrate", "--yes")
    assert (result.code, open_places(repo)) == (0, ["src/a.py:1"]), result


def test_kingfishers_rule_of_another_service_is_left_to_people(repo: Repo) -> None:
    repo.write("a.py", line(1) + line(2))
    second_form(
        repo, (f"local://{repo.path}", [("a.py", 1, "kingfisher.slack.4"), ("a.py", 2, "veles.secrets/githubpat")])
    )
    result = repo.run("migrate", "--yes")
    assert (result.code, "of another kind, [github-pat]" in result.out) == (1, True), result
    assert open_places(repo) == ["a.py:1"]


def test_kingfishers_other_repositories_are_told_and_not_taken(repo: Repo) -> None:
    repo.write("a.py", line(1) + line(2))
    other = ("local:///srv/other", [("a.py", 1, PAT)])
    second_form(repo, other, ("local:///srv/empty", []), (f"local://{repo.path}", [("a.py", 2, PAT)]))
    result = repo.run("migrate", "--yes")
    assert result.code == 1 and "its 1 finding is of another repository" in result.out, result
    assert open_places(repo) == ["a.py:1"]
