"""Which objects something leads to, asked in the long way and in the short one."""

from __future__ import annotations

import pytest

from scanner.git.history import reached, reached_without_commits
from tests.git.support import blob, git_in
from tests.support import Repo


def test_what_no_commit_holds_is_reached_by_tags_and_reflogs_alone(repo: Repo) -> None:
    repo.write("a.txt", "a\n")
    repo.git("add", "-A")
    first = repo.commit("first")
    tagged, inside, stray = (blob(repo, text) for text in (b"tagged\n", b"inside\n", b"stray\n"))
    tree = repo.git("mktree", stdin=f"100644 blob {inside}\tdeep.txt\n".encode())
    for name, target in (("blob", tagged), ("tree", tree), ("annotated", first)):
        repo.git("tag", "-a", "-m", "x", name, target)
    repo.git("tag", "-a", "-m", "x", "outer", "annotated")
    repo.git("update-ref", "refs/odd/light", tagged)
    repo.write("b.txt", "b\n")
    repo.git("add", "-A")
    gone = repo.commit("gone")
    repo.git("reset", "-q", "--hard", first)
    lost = repo.git("commit-tree", "-m", "lost", tree)
    tags = {name: repo.git("rev-parse", f"refs/tags/{name}") for name in ("blob", "tree", "annotated", "outer")}
    wanted = {*tags.values(), tagged, inside, stray, lost, gone}

    found = reached_without_commits(git_in(repo), wanted)

    assert found == reached(git_in(repo), wanted)
    assert found.keys() == wanted - {stray, lost}
    assert found[inside] == b"deep.txt"


def test_without_room_for_a_file_git_goes_through_everything(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = repo.commit("a", "--allow-empty")
    repo.git("tag", "-a", "-m", "x", "v1")
    tag = repo.git("rev-parse", "refs/tags/v1")
    monkeypatch.setattr("tempfile.tempdir", str(repo.path / "nowhere"))
    assert reached_without_commits(git_in(repo), {tag}) == {tag: b"v1"}
    assert reached_without_commits(git_in(repo), {commit}) == {commit: b""}


def test_a_repository_without_any_ref(repo: Repo) -> None:
    assert reached_without_commits(git_in(repo), {"0" * 40}) == {}
