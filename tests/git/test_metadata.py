"""Who and when, from lines that no git of today would write, too."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.git import metadata
from scanner.git.metadata import describe
from scanner.model import Provenance
from tests.git.support import git_in
from tests.history.support import LINE, history
from tests.support import Repo

Told = tuple[str, str, str]  # author, mail, date

LINES: dict[str, tuple[bytes, Told]] = {
    "plain": (b"author Ada L <a@b.c> 1700000000 +0000", ("Ada L", "a@b.c", "2023-11-14T22:13:20+00:00")),
    "east": (b"author Ada <a@b.c> 1700000000 +0530", ("Ada", "a@b.c", "2023-11-15T03:43:20+05:30")),
    "west": (b"author Ada <a@b.c> 1700000000 -0330", ("Ada", "a@b.c", "2023-11-14T18:43:20-03:30")),
    "UTF-8": ("author Åsa <å@b.c> 0 +0000".encode(), ("Åsa", "å@b.c", "1970-01-01T00:00:00+00:00")),
    "not UTF-8": (b"author Andr\xe9 <a@b.c> 1700000000 +0000", ("Andr\\xe9", "a@b.c", "2023-11-14T22:13:20+00:00")),
    "no name": (b"author  <a@b.c> 1700000000 +0000", ("", "a@b.c", "2023-11-14T22:13:20+00:00")),
    "no name, no mail": (b"author  <> 1700000000 +0000", ("", "", "2023-11-14T22:13:20+00:00")),
    "no brackets": (b"author Ada 1700000000 +0000", ("Ada", "", "2023-11-14T22:13:20+00:00")),
    "no date": (b"author Ada <a@b.c>", ("Ada", "a@b.c", "")),
    "words for a date": (b"author Ada <a@b.c> yesterday", ("Ada", "a@b.c", "")),
    "before 1970": (b"author Ada <a@b.c> -5 +0000", ("Ada", "a@b.c", "")),
    "far future": (b"author Ada <a@b.c> 99999999999 +0000", ("Ada", "a@b.c", "5138-11-16T09:46:39+00:00")),
    "no such year": (b"author Ada <a@b.c> 999999999999 +0000", ("Ada", "a@b.c", "")),
    "more digits than sense": (b"author Ada <a@b.c> 99999999999999999999 +0000", ("Ada", "a@b.c", "")),
    "no such zone": (b"author Ada <a@b.c> 1700000000 +9999", ("Ada", "a@b.c", "2023-11-14T22:13:20+00:00")),
    "nothing": (b"author ", ("", "", "")),
    "another header": (b"authority Ada <a@b.c> 1 +0000", ("", "", "")),
}


def commit(repo: Repo, author: bytes, *headers: bytes) -> str:
    """Write a commit as it is, without git's own checks."""
    tree = repo.git("mktree", stdin=b"").encode()
    committer = b"committer C <c@d.e> 1700000000 +0000"
    data = b"\n".join(
        [b"tree " + tree, author, committer, *headers, b"", b"message", b"author In The Message <x@y> 1 +0000"]
    )
    return repo.git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=data)


def told(repo: Repo, oid: str) -> Told:
    found = describe(git_in(repo), [oid])[oid]
    assert found.commit == oid
    return found.author, found.email, found.date


@pytest.mark.parametrize(("line", "expected"), LINES.values(), ids=LINES.keys())
def test_an_author_line_is_told_as_far_as_it_makes_sense(line: bytes, expected: Told, repo: Repo) -> None:
    name, mail, date = told(repo, commit(repo, line))
    assert (name, mail) == expected[:2]
    assert date == expected[2]


