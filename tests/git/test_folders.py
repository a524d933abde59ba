"""Alternates are followed as git follows them, and what cannot be followed is said."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scanner.git.folders import Folders, unquoted
from scanner.git.place import place_of
from tests.git.pack.support import by_git, fill, read
from tests.git.support import git_in
from tests.support import Repo


def _lend(borrower: Path, line: bytes) -> None:
    info = borrower / ".git" / "objects" / "info"
    info.mkdir(exist_ok=True)
    with open(info / "alternates", "ab") as file:
        file.write(line + b"\n")


def _objects(repo: Repo) -> bytes:
    return os.fsencode(repo.path / ".git" / "objects")


@pytest.fixture
def lender(tmp_path: Path) -> Repo:
    """Half of it is packed, half loose."""
    repo = Repo(tmp_path / "lender")
    fill(repo, 3)
    repo.git("repack", "-q", "-a", "-d")
    fill(repo, 2, 2)
    return repo


@pytest.mark.parametrize(
    "line",
    [
        b"%s",
        b"# a remark\n\n%s",
        b"../../../lender/.git/objects",
        b"../../../lender/../lender/.git/./objects/",
        b'"%s"',
        b'"../../../l\\145nder/.git/objects"',
        b"%s\n%s\n../../../repo/.git/objects",
    ],
    ids=["plain", "a remark", "relative", "not normal", "quoted", "quoted with an escape", "twice, and itself"],
)
def test_what_an_alternate_has_is_read(line: bytes, repo: Repo, lender: Repo) -> None:
    fill(repo, 2, 3)
    _lend(repo.path, line.replace(b"%s", _objects(lender)))
    expected = {**by_git(lender), **by_git(repo)}
    found = read(repo)
    assert by_git(repo) == expected  # git understands the line
    assert (found.objects, found.skips) == (expected, [])


def test_a_shared_clone_of_a_shared_clone(lender: Repo, tmp_path: Path) -> None:
    for number, origin in enumerate(("lender", "clone0", "clone1")):
        lender.git("clone", "-q", "--shared", str(tmp_path / origin), str(tmp_path / f"clone{number}"))
    found = read(tmp_path / "clone2")
    assert (found.objects, found.skips) == (by_git(lender), [])


def test_alternates_in_a_circle(repo: Repo, lender: Repo) -> None:
    _lend(repo.path, _objects(lender))
    _lend(lender.path, _objects(repo))
    assert read(repo).objects == by_git(repo) == by_git(lender)


@pytest.mark.parametrize("depth", [5, 6, 7, 8])
def test_alternates_are_followed_as_deep_as_git_does(depth: int, tmp_path: Path) -> None:
    repos = [Repo(tmp_path / f"{number}") for number in range(depth + 1)]
    for number, repo in enumerate(repos):
        repo.git("hash-object", "-w", "--stdin", stdin=b"%d" % number)
        if number:
            _lend(repos[number - 1].path, _objects(repo))
    found = read(repos[0])
    assert found.objects == by_git(repos[0])
    assert len(found.objects) == min(depth, 6) + 1
    assert bool(found.skips) == (depth > 6)


def test_an_alternate_that_is_not_there_is_said(repo: Repo, tmp_path: Path) -> None:
    fill(repo, 2)
    _lend(repo.path, os.fsencode(tmp_path / "gone"))
    result = repo.run("history")
    assert result.code == 3
    assert "gone" in result.out


@pytest.mark.parametrize("what", ["a file", "a file for its info", "a folder for alternates", "a file for a prefix"])
def test_a_folder_that_is_none_is_said_and_the_rest_is_read(what: str, repo: Repo, tmp_path: Path) -> None:
    fill(repo, 2)
    expected = by_git(repo)
    odd = tmp_path / "odd"
    if what == "a file":
        odd.touch()
    elif what == "a file for its info":
        odd.mkdir()
        (odd / "info").touch()
    elif what == "a folder for alternates":
        (odd / "info" / "alternates").mkdir(parents=True)
    else:
        odd.mkdir()
        (odd / "ab").touch()
    _lend(repo.path, os.fsencode(odd))
    found = read(repo)
    assert found.objects == expected
    assert found.skips and all(skip.reason == "git-error" for skip in found.skips)


def test_a_path_ends_where_git_ends_it(repo: Repo, lender: Repo) -> None:
    _lend(repo.path, _objects(lender) + b"\0name")
    found = read(repo)
    assert (found.objects, found.skips) == (by_git(repo), [])


def test_packs_are_those_with_an_index(repo: Repo) -> None:
    folder = repo.path / ".git" / "objects" / "pack"
    for name in ("a.pack", "a.idx", "b.pack", "c.idx", "a.keep", "d.pack", "d.rev"):
        (folder / name).touch()
    assert list(Folders(place_of(git_in(repo)).objects).packs()) == [str(folder / "a")]


@pytest.mark.parametrize(
    ("line", "path"),
    [
        (b"/plain path", b"/plain path"),
        (b'"/a\\tb\\303\\244\\"c\\\\"', b'/a\tb\xc3\xa4"c\\'),
        (b'"not closed', b'"not closed'),
        (b'"odd \\x escape"', b'"odd \\x escape"'),
        (b'""', b""),
    ],
)
def test_quoted_paths(line: bytes, path: bytes) -> None:
    assert unquoted(line) == path
