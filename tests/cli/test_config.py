"""`.redhanded.yaml`: what it leaves out is left out and said, and a wrong one stops the run."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from tests.cli.support import assert_error, plant
from tests.support import Repo, redhanded, token


@pytest.fixture
def excluding(repo: Repo) -> Repo:
    """A repository with a secret in app/ and one in tests/, which is excluded."""
    for name in ("app/a.py", "tests/t.py"):
        repo.add(name, f'KEY = "{token(seed=name)}"\n')
    repo.add(".redhanded.yaml", "exclude:\n  - tests/\n")
    return repo


@pytest.mark.parametrize(
    ("cwd", "path"),
    [(".", "."), ("app", ".."), ("tests", ".."), ("..", "repo"), ("/", None)],
    ids=["root", "subfolder", "excluded-subfolder", "above", "elsewhere-absolute"],
)
def test_excludes_hold_wherever_the_scan_is_started(excluding: Repo, cwd: str, path: str | None) -> None:
    result = redhanded("scan", path or str(excluding.path), "-v", cwd=excluding.path / cwd)
    assert result.code == 1
    assert "1 finding in 2 files" in result.out  # app/a.py and .redhanded.yaml, less tests and .git
    assert "app/a.py:1:8" in result.out or f"{path}/app/a.py:1:8" in result.out
    assert "excluded (by tests/ in .redhanded.yaml:2)" in result.out


def test_what_is_excluded_is_counted_and_listed(excluding: Repo) -> None:
    brief = excluding.run("scan", ".")
    assert "Left out on purpose: 1 excluded" in brief.out  # tests/; .git goes without saying
    assert "tests" not in brief.out
    verbose = excluding.run("scan", ".", "-v")
    assert "tests: excluded" in verbose.out
    skips = json.loads(excluding.run("scan", ".", "--format", "json").out)["skips"]
    assert [(skip["path"], skip["reason"], skip["incomplete"]) for skip in skips] == [
        (".git", "excluded", False),
        ("tests", "excluded", False),
    ]


def test_a_named_file_that_is_excluded_is_left_out_too(excluding: Repo) -> None:
    result = excluding.run("scan", "tests/t.py", "-v")
    assert result.code == 0
    assert "tests/t.py: excluded" in result.out


@pytest.mark.parametrize("command", ["staged", "history"])
def test_excludes_hold_for_the_index_and_for_history(excluding: Repo, command: str) -> None:
    if command == "history":
        excluding.commit()
    report = json.loads(excluding.run(command, "--format", "json").out)
    assert [finding["location"]["path"] for finding in report["findings"]] == ["app/a.py"]
    silenced = [entry["path"] for entry in report["skips"]] + [s["location"]["path"] for s in report["suppressed"]]
    assert silenced == ["tests/t.py"]


def test_what_a_configuration_says_does_not_depend_on_where_the_scan_is_started(excluding: Repo) -> None:
    excluding.write("app/.redhanded.yaml", "exclude: [a.py]\n")
    excluding.add("app/b/a.py", f'KEY = "{token(seed=3)}"\n')
    excluding.add("a.py", f'KEY = "{token(seed=4)}"\n')
    for cwd in (".", "app"):
        result = redhanded("scan", str(excluding.path), "-v", cwd=excluding.path / cwd)
        assert "1 finding in" in result.out and f"{excluding.path}/a.py:1:8" in result.out
        assert result.out.count("(by a.py in app/.redhanded.yaml:1)") == 2


def test_each_repository_has_its_own_excludes(tmp_path: Path) -> None:
    for name, excluded in (("one", "a.py"), ("two", "b.py")):
        repo = Repo(tmp_path / name)
        plant(repo.path, "a.py")
        plant(repo.path, "b.py")
        repo.write(".redhanded.yaml", f"exclude: [{excluded}]\n")
    result = redhanded("scan", "one", "two", cwd=tmp_path)
    assert "one/b.py:1:8" in result.out and "two/a.py:1:8" in result.out
    assert "2 findings" in result.out


def test_gits_own_folder_is_left_out_and_said(repo: Repo) -> None:
    repo.write(".git/notes.txt", f'KEY = "{token()}"\n')
    repo.write("sub/.git", "gitdir: elsewhere\n")  # a file of that name is a file
    result = repo.run("scan", ".", "-v")
    assert result.code == 0
    assert ".git: excluded (git's own folder; `redhanded history` reads it)" in result.out
    assert "nothing found in 1 file" in result.out
    assert repo.run("scan", ".").out.startswith("nothing found in 1 file")  # it would say so of every repository


BAD = {
    "yaml-error": (b"exclude: [a\n", ":2: not valid YAML"),
    "unknown-key": (b"exclude: []\nexlcude: [x]\n", ":2: unknown key 'exlcude'"),
    "duplicate-key": (b"exclude: []\nexclude: [x]\n", ":2: the key 'exclude' occurs twice"),
    "not-a-list": (b"exclude: tests/\n", ":1: `exclude` must be a list"),
    "not-text": (b"exclude:\n  - {a: b}\n", ":2: `exclude` must be a list"),
    "empty-pattern": (b"exclude: ['']\n", ":1: `exclude` must be a list"),
    "root-pattern": (b"exclude: [/]\n", ":1: `exclude` must be a list"),
    "negated": (b"exclude:\n  - a\n  - '!b'\n", ":3: '!b': a pattern cannot take back another"),
    "alias-bomb": (b"a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n", ":2: aliases (*name) are not allowed"),
    "tag": (b"exclude: !!python/object/apply:os.system ['true']\n", ":1: tags (!name) are not allowed"),
    "latin-1": (b"exclude:\n  - caf\xe9\n", ":2: is not UTF-8 text"),
    "utf-16": ("exclude: [a]\n".encode("utf-16"), ":1: is not UTF-8 text"),
    "nul": (b"exclude: [a\0b]\n", ": not valid YAML"),
    "list-on-top": (b"- a\n", ":1: a mapping"),
    "deep": (b"exclude: " + b"[" * 200_000, ":1: is nested too deeply"),
    "deep-in-block": (b"- " * 100_000, ":1: is nested too deeply"),
    "too-many": (b"exclude: [" + b"a," * 1001 + b"]\n", ":1: `exclude` has 1,001 patterns; the limit is 1,000"),
}


@pytest.mark.parametrize(("data", "problem"), BAD.values(), ids=BAD.keys())
def test_a_wrong_configuration_stops_the_run_and_names_file_and_line(repo: Repo, data: bytes, problem: str) -> None:
    plant(repo.path)
    repo.write(".redhanded.yaml", data)
    result = repo.run("scan", "app.py")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"error: .redhanded.yaml{problem}")
    assert "Traceback" not in result.err


@pytest.mark.parametrize("command", ["staged", "history"])
def test_every_command_refuses_a_wrong_configuration(repo: Repo, command: str) -> None:
    repo.add("a.py", "x = 1\n")
    repo.commit()
    repo.write(".redhanded.yaml", "exlude: []\n")
    result = repo.run(command)
    assert_error(result, ".redhanded.yaml:1: unknown key 'exlude'", "did you mean 'exclude'?")


def test_a_huge_configuration_is_refused_unread(repo: Repo) -> None:
    with open(repo.path / ".redhanded.yaml", "wb") as file:
        file.truncate(100_000_000)
    result = repo.run("scan", ".")
    assert result.code == 2
    assert ".redhanded.yaml: is 100,000,000 bytes long; the limit is 262,144" in result.err


@pytest.mark.parametrize("kind", ["fifo", "folder", "link-to-file", "link-to-fifo", "link-to-terminal", "broken-link"])
def test_something_else_in_place_of_the_configuration_is_refused_without_a_wait(repo: Repo, kind: str) -> None:
    path = repo.path / ".redhanded.yaml"
    private = repo.path.parent / "private"
    private.write_text("aws_secret: hunter2\n")
    os.mkfifo(repo.path.parent / "fifo")
    targets: dict[str, str | Path] = {
        "link-to-file": private,
        "link-to-fifo": "../fifo",
        "link-to-terminal": "/dev/tty",
        "broken-link": "x",
    }
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(targets[kind])
    result = repo.run("scan", ".", timeout=20)
    assert result.code == 2
    assert result.err.startswith(f"error: .redhanded.yaml: {'cannot be read' if kind == 'folder' else 'is '}")
    assert "aws_secret" not in result.err


def test_a_hostile_pattern_cannot_stall_the_scan(repo: Repo) -> None:
    repo.write("a" * 250, "x = 1\n")
    repo.write("/".join(["a"] * 60) + "/b", "x = 1\n")
    repo.write(".redhanded.yaml", f"exclude: ['{'*a' * 40}*b', '{'**/a/' * 30}c']\n")
    started = time.monotonic()
    assert repo.run("scan", ".").code == 0
    assert time.monotonic() - started < 10
