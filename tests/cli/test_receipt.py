"""The coverage receipt: what was in scope, what was read, and why the rest was not."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from scanner import __version__
from tests.cli.support import plant
from tests.support import Repo, redhanded, token


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
        "kinds": dict,
        "known": int,
        "bytes": int,
        "bytes_unread": int,
        "unread_of_unknown_size": int,
        "seconds": float,
        "readers": list,
        "prefilter": str,
        "rules": int,
        "rules_digest": str,
        "versions": dict,
        "limits": dict,
        "policy": list,
        "reasons": dict,
        "skipped": list,
    }
    assert receipt["schema"] == "redhanded-receipt/1"
    assert (receipt["version"], receipt["command"], receipt["readers"]) == (__version__, "scan", ["files"])
    assert (receipt["complete"], receipt["scope"], receipt["read"]) == (True, 2, 1)
    assert receipt["bytes"] == (tmp_path / "tree" / "app.py").stat().st_size
    assert receipt["skipped"] == [
        {
            "kind": "file",
            "path": "tree/link",
            "object": None,
            "size": None,
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
    first, second, versions, limits, last = result.err.splitlines()
    assert first == "receipt: INCOMPLETE; 2 in scope, 1 read (6 bytes), 1 skipped"
    assert "reader files, prefilter" in second
    assert versions.startswith(f"receipt: redhanded {__version__}, python ")
    assert limits.startswith("receipt: limits bytes 536,870,912, findings 10,000, ")
    assert last == "receipt: skipped 1: unreadable (not read)"
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


def test_the_receipt_of_a_history_counts_every_kind(repo: Repo) -> None:
    repo.add("deep/a.py", "x = 1\n")
    repo.commit()
    repo.git("tag", "-a", "-m", "first", "v1")
    gone = repo.git("rev-parse", "HEAD:deep/a.py")
    (repo.path / ".git" / "objects" / gone[:2] / gone[2:]).unlink()
    (repo.path / ".git" / "refs" / "heads" / "broken").write_text("nonsense\n")
    result = repo.run("history", "--receipt", "../r.json")
    assert result.code == 3
    receipt = _receipt(repo.path.parent / "r.json")
    assert receipt["kinds"] == {
        "refs": {"scope": 3, "read": 2},
        "commits": {"scope": 1, "read": 1},
        "trees": {"scope": 2, "read": 2},
        "blobs": {"scope": 0, "read": 0},  # a broken ref keeps git from telling what is missing
        "tags": {"scope": 1, "read": 1},
    }
    assert receipt["reasons"] == {"git-error": 1, "unresolved-ref": 1}
    assert {"redhanded", "python", "git", "regex"} <= {*receipt["versions"]}  # type: ignore[misc]
    assert receipt["limits"]["bytes"] == 512 << 20  # type: ignore[index]
    lines = result.out.splitlines()
    assert any(line.startswith("Receipt: 2 of 3 refs, 1 commit, 2 trees, 0 blobs, 1 tag; ") for line in lines)
    assert "refs/heads/broken: it leads to no object" in result.out


def test_what_is_missing_is_in_scope_and_not_read(repo: Repo) -> None:
    repo.add("a.py", "x = 1\n")
    repo.commit()
    gone = repo.git("rev-parse", "HEAD:a.py")
    (repo.path / ".git" / "objects" / gone[:2] / gone[2:]).unlink()
    assert repo.run("history", "--receipt", "../r.json").code == 3
    receipt = _receipt(repo.path.parent / "r.json")
    assert receipt["kinds"]["blobs"] == {"scope": 1, "read": 0}  # type: ignore[index]
    assert (receipt["bytes_unread"], receipt["unread_of_unknown_size"]) == (0, 1)
    assert receipt["reasons"] == {"missing-object": 1}


def test_an_incomplete_scan_may_be_allowed_and_still_says_so(repo: Repo) -> None:
    repo.add("a.py", "x = 1\n")
    repo.commit()
    (repo.path / ".git" / "shallow").write_text(repo.git("rev-parse", "HEAD") + "\n")
    assert repo.run("history").code == 3
    result = repo.run("history", "--allow-incomplete", "--receipt", "../r.json")
    assert result.code == 0
    assert "--allow-incomplete lets that pass" in result.err
    assert "INCOMPLETE" in result.out.splitlines()[-1]
    assert _receipt(repo.path.parent / "r.json")["complete"] is False


def test_findings_are_not_allowed_with_it(repo: Repo) -> None:
    plant(repo.path)
    repo.git("add", ".")
    repo.commit()
    (repo.path / ".git" / "shallow").write_text(repo.git("rev-parse", "HEAD") + "\n")
    assert repo.run("history", "--allow-incomplete").code == 1


def test_a_ref_that_holds_a_secret_and_is_broken_is_listed_masked(repo: Repo) -> None:
    repo.add("a.py", "x = 1\n")
    repo.commit()
    secret = token()
    (repo.path / ".git" / "refs" / "heads" / secret).write_text("nonsense\n")
    for format in ("text", "json", "sarif"):
        result = repo.run("history", "--format", format, "-v", "--receipt", "../r.json")
        assert result.code == 1
        assert "unresolved-ref" in result.out or "it leads to no object" in result.out
        assert secret not in result.out + result.err + (repo.path.parent / "r.json").read_text()
