"""File names that would break a line, a quotation or a terminal, and a tree a thousand folders deep, in all reports."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from scanner.report import FORMATS
from tests.history.support import history, line
from tests.support import Repo, redhanded

ODD = (
    b"new\nline.py",
    b"carriage\rreturn.py",
    b"\x1b[2Jclear\x1b]0;title\x07.py",
    b"invalid\xff\xfe utf-8.py",
    b"quote\"and'apostrophe.py",
    b"::error file=x::forged.py",
    b" ##vso[task.complete].py",
    b"back\\slash\\n.py",
    "rechts\u202eyp.zzz".encode(),
    b"tab\tand space .py",
    b"-dash.py",
    b"<b>&amp;.py",
)


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    repo = Repo(tmp_path_factory.mktemp("odd") / "repo")
    for number, name in enumerate(ODD):
        repo.write(name, line(number))
    repo.git("add", "-A")
    repo.commit()
    return repo


@pytest.mark.parametrize("command", ["history", "scan"])
@pytest.mark.parametrize("format", FORMATS)
def test_no_name_steers_the_terminal_or_forges_a_line(odd: Repo, format: str, command: str) -> None:
    result = redhanded(command, "-v", "--format", format, cwd=odd.path)
    assert (result.code, result.err) == (1, "")
    assert not [char for char in result.out if (ord(char) < 32 and char not in "\n") or char in "\x7f\u202e\ufffd"]
    assert not [
        text
        for text in result.out.splitlines()
        if text.startswith(("line.py", "return.py", "::error file=x", " ##vso"))
    ]
    if format not in ("text", "github"):
        json.loads(result.out)


@pytest.mark.parametrize("command", ["history", "scan"])
def test_json_keeps_every_byte_of_a_name(odd: Repo, command: str) -> None:
    report = json.loads(redhanded(command, "--format", "json", cwd=odd.path).out)
    paths = {os.fsencode(found["location"]["path"]).removeprefix(b"./") for found in report["findings"]}
    assert paths == set(ODD)


def test_the_receipt_and_the_list_of_skips_are_as_safe(odd: Repo, tmp_path: Path) -> None:
    receipt = tmp_path / "receipt"
    result = redhanded("scan", "-v", "--receipt", str(receipt), cwd=odd.path)
    assert result.code == 1
    json.loads(receipt.read_text())
    assert "\x1b" not in receipt.read_text() + result.out


@pytest.mark.parametrize("depth", [1_000])
def test_a_tree_a_thousand_folders_deep(repo: Repo, depth: int) -> None:
    path = "/".join(["d"] * depth) + "/app.py"
    data = line("deep").encode()
    stream = b"commit refs/heads/main\ncommitter A <a@b> 1700000000 +0000\ndata 0\n"
    stream += b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data)
    repo.git("fast-import", "--quiet", stdin=stream)
    for packed in (False, True):
        if packed:
            repo.git("repack", "-q", "-a", "-d")
        seen = history(repo, "--no-cache")
        assert (seen.code, seen.err) == (1, "")
        assert not seen.report["summary"]["incomplete"], seen.report["skips"]
        assert seen.places == [(path, repo.git("rev-parse", "main"), 1)]
        assert seen.only["exposure"]["stands"]
    for format in FORMATS:
        assert redhanded("history", "--format", format, cwd=repo.path).code == 1
