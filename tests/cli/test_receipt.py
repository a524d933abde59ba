"""The coverage receipt: what was in scope, what was read, and why the rest was not."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from scanner import __version__
from tests.cli.support import plant
from tests.support import Repo, redhanded


def _receipt(path: Path) -> dict[str, object]:
    loaded = json.loads(path.read_text())
    assert isinstance(loaded, dict)
    return loaded


def test_a_receipt_into_a_file_is_json_of_this_shape(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    secret = plant(tmp_path / "tree")
    (tmp_path / "tree" / "link").symlink_to("app.py")
    result = redhanded("scan", "tree", "--receipt", "r.json", cwd=tmp_path)
    assert (result.code, result.err) == (1, "")
    receipt = _receipt(tmp_path / "r.json")
    assert {key: type(value) for key, value in receipt.items()} == {
        "schema": str,
        "version": str,
        "command": str,
        "complete": bool,
        "scope": int,
        "read": int,
        "known": int,
        "bytes": int,
        "seconds": float,
        "reader": str,
        "prefilter": str,
        "rules": int,
        "rules_digest": str,
        "skipped": list,
    }
    assert receipt["schema"] == "redhanded-receipt/1"
    assert (receipt["version"], receipt["command"], receipt["reader"]) == (__version__, "scan", "files")
    assert (receipt["complete"], receipt["scope"], receipt["read"]) == (True, 2, 1)
    assert receipt["bytes"] == (tmp_path / "tree" / "app.py").stat().st_size
    assert receipt["skipped"] == [
        {
            "kind": "file",
            "path": "tree/link",
            "object": None,
            "reason": "symlink",
            "detail": "links are not followed",
            "incomplete": False,
        }
    ]
    assert secret not in (tmp_path / "r.json").read_text()


def test_a_receipt_replaces_an_older_one(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    for scope in (0, 1):
        assert redhanded("scan", "tree", "--receipt", "r.json", cwd=tmp_path).code == 0
        assert _receipt(tmp_path / "r.json")["scope"] == scope
        (tmp_path / "tree" / "a.py").write_text("")


@pytest.mark.parametrize("option", [["--receipt"], ["--receipt=-"], ["--receipt", "-"]], ids=" ".join)
def test_without_a_file_the_receipt_is_text_on_standard_error(tmp_path: Path, option: list[str]) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    os.mkfifo(tmp_path / "fifo")
    result = redhanded("scan", "a.py", "fifo", *option, cwd=tmp_path)
    assert result.code == 3
    first, second, third = result.err.splitlines()
    assert first == "receipt: INCOMPLETE; 2 in scope, 1 read (6 bytes), 1 skipped"
    assert "reader files, prefilter" in second
    assert third == "receipt: skipped 1: unreadable (not read)"
    assert "receipt" not in result.out


@pytest.mark.parametrize("command", ["staged", "history"])
def test_every_scanning_command_gives_a_receipt(repo: Repo, command: str) -> None:
    repo.add("a.py", "x = 1\n")
    if command == "history":
        repo.commit()
    assert repo.run(command, "--receipt", "../r.json").code == 0
    receipt = _receipt(repo.path.parent / "r.json")
    assert (receipt["command"], receipt["complete"], receipt["read"]) == (command, True, receipt["scope"])


def test_an_odd_file_name_in_a_receipt_keeps_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    Path(os.fsdecode(os.fsencode(tmp_path / "tree") + b"/\xff\n")).symlink_to("x")
    assert redhanded("scan", "tree", "--receipt", "r.json", cwd=tmp_path).code == 0
    assert json.loads((tmp_path / "r.json").read_text())["skipped"][0]["path"] == "tree/\udcff\n"
