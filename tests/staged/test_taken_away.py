"""A commit that takes something from the policy: what stood quiet elsewhere is told; no scan of the commit finds it."""

from __future__ import annotations

import pytest

from tests.policy.support import accept
from tests.staged.support import LINE, OTHER, SECRET, short_cut
from tests.support import Repo

AT = ".redhanded.yaml"


def _told(repo: Repo, *arguments: str) -> list[str]:
    result = repo.run("staged", *arguments)
    assert SECRET not in result.out + result.err and result.code in (0, 1), result
    return [line.removeprefix("redhanded: ") for line in result.err.splitlines() if "no longer" in line]


def _begin(repo: Repo, config: str = "", name: str = AT) -> None:
    repo.add("src/app.py", f"a = 1\n{LINE}")
    repo.add("src/more.py", "b = 1\n")
    if config:
        repo.add(name, config)
    repo.commit()


def _is(line: str, what: str, place: str = "src/app.py:2:8") -> bool:
    return line.startswith(f"{place}: [github-pat] ghp_******** stands there as before, and {what} that allowed it")


def test_a_commit_that_only_deletes_a_suppression(repo: Repo) -> None:
    (name,) = accept(repo.path, [SECRET])
    repo.git("add", name)
    _begin(repo)
    repo.git("rm", "-q", name)
    assert short_cut(repo.path) is None
    (line,) = _told(repo)
    assert _is(line, "a suppression")
    assert repo.run("staged").code == 0
    assert repo.run("staged", "--strict-policy").code == 1


def test_a_suppression_that_is_narrowed(repo: Repo) -> None:
    (name,) = accept(repo.path, [SECRET])
    repo.git("add", name)
    _begin(repo)
    (repo.path / name).unlink()
    (name,) = accept(repo.path, [SECRET], paths=("docs/",))
    repo.git("add", "-A", ".redhanded")
    (line,) = _told(repo)
    assert _is(line, "a suppression")


def test_a_suppression_that_is_only_worded_anew_or_of_no_use(repo: Repo) -> None:
    first, second = accept(repo.path, [SECRET, "gone" + SECRET[4:]])
    repo.git("add", first, second)
    _begin(repo)
    repo.git("rm", "-q", second)
    assert _told(repo) == []
    (repo.path / first).unlink()
    accept(repo.path, [SECRET], reason="said otherwise")
    repo.git("add", "-A", ".redhanded")
    assert _told(repo) == []


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ("exclude: [src/]\n", "", f"`exclude: src/` at {AT}:1"),
        ("exclude: [src/]\n", "exclude: [src/]\ninclude: [src/app.py]\n", f"`exclude: src/` at {AT}:1"),
        ("skip: [github-*]\n", "skip: [jwt]\n", f"`skip: github-*` at {AT}:1"),
        ("allow: [{value: 'ghp_.*', reason: a}]\n", "", f"`allow` at {AT}:1"),
        ("fail-on: never\nskip: [jwt]\n", "skip: [jwt]\n", f"`fail-on: never` at {AT}:1"),
    ],
)
def test_part_of_a_configuration_that_goes(repo: Repo, before: str, after: str, what: str) -> None:
    _begin(repo, before)
    if after:
        repo.add(AT, after)
    else:
        repo.git("rm", "-q", AT)
    told = [line for line in _told(repo) if "github-pat" in line]
    assert len(told) == 1 and _is(told[0], what)


def test_a_folders_configuration_that_goes(repo: Repo) -> None:
    _begin(repo, "exclude: ['*.py']\n", f"src/{AT}")
    repo.git("rm", "-q", f"src/{AT}")
    assert short_cut(repo.path) is None
    (line,) = _told(repo)
    assert _is(line, f"`exclude: *.py` at src/{AT}:1")


def test_what_lets_more_pass_and_what_changes_nothing_is_not_told(repo: Repo) -> None:
    _begin(repo, "skip: [jwt]\nfail-on: never\n")
    repo.add(AT, "# tidied\nskip: [jwt, stripe-*]\nfail-on: never\n")
    assert _told(repo) == []
    repo.add(AT, "fail-on: never\n")
    repo.add("src/b.py", OTHER)
    assert _told(repo) == []


def test_the_first_commit_of_all_and_a_head_that_was_wrong(repo: Repo) -> None:
    repo.add(AT, "skip: [jwt]\n")
    assert _told(repo) == []
    repo.add(AT, "skipp: [jwt]\n")
    _begin(repo)
    repo.git("rm", "-q", AT)
    assert _told(repo) == []
