"""Where content came in: for many blobs at once, with names that would break a parser."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import closing
from pathlib import Path

import pytest

from scanner.git import namehistory, provenance
from scanner.git.command import Git
from scanner.git.graph import WALK, Listing, listed
from scanner.git.history import head_blobs
from scanner.git.provenance import Change, Introduced, Introductions, traced
from scanner.sources.story import Before, retraced
from tests.git.support import git_in
from tests.history.support import remove
from tests.support import Repo

ODD = [
    b"a\nb",
    b":100644 x",
    b"\x02commit",
    b'"quoted"',
    b"tab\there",
    b"\xff\xfe",
    b"deep/er/still",
    b" lead",
    b"0" * 40,
]


def introductions(git: Git, blobs: Collection[str], commits: Collection[str] = ()) -> Introductions:
    graph, error = listed(git)
    return traced(git, graph, blobs, commits, 1, error)


def numbered(repo: Repo, count: int) -> dict[str, Introduced]:
    """Commit so many files, forty a commit; return what is to be told of each blob."""
    names: dict[bytes, str] = {}
    for first in range(0, count, 40):
        made = []
        for number in range(first, first + 40):
            name = b"%d/" % (number // 100) + ODD[number % len(ODD)] + b"-%d" % number
            repo.write(name, f"content {number}\n")
            made.append(name)
        repo.git("add", "-A")
        commit = repo.commit(f"files from {first}")
        names |= dict.fromkeys(made, commit)
    listing = repo.git("ls-tree", "-r", "-z", "HEAD").encode("utf-8", "surrogateescape")
    entries = [entry.split(b"\t", 1) for entry in listing.split(b"\0") if entry]
    return {head.split()[2].decode(): Introduced(names[name], name) for head, name in entries}


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> tuple[Repo, dict[str, Introduced]]:
    repo = Repo(tmp_path_factory.mktemp("many") / "repo")
    return repo, numbered(repo, 320)


@pytest.mark.parametrize("count", [1, 7, provenance._MANY, provenance._MANY + 1, 320])
def test_every_blob_gets_its_commit_and_path(count: int, many: tuple[Repo, dict[str, Introduced]]) -> None:
    repo, expected = many
    wanted = sorted(expected)[:count]
    found = introductions(git_in(repo), wanted)
    assert found.error is None
    assert found.blobs == {oid: [expected[oid]] for oid in wanted}
    assert set(found.ranks) == {expected[oid].commit for oid in wanted}


@pytest.mark.parametrize("chunk", [1, 7, 41, 1000])
def test_records_may_be_cut_anywhere(
    chunk: int, many: tuple[Repo, dict[str, Introduced]], monkeypatch: pytest.MonkeyPatch
) -> None:
    repo, expected = many
    monkeypatch.setattr(namehistory, "_CHUNK", chunk)
    wanted = sorted(expected)[:5]
    assert introductions(git_in(repo), wanted).blobs == {oid: [expected[oid]] for oid in wanted}


def test_ranks_follow_history(repo: Repo) -> None:
    commits = []
    for number in range(5):
        repo.add("a", f"{number}\n")
        commits.append(repo.commit())
    found = introductions(git_in(repo), [], commits)
    assert sorted(commits, key=found.ranks.__getitem__) == commits
    assert found.blobs == {}


def test_blobs_that_no_commit_has_are_left_out(repo: Repo) -> None:
    repo.add("a", "a\n")
    repo.commit()
    assert introductions(git_in(repo), ["12" * 20]).blobs == {}


def test_an_empty_repository_has_nothing_to_tell(repo: Repo) -> None:
    assert introductions(git_in(repo), ["12" * 20]) == ({}, {}, None, {}, frozenset(), [])


def test_what_was_told_before_a_missing_tree_stays(repo: Repo) -> None:
    repo.add("a", "a\n")
    first = repo.commit()
    oid = repo.git("rev-parse", "HEAD:a")
    repo.add("b", "b\n")
    repo.commit()
    remove(repo, "HEAD^{tree}")
    found = introductions(git_in(repo), [oid])
    assert found.blobs == {oid: [Introduced(first, b"a")]}
    assert found.error and "unable to read" in found.error.message


def test_type_changes_and_modes_are_no_obstacle(repo: Repo) -> None:
    repo.write("target", "content\n")
    repo.git("add", "-A")
    first = repo.commit()
    oid = repo.git("rev-parse", "HEAD:target")
    (repo.path / "link").symlink_to("target")
    (repo.path / "target").chmod(0o755)
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{'12' * 20},sub")
    repo.git("add", "link", "target")
    second = repo.commit()
    # To git a link's target is a blob's content, and a changed mode is the same content again.
    link = repo.git("rev-parse", "HEAD:link")
    assert introductions(git_in(repo), [oid, link]).blobs == {
        oid: [Introduced(first, b"target")],
        link: [Introduced(second, b"link")],
    }
    assert introductions(git_in(repo), [oid, link]).links == {(second, b"link")}


def test_the_files_of_head(repo: Repo, tmp_path: Path) -> None:
    git = git_in(repo)
    assert head_blobs(git) == frozenset()
    repo.write(b"odd\n\tname", "a\n")
    repo.git("add", "-A")
    repo.commit()
    assert head_blobs(git) == frozenset([repo.git("hash-object", str(repo.path / "odd\n\tname"))])
    assert head_blobs(git_in(tmp_path)) == frozenset()
    remove(repo, "HEAD^{tree}")
    assert head_blobs(git) is None


@pytest.mark.parametrize("others", [0, provenance._MANY])
def test_what_commits_do_to_the_paths_of_a_blob(repo: Repo, others: int) -> None:
    repo.add("a", "secret\n")
    repo.add("b", "secret\n")
    first = repo.commit()
    oid = repo.git("rev-parse", "HEAD:a")
    repo.add("c", "x\n")
    repo.commit("nothing of ours")
    repo.git("rm", "-q", "a")
    repo.add("b", "x\n")
    second = repo.commit()
    repo.git("checkout", "-q", "-b", "side", first)
    repo.git("mv", "a", "d")
    third = repo.commit()
    repo.git("merge", "-q", "--no-commit", "-s", "ours", "main")
    repo.git("rm", "-q", "--cached", "d")
    repo.add("b", "y\n")  # unlike either parent
    repo.add("e", "secret\n")
    merge = repo.commit("merge")
    wanted = [oid, *(f"{number:040x}" for number in range(1, others + 1))]
    assert introductions(git_in(repo), wanted).changes == {
        first: [Change(b"a", oid), Change(b"b", oid)],
        second: [Change(b"a", ""), Change(b"b", "")],
        third: [Change(b"a", ""), Change(b"d", oid)],
        merge: [Change(b"b", ""), Change(b"e", oid)],  # that d is gone, as it is on main, is no change of its own
    }


def test_what_is_committed_after_the_commits_were_listed_is_found(repo: Repo) -> None:
    repo.commit("first", "--allow-empty")
    git = git_in(repo)
    with closing(Listing(git)) as listing:
        listing.commits()
        repo.write("late.txt", "late\n")
        repo.git("add", "-A")
        late = repo.commit()
        blob = repo.git("rev-parse", "HEAD:late.txt")
        assert retraced(git, Before(), {blob}, (), 1, WALK, listing).blobs == {blob: [Introduced(late, b"late.txt")]}
        assert late in retraced(git, Before(), (), {late}, 1, WALK, listing).ranks
        assert retraced(git, Before(), {"0" * 40}, (), 1, WALK, listing).blobs == {}
