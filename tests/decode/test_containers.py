"""What of an archive is told, and what of a damaged one is still read."""

from __future__ import annotations

import base64
import bz2
import gzip
import json
import lzma
import random
import resource
import sqlite3
import sys
import tarfile
import zipfile
from collections.abc import Callable
from contextlib import closing
from io import BytesIO

import py7zr
import pytest

from scanner.decode.containers import members
from scanner.decode.magic import kind_of
from scanner.decode.member import Allowance, Member, Unread
from tests.decode.disguises import PACKED, pdf
from tests.support import Repo, token

_SQLITE = pytest.mark.skipif(sys.version_info < (3, 11), reason="a database in memory takes Python 3.11 to open")
_BODY = random.Random(1).randbytes(3_000_000)  # does not shrink, so that half of the file is half of the content


def _zip(names: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in names.items():
            archive.writestr(name, data)
    return out.getvalue()


def _tar(names: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in names.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, BytesIO(data))
    return out.getvalue()


def _members(data: bytes) -> list[Member | Unread]:
    return list(members(data, kind_of(data), Allowance(len(data), 1 << 30, 1000)))


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress, bz2.compress])
def test_what_comes_before_the_damage_is_read(pack: Callable[[bytes], bytes]) -> None:
    packed = pack(_BODY)
    start, wrong = _members(packed[: len(packed) // 2])
    assert isinstance(start, Member)
    assert _BODY.startswith(start.data)
    assert len(start.data) > 800_000
    assert isinstance(wrong, Unread)
    assert "cannot be unpacked to its end" in wrong.detail


def test_a_damaged_member_of_a_zip_and_the_one_after_it() -> None:
    packed = bytearray(_zip({"a": _BODY, "b": b"whole"}))
    packed[2_000_000] ^= 1
    start, wrong, after = _members(bytes(packed))
    assert (start.name, wrong.name, after) == (b"a", b"a", Member(b"b", b"whole"))
    assert isinstance(wrong, Unread)


def test_a_tar_that_was_cut() -> None:
    packed = _tar({"a": b"whole", "b": _BODY})
    first, *others = _members(packed[: len(packed) // 2])
    assert first == Member(b"a", b"whole")
    assert any(isinstance(other, Unread) for other in others)


@pytest.mark.parametrize(
    ("library", "name"), [("zstandard", "dump.zst"), ("py7zr", "archive.7z"), ("pypdf", "manual.pdf")]
)
def test_without_its_library_a_file_is_told_and_what_to_install(
    monkeypatch: pytest.MonkeyPatch, library: str, name: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    (unread,) = _members(PACKED[name](token()))
    assert isinstance(unread, Unread)
    assert not unread.is_limit
    assert "install redhanded[archives]" in unread.detail


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # time may be up in a destructor
def test_a_page_that_takes_too_long_is_told_and_the_next_one_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.decode.pdf._SECONDS", 0.2)
    slow, after = _members(pdf("word " * 400_000, "the end"))
    assert isinstance(slow, Unread)
    assert (slow.name, slow.is_limit) == (b"page 1", True)
    assert isinstance(after, Member)
    assert after.name == b"page 2"
    assert b"the end" in after.data


@_SQLITE
def test_a_database_is_read_as_its_rows() -> None:
    (table,) = _members(PACKED["users.db"]("secret word"))
    assert isinstance(table, Member)
    assert table.name == b'a "b'
    rows = [json.loads(line) for line in table.data.splitlines()]
    assert [row["id"] for row in rows] == list(range(40))
    assert "secret word" in rows[30]["note"]


@_SQLITE
def test_a_database_cannot_hold_up_the_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.decode.member._SECONDS", -1.0)
    assert all(isinstance(one, Unread) and one.is_limit for one in _members(PACKED["users.db"]("x")))


def test_an_encrypted_seven_zip_is_told() -> None:
    out = BytesIO()
    with py7zr.SevenZipFile(out, "w", password="not told") as archive:
        archive.writestr(token().encode(), "k.py")
    assert _members(out.getvalue()) == [Unread(b"", "it is encrypted")]


def test_an_encrypted_pdf_is_told() -> None:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf("nothing"))))
    writer.encrypt("not told", algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    assert _members(out.getvalue()) == [Unread(b"", "it is encrypted")]


def test_a_column_that_is_computed_takes_no_memory() -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE t (a TEXT, b AS (zeroblob(900000000)))")
        database.execute("INSERT INTO t VALUES ('x')")
        database.execute("CREATE TABLE u (a TEXT)")
        database.execute("INSERT INTO u VALUES ('whole')")
        database.commit()
        if not hasattr(database, "serialize"):
            pytest.skip("takes Python 3.11")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        wrong, whole = _members(database.serialize())
    assert isinstance(wrong, Unread)
    assert isinstance(whole, Member)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kilobytes


def test_xz_that_asks_for_too_much_memory_is_told() -> None:
    packed = lzma.compress(b"A", filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 30}])
    (unread,) = _members(packed)
    assert isinstance(unread, Unread)


def test_a_seven_zip_bomb_is_not_unpacked() -> None:
    out = BytesIO()
    with py7zr.SevenZipFile(out, "w") as archive:
        archive.writestr(b"\0" * 200_000_000, "zeros")
    assert [one for one in _members(out.getvalue()) if isinstance(one, Unread) and one.is_limit]


def test_a_secret_in_the_name_of_a_member_is_found_and_not_shown(repo: Repo) -> None:
    names, inside = token(seed="name"), token(seed="content")
    repo.write("x.zip", _zip({f"deep/{names}.txt": f"k = '{inside}'\n".encode()}))
    repo.write("y.tar.gz", gzip.compress(_tar({f"{names}": _zip({"k.py": inside.encode()})})))
    report = repo.run("scan", ".", "--format", "json")
    places = [finding["location"]["place"] for finding in json.loads(report.out)["findings"]]
    assert sorted(places) == ["file", "file", "file-name", "file-name"]
    for form in ("text", "json", "sarif"):
        told = repo.run("scan", ".", "-v", "--format", form)
        assert told.code == 1
        assert names not in told.out + told.err
        assert inside not in told.out + told.err


def test_too_many_hits_in_what_is_decoded_are_said_and_what_stands_plain_is_found(repo: Repo) -> None:
    crowd = gzip.compress(b"AKIA ghp_ sk_live_ xoxb- " * 1_000_000)
    repo.write("crowd.txt", f"{token()}\nblob = '{base64.b64encode(crowd).decode()}'\n")
    report = repo.run("scan", "crowd.txt", "--format", "json")
    seen = json.loads(report.out)
    assert "github-pat" in {finding["rule_id"] for finding in seen["findings"]}
    assert [skip["reason"] for skip in seen["skips"]] == ["too-deep"]
