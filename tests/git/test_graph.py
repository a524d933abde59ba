"""The graph of commits and the refs, of real repositories with what is odd about them."""

from __future__ import annotations

import shutil

import pytest

from scanner.errors import GitError
from scanner.git.graph import Lookup, commits, files
from scanner.git.refs import Ref, read_refs
from tests.git.support import git_in
from tests.history.support import loose, remove
from tests.support import Repo

ODD = [
    b"a\nb",
    b" lead",
    b'"q"',
    b"\xff\xfe",
    b"tab\there",
    b"-x",
    b":(top)y",
    b"d/e/f",
    b"x" * 200 + b"/" + b"y" * 200,
]


def test_commits_come_after_their_parents(repo: Repo) -> None:
    first, second = repo.commit("a", "--allow-empty"), repo.commit("b", "--allow-empty")
    repo.git("checkout", "-q", "-b", "side", first)
    third = repo.commit("c", "--allow-empty")
    repo.git("merge", "-q", "--no-ff", "-m", "merge", "main")
    merge = repo.git("rev-parse", "HEAD")
    found = [*commits(git_in(repo))]
    assert set(found) == {(first,), (second, first), (third, first), (merge, third, second)}
    assert found[0] == (first,) and found[-1][0] == merge


def test_an_empty_repository_has_no_graph_and_no_refs(repo: Repo) -> None:
    assert [*commits(git_in(repo))] == []
    assert read_refs(git_in(repo), ()) == ((), "refs/heads/main", "")


def test_a_broken_graph_is_an_error(repo: Repo) -> None:
    repo.commit("a", "--allow-empty")
    repo.commit("b", "--allow-empty")
    remove(repo, "HEAD~1")
    with pytest.raises(GitError):
        [*commits(git_in(repo))]


@pytest.mark.parametrize("jobs", [1, 2, 3, 8])
def test_what_a_commit_has_under_any_path(repo: Repo, jobs: int) -> None:
    for number, name in enumerate(ODD):
        repo.write(name, f"{number}\n")
    repo.git("add", "-A")
    commit = repo.commit()
    expected = {name: repo.git("hash-object", "--stdin", stdin=b"%d\n" % n) for n, name in enumerate(ODD)}
    with Lookup(git_in(repo), jobs) as find:
        assert find(commit, ODD) == expected
        assert find(commit, [b"missing", b"mis\nsing", b"z" * 9_000]) == {}
        many = [b"%d/missing-%d" % (n, n) for n in range(5_000)]
        assert find(commit, [*many, b"d/e/f"]) == {b"d/e/f": expected[b"d/e/f"]}
        assert find("0" * 40, [b"d/e/f"]) == {}
        assert find(commit, []) == {}
    assert {path: oid for oid, path in files(git_in(repo), commit)} == expected


@pytest.mark.parametrize("jobs", [1, 3])
def test_what_was_foreseen_is_not_asked_again(repo: Repo, jobs: int) -> None:
    for number, name in enumerate(ODD):
        repo.write(name, f"{number}\n")
    repo.git("add", "-A")
    commit = repo.commit()
    many = [b"%d/missing-%d" % (n, n) for n in range(500)]
    plain = [name for name in ODD if b"\n" not in name]
    with Lookup(git_in(repo), 1) as find:
        expected = find(commit, ODD)
    with Lookup(git_in(repo), jobs) as find:
        find.foresee([(commit, [*ODD, *many]), ("0" * 40, [b"d/e/f"])], 10_000)
        assert find(commit, [*ODD, *many]) == expected
        shutil.rmtree(repo.path / ".git" / "objects")
        assert find(commit, [*plain, *many]) == {name: oid for name, oid in expected.items() if name in plain}
        assert find("0" * 40, [b"d/e/f"]) == {}
        find.foresee([(commit, many)], 10_000)  # git fails, and says so when it is asked
        with pytest.raises(GitError):
            find(commit, many)


def test_no_more_is_foreseen_than_may_be_asked(repo: Repo) -> None:
    repo.write("a", "1\n")
    repo.git("add", "-A")
    commit = repo.commit()
    with Lookup(git_in(repo)) as find:
        find.foresee([(commit, [b"a", *(b"b%d" % n for n in range(500))])], 200)
        shutil.rmtree(repo.path / ".git" / "objects")
        assert find(commit, [b"a", b"b1"]).keys() == {b"a"}
        with pytest.raises(GitError):
            find(commit, [b"b99"])


def test_refs_and_what_they_lead_to(repo: Repo) -> None:
    commit = repo.commit("a", "--allow-empty")
    repo.git("tag", "-a", "-m", "x", "inner")
    repo.git("tag", "-a", "-m", "x", "outer", "inner")
    repo.git("tag", "empty-tree", repo.git("mktree", stdin=b""))
    repo.git("symbolic-ref", "refs/heads/alias", "refs/heads/main")
    inner, outer, tree = (repo.git("rev-parse", name) for name in ("inner", "outer", "empty-tree"))
    refs = (
        Ref("refs/heads/main", (commit,)),
        Ref("refs/tags/empty-tree", (tree,)),
        Ref("refs/tags/inner", (inner, commit)),
        Ref("refs/tags/outer", (outer, inner, commit)),
    )
    assert read_refs(git_in(repo), {commit}) == (refs, "refs/heads/main", commit)
    repo.git("checkout", "-q", "--detach")
    assert read_refs(git_in(repo), ()) == ((*refs, Ref("HEAD", (commit,))), "HEAD", commit)


def test_a_ref_to_what_is_not_there_leads_no_further(repo: Repo) -> None:
    commit = repo.commit("a", "--allow-empty")
    repo.git("tag", "-a", "-m", "x", "v1")
    tag = repo.git("rev-parse", "v1")
    loose(repo, tag).unlink()
    assert Ref("refs/tags/v1", (tag,)) in read_refs(git_in(repo), {commit}).all
