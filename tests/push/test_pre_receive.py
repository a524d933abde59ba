"""Real pushes to a server with `redhanded push --pre-receive`: what is refused leaves no trace there."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.push.support import LINE, Pair, install, pair
from tests.support import Repo, token


@pytest.fixture
def guarded(tmp_path: Path) -> Pair:
    made = pair(tmp_path)
    install(made.server, "pre-receive", "--pre-receive")
    return made


def test_a_push_with_a_secret_is_refused_and_leaves_nothing(guarded: Pair) -> None:
    repo, before = guarded.repo, guarded.refs()
    repo.add("app.py", LINE)
    made = repo.commit()
    refused = guarded.push()
    assert refused.code == 1
    assert "remote: app.py:1:8" in refused.output and "pre-receive hook declined" in refused.output
    assert guarded.refs() == before
    there = subprocess.run(["git", "cat-file", "-e", made], cwd=guarded.server, capture_output=True)
    assert there.returncode != 0  # the quarantine is gone
    repo.add("app.py", "import os\n")
    repo.commit("mend", "--amend")
    assert guarded.push().code == 0
    assert guarded.refs()["refs/heads/main"] == repo.git("rev-parse", "main")


@pytest.mark.parametrize("limit", ["1", "10000"], ids=["a pack is kept", "a pack is unpacked"])
def test_however_the_objects_are_stored(guarded: Pair, limit: str) -> None:
    subprocess.run(["git", "config", "receive.unpackLimit", limit], cwd=guarded.server, check=True)
    for name in "ab":
        guarded.repo.add(f"{name}.py", LINE if name == "a" else "b = 1\n")
        guarded.repo.commit()
    assert guarded.push().code == 1


def test_several_refs_new_ones_and_deletions_at_once(guarded: Pair) -> None:
    repo = guarded.repo
    repo.git("branch", "gone")
    assert guarded.push("origin", "gone").code == 0
    repo.git("checkout", "-q", "-b", "topic")
    repo.add("app.py", LINE)
    repo.commit()
    assert guarded.push("origin", "topic", ":gone").code == 1
    assert guarded.push("origin", ":gone").code == 0
    assert guarded.push("origin", "main:new").code == 0
    assert guarded.push("origin", f"{repo.git('rev-parse', 'HEAD:app.py')}:refs/odd/blob").code == 1


def test_tags_and_messages(guarded: Pair) -> None:
    guarded.repo.git("tag", "-a", "v1", "-m", LINE)
    assert guarded.push("origin", "v1").code == 1
    guarded.repo.git("tag", "-f", "-a", "v1", "-m", "release")
    assert guarded.push("origin", "v1").code == 0


def test_what_is_on_the_server_is_not_new_there(guarded: Pair) -> None:
    repo = guarded.repo
    (guarded.server / "hooks/pre-receive").rename(guarded.server / "off")
    repo.add("app.py", LINE)
    repo.commit()
    assert guarded.push().code == 0
    (guarded.server / "off").rename(guarded.server / "hooks/pre-receive")
    repo.git("mv", "app.py", "moved.py")
    repo.add("moved.py", f"if a:\n    {LINE}")
    repo.commit()
    assert guarded.push().code == 0
    repo.add("moved.py", f'{LINE}OTHER = "{token(seed=2)}"\n')
    repo.commit()
    refused = guarded.push()
    assert (refused.code, "moved.py:2:10" in refused.output, "moved.py:1:8" in refused.output) == (1, True, False)


def test_a_repository_with_files_can_be_pushed_to(tmp_path: Path) -> None:
    repo, server = Repo(tmp_path / "repo"), Repo(tmp_path / "server")
    repo.git("remote", "add", "origin", str(server.path))
    server.git("config", "receive.denyCurrentBranch", "ignore")
    install(server.path / ".git", "pre-receive", "--pre-receive")
    made = Pair(repo, server.path)
    repo.add("a.py", "a = 1\n")
    repo.commit()
    assert made.push().code == 0
    repo.add("a.py", LINE)
    repo.commit()
    assert made.push().code == 1
