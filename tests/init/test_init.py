"""`redhanded init` on real repositories: shows, asks, writes what is missing and nothing else."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from scanner.cli.init.plan import Wish, _service, template
from tests.doctor.support import picture
from tests.support import ROOT, Repo, redhanded

PRE_COMMIT = ".pre-commit-config.yaml"
GITHUB = ".github/workflows/redhanded.yml"
GITLAB = ".gitlab-ci.yml"
CONFIG = ".redhanded.yaml"
OLD = """\
# Ours, in this order.
default_stages: [pre-commit]
repos:
  - repo: local   # a comment
    hooks:
      - id: lint
        name: lint
        language: system
        entry: "true"
"""


@pytest.fixture
def github(repo: Repo) -> Repo:
    repo.git("remote", "add", "origin", "git@github.com:acme/app.git")
    return repo


def read(repo: Repo, name: str) -> str:
    return (repo.path / name).read_text(encoding="utf-8")


def test_without_a_terminal_it_only_shows(github: Repo) -> None:
    before = picture(github.path)
    result = github.run("init")
    assert result.code == 2 and "--yes" in result.err
    for name in (PRE_COMMIT, GITHUB, CONFIG):
        assert f"{name}: new file" in result.out and f"+++ b/{name}" in result.out
    assert "+      - run: redhanded ci" in result.out
    assert github.run("init", "--dry-run").code == 0
    assert picture(github.path) == before


def test_all_is_written_once(github: Repo) -> None:
    (github.path / "sub").mkdir()
    result = redhanded("init", "--yes", cwd=github.path / "sub")  # the root is meant, wherever one stands
    assert result.code == 0 and "pre-commit install" in result.out
    assert yaml.safe_load(read(github, PRE_COMMIT))["repos"][0]["hooks"] == [{"id": "redhanded"}]
    assert read(github, GITHUB) == template("github.yml")
    assert all(line.startswith("#") for line in read(github, CONFIG).splitlines())
    assert github.run("scan", ".").code == 0  # a configuration that can be read
    assert not (github.path / GITLAB).exists()
    before = picture(github.path)
    again = github.run("init", "--yes")
    assert (again.code, "new file" in again.out) == (0, False)
    assert github.run("init").code == 0
    assert picture(github.path) == before


def test_what_is_there_stays_with_its_comments(github: Repo) -> None:
    github.write(PRE_COMMIT, OLD)
    github.write(CONFIG, "exclude: [a/]\n")
    (github.path / PRE_COMMIT).chmod(0o640)
    result = github.run("init", "--yes", "--hook-repo", "../it's ours", "--hook-rev", "v1: x")
    assert result.code == 0
    new = read(github, PRE_COMMIT)
    assert new.startswith(OLD) and (github.path / PRE_COMMIT).stat().st_mode & 0o777 == 0o640
    added = yaml.safe_load(new)["repos"][1]
    assert added == {"repo": "../it's ours", "rev": "v1: x", "hooks": [{"id": "redhanded"}]}
    assert read(github, CONFIG) == "exclude: [a/]\n"
    assert not [name for name in os.listdir(github.path) if name.startswith(f"{PRE_COMMIT}.")]


def test_what_it_writes_pre_commit_accepts(github: Repo) -> None:
    pytest.importorskip("pre_commit")
    github.write(PRE_COMMIT, OLD)
    assert github.run("init", "--yes").code == 0
    command = [sys.executable, "-m", "pre_commit", "validate-config", PRE_COMMIT]
    done = subprocess.run(command, cwd=github.path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_what_cannot_be_added_to_with_certainty_is_left_to_a_person(github: Repo) -> None:
    github.write(PRE_COMMIT, "repos: [{repo: meta, hooks: [{id: identity}]}]\n")
    result = github.run("init", "--yes")
    assert result.code == 2 and "add to `repos` by hand" in result.out and "- id: redhanded" in result.out
    assert read(github, PRE_COMMIT).startswith("repos: [{repo: meta")
    github.write(PRE_COMMIT, "repos: [\n")
    assert "line 2" in github.run("init", "--dry-run").out


def test_husky_gets_no_second_manager(github: Repo) -> None:
    github.write(".husky/pre-commit", "npm test\n")
    result = github.run("init", "--yes")
    assert result.code == 2 and "add the line `redhanded staged`" in result.out
    assert not (github.path / PRE_COMMIT).exists()
    github.write(".husky/pre-commit", "npm test\nredhanded staged\n")
    result = github.run("init", "--yes")
    assert result.code == 0 and "calls redhanded already" in result.out


def test_a_workflow_that_calls_it_is_enough(github: Repo) -> None:
    github.write(".github/workflows/ci.yaml", "steps: [{run: redhanded ci}]\n")
    assert github.run("init", "--yes").code == 0
    assert not (github.path / GITHUB).exists()


def test_gitlab(repo: Repo) -> None:
    repo.git("remote", "add", "origin", "https://gitlab.example.com/acme/app.git")
    old = "# stays\nstages: [build, test]\nbuild:\n  script: !reference [.x, script]\n"
    repo.write(GITLAB, old)
    assert repo.run("init", "--yes").code == 0
    new = read(repo, GITLAB)
    assert new == f"{old}\n{template('gitlab.yml')}"
    assert repo.run("init", "--yes").code == 0 and read(repo, GITLAB) == new
    repo.write(GITLAB, "stages: [build]\n")
    result = repo.run("init", "--yes")
    assert (result.code, read(repo, GITLAB)) == (2, "stages: [build]\n")
    assert "needs a `stage`" in result.out


@pytest.mark.parametrize(
    ("origin", "service"),
    [
        ("git@github.com:a/gitlab.git", "github"),
        ("https://github.com/a/b", "github"),
        ("https://user@gitlab.com/a/github", "gitlab"),
        ("ssh://git@gitlab.acme.org:22/a/b", "gitlab"),
        ("https://example.org/github.com/a", "none"),
        ("/srv/github/a.git", "none"),
        ("", "github"),
    ],
)
def test_the_service_is_told_by_the_host(origin: str, service: str, tmp_path: Path) -> None:
    assert _service(Wish(str(tmp_path), origin)) == service


@pytest.mark.parametrize("name", ["Jenkinsfile", ".circleci/config.yml"])
def test_another_service_is_told_by_its_files(name: str, repo: Repo) -> None:
    repo.write(name, "")
    assert _service(Wish(str(repo.path), "")) == "none"


def test_a_new_repository_gets_all_three_files(repo: Repo) -> None:
    result = repo.run("init", "--yes")
    assert result.code == 0 and all((repo.path / name).exists() for name in (PRE_COMMIT, GITHUB, CONFIG)), result


def test_no_service(repo: Repo) -> None:
    repo.git("remote", "add", "origin", "https://git.example.org/acme/app.git")
    result = repo.run("init", "--yes")
    assert result.code == 0 and "docs/ci.md" in result.out
    assert repo.run("init", "--yes", "--ci", "github").code == 0
    assert (repo.path / GITHUB).exists()


@pytest.mark.parametrize("name", [PRE_COMMIT, CONFIG, ".github"])
def test_links_are_not_followed(github: Repo, tmp_path: Path, name: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (github.path / name).symlink_to(outside if name == ".github" else outside / "file")
    result = github.run("init", "--yes")
    assert result.code == 2 and "is a link" in result.err
    assert not list(outside.iterdir())


def test_bad_places_and_files(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    result = redhanded("init", "--yes", cwd=tmp_path / "none")
    assert result.code == 2 and result.err.startswith("error: ")
    bare = Repo(tmp_path / "bare", "--bare")
    result = bare.run("init", "--yes")
    assert result.code == 2 and "bare" in result.err
    other = Repo(tmp_path / "other")
    for content, words in ((b"a: \xff\n", ":1: is not UTF-8"), (b"#" * (2 << 20), "larger than")):
        other.write(PRE_COMMIT, content)
        result = other.run("init", "--yes")
        assert result.code == 2 and words in result.err
    assert other.run("init", "--yes", "--dry-run").code == 2


def test_on_a_terminal_it_asks_for_each_file(github: Repo) -> None:
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "scanner", "init"]
    child = subprocess.Popen(command, cwd=github.path, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    answers = [b"y\n", b"n\n", b"\n"]
    while select.select([ours], [], [], 60)[0]:
        try:
            shown += os.read(ours, 4096)
        except OSError:  # it has ended
            break
        if answers and shown.rstrip().endswith(b"[y/N]") and len(re.findall(rb"\[y/N\]", shown)) == 4 - len(answers):
            os.write(ours, answers.pop(0))
    os.close(ours)
    assert (child.wait(60), answers) == (0, [])
    assert [(github.path / name).exists() for name in (PRE_COMMIT, GITHUB, CONFIG)] == [True, False, False]


def test_the_pages_show_the_same_texts() -> None:
    page = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
    for name in ("github.yml", "gitlab.yml"):
        assert f"```yaml\n{template(name)}```" in page
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```yaml\n(repos:.*?)^```", readme, re.MULTILINE | re.DOTALL)
    assert yaml.safe_load(block)["repos"] == yaml.safe_load(template("pre-commit.yaml"))