ENCODINGS = {
    "Latin-1": (b"ISO-8859-1", "André".encode("latin-1"), "André"),
    "Windows": (b"windows-1251", "Анна".encode("cp1251"), "Анна"),
    "Japanese": (b"EUC-JP", "太郎".encode("euc-jp"), "太郎"),
    "unknown": (b"nonsense", "Åsa".encode(), "Åsa"),
    "no text": (b"hex", "Åsa".encode(), "Åsa"),
    "one that runs escapes": (b"unicode_escape", b"\\x41", "\\x41"),
    "a module's name": (b"os.path", "Åsa".encode(), "Åsa"),
    "wrong": (b"gb18030", b"\xff", "\\xff"),
}


@pytest.mark.parametrize(("encoding", "name", "expected"), ENCODINGS.values(), ids=ENCODINGS.keys())
def test_an_encoding_header_is_followed_when_it_names_one(
    encoding: bytes, name: bytes, expected: str, repo: Repo
) -> None:
    oid = commit(repo, b"author " + name + b" <a@b.c> 1700000000 +0000", b"encoding " + encoding)
    assert told(repo, oid) == (expected, "a@b.c", "2023-11-14T22:13:20+00:00")


def test_a_name_of_megabytes_is_cut_and_costs_no_time(repo: Repo) -> None:
    oid = commit(repo, b"author " + b"a 1 +" * 1_000_000 + b" <a@b.c> 1700000000 +0000", b"encoding utf-8")
    name, _, date = told(repo, oid)
    assert len(name) < 1100
    assert date == "2023-11-14T22:13:20+00:00"


def test_a_tag_has_a_tagger(repo: Repo) -> None:
    repo.add("a", "a")
    repo.commit()
    repo.git("tag", "-a", "v1", "-m", "x", env={"GIT_COMMITTER_DATE": "2024-05-05T05:05:05+02:00"})
    assert told(repo, repo.git("rev-parse", "v1")) == ("Ada", "ada@example.com", "2024-05-05T05:05:05+02:00")


def test_a_tag_without_a_tagger_as_git_once_wrote_them(repo: Repo) -> None:
    repo.add("a", "a")
    data = f"object {repo.commit()}\ntype commit\ntag old\n\nmessage\n".encode()
    assert told(repo, repo.git("mktag", "--no-strict", stdin=data)) == ("", "", "")


def test_what_is_missing_is_left_out(repo: Repo) -> None:
    oid = commit(repo, b"author Ada <a@b.c> 1700000000 +0000")
    found = describe(git_in(repo), ["12" * 20, oid])
    assert found == {oid: Provenance(oid, "Ada", "a@b.c", "2023-11-14T22:13:20+00:00")}


def test_a_sha256_repository(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo", "--object-format=sha256")
    repo.add("a", "a")
    assert told(repo, repo.commit())[0] == "Ada"


def test_odd_commits_come_through_a_whole_audit(repo: Repo) -> None:
    for number, (line, _) in enumerate(LINES.values()):
        if line != LINES["another header"][0]:
            oid = commit(repo, line, b"x-secret " + LINE.encode().rstrip())
            repo.git("update-ref", f"refs/heads/b{number}", oid)
    seen = history(repo)
    assert seen.code == 1
    assert len(seen.only["also"]) == len(LINES) - 2
    assert os.environ.get("GIT_DIR") is None


PARTS = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=8) | st.text(
    " <>\t\r@.,\x0b\x85", max_size=4
)


@given(st.sampled_from(["author", "tagger"]), PARTS, PARTS, st.integers(0, 10**11), st.integers(-2400, 2400))
def test_plain_lines_are_read_as_gitpython_reads_them(kind: str, name: str, mail: str, seconds: int, zone: int) -> None:
    line = f"{kind} {name} <{mail}> {seconds} {zone:+05d}"
    plain = metadata._plain("12" * 20, line)
    assert plain in (None, metadata._odd("12" * 20, line, True))


def test_a_line_as_git_writes_it_needs_no_gitpython() -> None:
    line = "author Ada L <a@b.c> 1700000000 +0530"
    assert metadata._plain("1", line) == Provenance("1", "Ada L", "a@b.c", "2023-11-15T03:43:20+05:30")
