"""`allow` in a folder's configuration: it holds for what is below that folder, whatever command asks."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.support import assert_error
from tests.support import Repo, redhanded, token

PAT = f'KEY = "{token()}"\n'
ALLOW = "allow:\n  - {value: 'ghp_.*', reason: made up for these}\n"


def _places(repo: Repo, *command: str, code: int = 1) -> list[str]:
    result = repo.run(*command, "--format", "json")
    assert result.code == code, result
    found = json.loads(result.out)["findings"]
    return sorted({place["path"] for one in found for place in (one["location"], *one.get("locations", []))})


def test_a_folders_allow_holds_below_it_and_nowhere_else(repo: Repo) -> None:
    for number, name in enumerate(("a.py", "sub/a.py", "sub/deep/a.py", "subway/a.py", "other/a.py")):
        repo.add(name, f'KEY = "{token(seed=number)}"\n')
    repo.add("sub/.redhanded.yaml", ALLOW)
    left = ["a.py", "other/a.py", "subway/a.py"]
    assert _places(repo, "staged") == left
    repo.commit()
    assert _places(repo, "scan", ".") == _places(repo, "history") == left
    assert _places(repo, "scan", "sub", code=0) == _places(repo, "scan", "sub/deep/a.py", code=0) == []
    assert redhanded("scan", "a.py", cwd=repo.path / "sub").code == 0
    result = repo.run("scan", "sub", "-v")
    assert "made up for these (sub/.redhanded.yaml:2)" in result.out
    told = repo.run("why", "sub/deep/a.py:1").out
    assert "allowed by the configuration" in told and "(sub/.redhanded.yaml:2)" in told
    assert "sub/.redhanded.yaml" in repo.run("config", "show", "--path", "sub/deep").out
    assert "made up for these" not in repo.run("config", "show", "--path", "other").out


def test_paths_of_a_folders_allow_start_from_it_and_rules_are_looked_up(repo: Repo) -> None:
    for number, name in enumerate(("sub/x/a.py", "x/a.py", "sub/y/a.py")):
        repo.add(name, f'KEY = "{token(seed=number)}"\n')
    repo.add("sub/.redhanded.yaml", "allow:\n  - {line: KEY, paths: [/x/], rules: [github-*], reason: of the tests}\n")
    repo.commit()
    assert _places(repo, "scan", ".") == _places(repo, "history") == ["sub/y/a.py", "x/a.py"]
    assert "is for sub/x/ only" in repo.run("why", "sub/y/a.py:1").out
    repo.write("sub/.redhanded.yaml", "allow:\n  - {line: KEY, rules: [githib-pat], reason: of the tests}\n")
    assert_error(repo.run("scan", "."), "sub/.redhanded.yaml:2: there is no rule 'githib-pat'")


def test_a_secret_that_also_stands_elsewhere_is_found(repo: Repo) -> None:
    repo.add("sub/.redhanded.yaml", ALLOW)
    repo.add("sub/a.py", PAT)
    repo.add("b.py", PAT)
    repo.commit()
    assert "b.py" in _places(repo, "history")


def test_a_folder_that_is_left_out_and_a_repository_within_allow_nothing(repo: Repo) -> None:
    repo.write("sub/.redhanded.yaml", ALLOW)
    repo.write("sub/a.py", PAT)
    inner = Repo(repo.path / "inner")
    inner.write(".redhanded.yaml", ALLOW)
    repo.write(".redhanded.yaml", "exclude: [sub/]\n")
    repo.write("top.py", PAT)
    assert _places(repo, "scan", ".") == ["top.py"]


def test_of_two_repositories_each_allows_its_own(tmp_path: Path) -> None:
    one, two = Repo(tmp_path / "one"), Repo(tmp_path / "two")
    for number, repo in enumerate((one, two)):
        repo.write("a.py", f'KEY = "{token(seed=number)}"\n')
        repo.write("sub/a.py", f'KEY = "{token(seed=number + 10)}"\n')
    one.write(".redhanded.yaml", ALLOW)
    two.write("sub/.redhanded.yaml", ALLOW)
    result = redhanded("scan", "one", "two", "--format", "json", cwd=tmp_path)
    assert [one["location"]["path"] for one in json.loads(result.out)["findings"]] == ["two/a.py"]


def test_more_patterns_than_all_folders_may_have(repo: Repo) -> None:
    entry = "  - {value: 'a.b', reason: r}\n"
    for number in range(6):
        repo.write(f"d{number}/.redhanded.yaml", "allow:\n" + entry * 200)
    repo.write("a.py", PAT)
    assert_error(repo.run("scan", "."), "there are 1,200 entries of `allow` in folders; the limit is 1,000")
