"""Policies in trees that are broken, huge, links, submodules, or not there: a clear word, never a clean result."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.ci.support import ci
from tests.cli.support import RULE
from tests.support import Repo, redhanded
from tests.trust.support import BASE, begin, line, reviewed, secrets, suppress, told

BROKEN = [
    (".redhanded.yaml", "a: &x [1]\nexclude: *x\n", 2),
    (".redhanded.yaml", "exclude: [a]\nexclude: [b]\n", 2),
    (".redhanded.yaml", "exlude: [a]\n", 1),
    (".redhanded.yaml", b"# \xff\n", 1),
    ("src/.redhanded.yaml", "fail-on: never\n", 1),
    (".redhanded/allow/x.yaml", "\nnonsense\n", 2),
]


@pytest.mark.parametrize(("name", "data", "at"), BROKEN)
def test_a_change_that_breaks_the_policy(repo: Repo, name: str, data: str | bytes, at: int) -> None:
    begin(repo)
    repo.add(name, data)
    head = repo.commit()
    seen = reviewed(repo, commit=False)
    assert seen.code == 2 and f"error: {head[:12]}:{name}:{at}: " in seen.err, seen.err


@pytest.mark.parametrize(("name", "data", "at"), [one for one in BROKEN if not one[0].startswith("src/")])
def test_a_policy_that_is_broken_before_and_one_to_do_without_it(
    repo: Repo, name: str, data: str | bytes, at: int
) -> None:
    repo.add("README", "hello\n")
    good = repo.commit()
    repo.add(name, data)
    base = repo.commit()
    repo.git("checkout", "-q", "-b", "topic")
    repo.add("app.py", line(1))
    repo.git("rm", "-q", name)
    seen = reviewed(repo)
    assert seen.code == 2 and f"error: {base[:12]}:{name}:{at}: " in seen.err and "--policy-from" in seen.err
    seen = reviewed(repo, "--policy-from", good, commit=False)
    assert (seen.code, secrets(seen)) == (1, ["app.py"])


@pytest.mark.parametrize("name", [".redhanded.yaml", ".redhanded/allow/huge.yaml"])
def test_a_huge_policy_is_refused_unread(repo: Repo, name: str) -> None:
    begin(repo)
    repo.add(name, b"# x\n" * (25 << 20))  # 100 MiB
    seen = reviewed(repo)
    assert seen.code == 2 and f"{name}: is 104,857,600 bytes long; the limit is " in seen.err


def _link(repo: Repo, name: str, target: str) -> None:
    path = Path(repo.path / name)
    path.parent.mkdir(parents=True, exist_ok=True)
    os.symlink(target, path)
    repo.git("add", "--", name)


@pytest.mark.parametrize(
    ("name", "target", "says"),
    [
        (".redhanded.yaml", "/etc/passwd", ".redhanded.yaml: is a link, and is not followed"),
        (".redhanded", "/tmp", ".redhanded: is a link, and is not followed"),
        (".redhanded/allow", "../other", ".redhanded/allow: is a link, and is not followed"),
        (".redhanded/allow/x.yaml", "/etc/passwd", ".redhanded/allow/x.yaml: is a link, and is not followed"),
        ("src/.redhanded.yaml", "../README", "src/.redhanded.yaml: is a link, and is not followed"),
    ],
)
def test_a_link_is_not_followed_in_trees_either(repo: Repo, name: str, target: str, says: str) -> None:
    begin(repo, "")
    repo.add("src/a.py", line(1))
    _link(repo, name, target)
    seen = reviewed(repo)
    assert seen.code == 2 and says in seen.err and "root:" not in seen.err
    repo.git("checkout", "-q", "-b", "next")
    repo.add("src/b.py", line(2))
    repo.commit()
    seen = ci(repo, {}, "--range", "topic..next")
    assert seen.code == 2 and says in seen.err


def test_a_folder_that_is_a_link_has_no_policy(repo: Repo) -> None:
    begin(repo, "")
    repo.add("real/.redhanded.yaml", "exclude: ['*.py']\n")
    _link(repo, "src", "real")
    repo.commit()
    repo.git("checkout", "-q", "-b", "next")
    repo.git("rm", "-q", "--cached", "src")
    (repo.path / "src").unlink()
    repo.add("src/a.py", line(1))
    repo.commit()
    seen = ci(repo, {}, "--range", "topic..next")
    assert (seen.code, secrets(seen)) == (1, ["src/a.py"])


@pytest.mark.parametrize("name", [".redhanded", ".redhanded/allow", ".redhanded.yaml"])
def test_a_submodule_in_the_place_of_the_policy(repo: Repo, name: str) -> None:
    begin(repo, "")
    commit = repo.git("rev-parse", "HEAD")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{commit},{name}")
    seen = reviewed(repo)
    assert seen.code == 2 and f"{name}: is a submodule, whose files do not count" in seen.err


@pytest.mark.parametrize("name", [".redhanded", ".redhanded/allow"])
def test_a_file_in_the_place_of_a_folder(repo: Repo, name: str) -> None:
    begin(repo, "")
    repo.add(name, "x\n")
    seen = reviewed(repo)
    assert seen.code == 2 and f"{name}: is not a folder" in seen.err


def test_a_name_that_would_not_count(repo: Repo) -> None:
    begin(repo, "")
    repo.add(".redhanded/allow/x.yml", "x\n")
    seen = reviewed(repo)
    assert seen.code == 2 and "x.yml: does not count: its name must end with .yaml" in seen.err


def _partial(repo: Repo, folder: Path, without: str) -> Path:
    """Clone without these objects; return where to."""
    repo.git("config", "uploadpack.allowFilter", "true")
    path = folder / "partial"
    repo.git("clone", "-q", "--no-checkout", f"--filter={without}", f"file://{repo.path}", str(path))
    return path


def test_a_partial_clone_that_lacks_the_policy(repo: Repo, tmp_path: Path) -> None:
    repo.add("src/.redhanded.yaml", "severity: {jwt: low}\n")
    suppress(repo, 1)
    begin(repo)
    repo.add("src/a.py", "a = 1\n")
    repo.commit()
    path = _partial(repo, tmp_path, "blob:none")
    seen = redhanded("ci", "--range", "origin/main..origin/topic", "-v", cwd=path)
    assert seen.code == 3, seen
    assert "(it is .redhanded.yaml of the policy, which is not known without it)" in seen.out
    assert "it is .redhanded/allow/" in seen.out


def test_a_partial_clone_that_lacks_a_rule_file(repo: Repo, tmp_path: Path) -> None:
    """Not to be had is incomplete; not there at all is an error, whoever looks."""
    repo.add("rules/acme.yaml", RULE)
    repo.add("src/a.py", "a = 1\n")
    begin(repo, "rules: [rules/acme.yaml]\nskip: [acme-key]\n")
    repo.add("src/a.py", "a = 2\n")
    repo.commit()
    path = _partial(repo, tmp_path, "blob:none")
    for name in ("origin/main:.redhanded.yaml", "origin/main:src/a.py", "origin/topic:src/a.py"):
        Repo(path).git("cat-file", "blob", name)  # these are fetched
    seen = redhanded("ci", "--range", "origin/main..origin/topic", "-v", cwd=path)
    assert seen.code == 3, seen
    assert "it is rules/acme.yaml of the policy, which is not known without it" in seen.out
    repo.git("checkout", "-q", "main")
    repo.git("rm", "-q", "rules/acme.yaml")
    base = repo.commit()
    seen = redhanded("ci", "--range", "main..topic", "--policy-from", "main", cwd=repo.path)
    assert seen.code == 2 and f"error: {base[:12]}:.redhanded.yaml:1: there is no rule file" in seen.err


def test_a_tree_that_is_missing(repo: Repo, tmp_path: Path) -> None:
    suppress(repo, 1)
    begin(repo)
    repo.add("src/a.py", "a = 1\n")
    repo.commit()
    path = _partial(repo, tmp_path, "tree:0")
    seen = redhanded("ci", "--range", "origin/main..origin/topic", cwd=path)
    assert seen.code == 3 and "INCOMPLETE" in seen.out and "Traceback" not in seen.err


def test_a_folder_with_many_files_and_a_deep_one(repo: Repo) -> None:
    begin(repo)
    for number in range(3_000):
        repo.write(f"many/f{number}.txt", "x\n")
    repo.git("add", "-A")
    deep = "/".join(["d"] * 500)
    blob = repo.git("hash-object", "-w", "--stdin", stdin=line(1).encode())
    repo.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{deep}/app.py")
    seen = reviewed(repo)
    assert (seen.code, secrets(seen)) == (1, [f"{deep}/app.py"])


def test_more_configurations_than_are_compared(repo: Repo) -> None:
    begin(repo)
    for number in range(1_050):
        repo.write(f"f{number:04}/.redhanded.yaml", "exclude: [x/]\n")
    repo.git("add", "-A")
    seen = reviewed(repo, "--strict-policy")
    listed = told(seen)
    assert seen.code == 1 and len(listed) == 1_050
    assert sum(one.endswith(": changes the configuration") for one in listed) == 50


def test_hostile_words_do_not_reach_the_terminal(repo: Repo) -> None:
    begin(repo)
    repo.add(".redhanded.yaml", f'{BASE}allow:\n  - {{value: "x.y", reason: "\\e[2J\\u202e ::error::"}}\n')
    seen = reviewed(repo, commit=True)
    text = ci(repo, {}, "--range", "main..topic", format="text")
    assert seen.code == 0 and "\x1b" not in seen.out + text.out + text.err and "\u202e" not in text.out
