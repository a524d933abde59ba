"""Whatever a ref reaches is read, and each secret is one incident with the commit that brought it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.history.support import LINE, SECRET, history, line
from tests.support import Repo, token

DATE = "2024-01-01T10:01:00+00:00"  # of a repository's first commit
Planted = tuple[str | None, str | None, bool | None]  # path, commit, in_head


def _start(repo: Repo) -> str:
    repo.add("README", "hello\n")
    return repo.commit("start")


def _branch(repo: Repo) -> Planted:
    _start(repo)
    repo.git("checkout", "-q", "-b", "side")
    repo.add("app.py", LINE)
    made = repo.commit()
    repo.git("checkout", "-q", "main")
    return "app.py", made, False


def _head(repo: Repo) -> Planted:
    repo.add("app.py", LINE)
    return "app.py", repo.commit(), True


def _deleted(repo: Repo) -> Planted:
    repo.add("app.py", LINE)
    made = repo.commit()
    repo.git("rm", "-q", "app.py")
    repo.commit("clean up")
    return "app.py", made, False


def _only_tagged(ref: str) -> Callable[[Repo], Planted]:
    def plant(repo: Repo) -> Planted:
        start = _start(repo)
        repo.add("app.py", LINE)
        made = repo.commit()
        repo.git("update-ref", ref, made)
        repo.git("reset", "-q", "--hard", start)
        return "app.py", made, False

    return plant


def _detached(repo: Repo) -> Planted:
    _start(repo)
    repo.git("checkout", "-q", "--detach")
    repo.add("app.py", LINE)
    return "app.py", repo.commit(), True


def _worktree(repo: Repo) -> Planted:
    _start(repo)
    repo.git("worktree", "add", "-q", "--detach", "../other")
    (repo.path.parent / "other" / "app.py").write_text(LINE)
    repo.git("-C", "../other", "add", "app.py")
    repo.git("-C", "../other", "commit", "-q", "-m", "there", env={"GIT_AUTHOR_DATE": DATE, "GIT_COMMITTER_DATE": DATE})
    return "app.py", repo.git("-C", "../other", "rev-parse", "HEAD"), False


def _message(repo: Repo) -> Planted:
    repo.add("README", "hello\n")
    return None, repo.commit(f"use the key\n\n{LINE}"), None


def _merge_only(repo: Repo) -> Planted:
    _start(repo)
    repo.git("checkout", "-q", "-b", "side")
    repo.add("side", "side\n")
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.add("mine", "mine\n")
    repo.commit()
    repo.git("merge", "-q", "--no-commit", "side")
    repo.add("app.py", LINE)
    return "app.py", repo.commit("merge"), True


def _octopus(repo: Repo) -> Planted:
    start = _start(repo)
    for name in ("one", "two", "three"):
        repo.git("checkout", "-q", "-b", name, start)
        repo.add(name, LINE if name == "two" else name)
        made = repo.commit()
        first = made if name == "two" else ""
        repo.git("tag", f"{name}-tip")
        if first:
            planted = first
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "-m", "octopus", "one", "two", "three")
    return "two", planted, True


def _second_root(repo: Repo) -> Planted:
    _start(repo)
    repo.git("checkout", "-q", "--orphan", "pages")
    repo.git("rm", "-q", "-r", "--cached", ".")
    repo.add("app.py", LINE)
    made = repo.commit()
    repo.git("checkout", "-q", "-f", "main")
    return "app.py", made, False


def _replaced_commit(repo: Repo) -> Planted:
    start = _start(repo)
    repo.add("app.py", LINE)
    made = repo.commit()
    repo.git("replace", made, start)
    repo.git("reset", "-q", "--soft", made)
    return "app.py", made, True


def _replaced_blob(repo: Repo) -> Planted:
    repo.add("app.py", LINE)
    made = repo.commit()
    harmless = repo.git("hash-object", "-w", "--stdin", stdin=b"nothing\n")
    repo.git("replace", repo.git("rev-parse", "HEAD:app.py"), harmless)
    return "app.py", made, True


def _grafted(repo: Repo) -> Planted:
    repo.add("app.py", LINE)
    made = repo.commit()
    repo.git("rm", "-q", "app.py")
    repo.add("README", "x")
    last = repo.commit("clean up")
    (repo.path / ".git" / "info").mkdir(exist_ok=True)
    (repo.path / ".git" / "info" / "grafts").write_text(f"{last}\n")
    return "app.py", made, False


PLANTS: dict[str, Callable[[Repo], Planted]] = {
    "HEAD": _head,
    "another branch": _branch,
    "a deleted file": _deleted,
    "a light tag": _only_tagged("refs/tags/v1"),
    "a remote's branch": _only_tagged("refs/remotes/origin/main"),
    "a ref of a kind of its own": _only_tagged("refs/pull/7/head"),
    "a replacing ref": _only_tagged("refs/replace/1111111111111111111111111111111111111111"),
    "a detached HEAD": _detached,
    "another worktree's detached HEAD": _worktree,
    "a commit message": _message,
    "content that only a merge has": _merge_only,
    "an octopus merge's second branch": _octopus,
    "a second root": _second_root,
    "a commit that is replaced": _replaced_commit,
    "a blob that is replaced": _replaced_blob,
    "history behind a graft": _grafted,
}


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS.keys())
def test_a_secret_is_found_once_wherever_it_is(plant: Callable[[Repo], Planted], repo: Repo) -> None:
    path, commit, in_head = plant(repo)
    seen = history(repo)
    assert seen.code == 1
    assert seen.report["skips"] == []
    place = seen.only["location"]
    assert (place["path"], place["commit"], seen.only["in_head"]) == (path, commit, in_head)
    assert (place["author"], place["email"]) == ("Ada", "ada@example.com")
    assert place["date"].startswith("2024-01-01T10:0")
    assert seen.only["also"] == []
    if path:
        assert place["start"] == {"line": 1, "column": 8}
        assert place["end"] == {"line": 1, "column": 8 + len(SECRET)}


def test_a_forged_commit_graph_hides_nothing(repo: Repo) -> None:
    repo.add("app.py", LINE)
    made = repo.commit()
    repo.git("rm", "-q", "app.py")
    repo.add("README", "x")
    last = repo.commit("clean up")
    repo.git("commit-graph", "write", "--reachable")
    graph = repo.path / ".git" / "objects" / "info" / "commit-graph"
    data = graph.read_bytes()
    tree = bytes.fromhex(repo.git("rev-parse", f"{last}^{{tree}}"))
    at = data.index(tree) + len(tree)  # the numbers of the two parents follow; 0x70000000 is none
    graph.chmod(0o644)
    graph.write_bytes(data[:at] + b"\x70\0\0\0" + data[at + 4 :])
    assert repo.git("rev-list", "HEAD") == last  # git believes it
    assert history(repo).places == [("app.py", made, 1)]


def test_the_message_of_an_annotated_tag_is_read(repo: Repo) -> None:
    repo.add("README", "hello\n")
    repo.commit()
    repo.git("tag", "-a", "v1", "-m", f"first\n\n{LINE}", env={"GIT_COMMITTER_DATE": "2024-05-05T05:05:05+02:00"})
    place = history(repo).only["location"]
    assert place["kind"] == "tag"
    assert place["object"] == repo.git("rev-parse", "v1")
    assert (place["author"], place["date"]) == ("Ada", "2024-05-05T05:05:05+02:00")


def test_a_tag_of_a_tag_is_read(repo: Repo) -> None:
    repo.add("README", "hello\n")
    repo.commit()
    repo.git("tag", "-a", "inner", "-m", LINE)
    inner = repo.git("rev-parse", "inner")
    repo.git("tag", "-a", "outer", "-m", "outer", "inner")
    repo.git("tag", "-d", "inner")
    assert history(repo).only["location"]["object"] == inner


@pytest.mark.parametrize("annotated", [False, True], ids=["light", "annotated"])
@pytest.mark.parametrize("kind", ["blob", "tree"])
def test_what_only_a_tag_holds_is_read(kind: str, annotated: bool, repo: Repo) -> None:
    repo.add("README", "hello\n")
    repo.commit()
    blob = repo.git("hash-object", "-w", "--stdin", stdin=LINE.encode())
    tree = repo.git("mktree", stdin=f"100644 blob {blob}\tdeep.py\n".encode())
    options = ["-a", "-m", "tagged"] if annotated else []
    repo.git("tag", *options, "v1", blob if kind == "blob" else tree)
    seen = history(repo)
    assert seen.code == 1
    assert seen.only["location"]["object"] == blob
    assert seen.only["location"]["commit"] is None
    assert seen.only["in_head"] is False


def test_notes_are_read(repo: Repo) -> None:
    repo.add("README", "hello\n")
    commit = repo.commit()
    repo.git("notes", "add", "-m", LINE, commit)
    assert history(repo).only["location"]["commit"] == repo.git("rev-parse", "refs/notes/commits")


def test_the_stash_is_read_with_its_index_and_untracked_files(repo: Repo) -> None:
    repo.add("app.py", "x\n")
    repo.commit()
    repo.add("staged.py", line("staged"))
    repo.write("app.py", line("changed"))
    repo.write("new.py", line("untracked"))
    repo.git("stash", "push", "-q", "--include-untracked")
    found = {finding["location"]["path"]: finding for finding in history(repo).findings}
    assert sorted(found) == ["app.py", "new.py", "staged.py"]
    assert found["app.py"]["location"]["commit"] == repo.git("rev-parse", "stash")
    assert found["staged.py"]["location"]["commit"] == repo.git("rev-parse", "stash^2")
    assert found["new.py"]["location"]["commit"] == repo.git("rev-parse", "stash^3")


def test_everything_at_once_is_found_once_each(repo: Repo) -> None:
    expected = set()
    for number in range(5):
        repo.git("checkout", "-q", *(["--orphan"] if number % 2 else ["-b"]), f"branch{number}")
        repo.add(f"file{number}.py", line(number))
        repo.commit(line(f"message {number}"))
        repo.git("tag", "-a", f"v{number}", "-m", line(f"tag {number}"))
        expected |= {token(seed=seed) for seed in (number, f"message {number}", f"tag {number}")}
    result = repo.run("history", "--format", "json", "--show-secrets")
    assert result.code == 1
    for secret in expected:
        assert result.out.count(secret) == 1
    assert result.out.count('"fingerprint"') == len(expected)


def test_unreachable_objects_are_out_of_scope(repo: Repo, tmp_path: Path) -> None:
    repo.add("README", "hello\n")
    repo.commit()
    repo.git("hash-object", "-w", "--stdin", stdin=LINE.encode())
    assert history(repo).code == 0
