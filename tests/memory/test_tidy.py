"""What nobody uses goes from the cache by itself, and nothing that is not ours."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from scanner.ruleset import cache
from scanner.ruleset.tidy import UNUSED, VERDICTS, clear, listing, tidy


def _file(folder: Path, name: str, size: int, age: float) -> Path:
    """Write a file that was last used so many seconds ago."""
    path = folder / name
    path.write_bytes(b"x" * size)
    os.utime(path, (time.time() - age,) * 2)
    return path


def test_what_is_not_used_for_long_goes(tmp_path: Path) -> None:
    old, new = cache.digest(b"old"), cache.digest(b"new")
    _file(tmp_path, f"{old}{VERDICTS}", 10, UNUSED + 60)
    _file(tmp_path, f"{new}{VERDICTS}", 10, UNUSED - 60)
    tidy(str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == [f"{new}{VERDICTS}"]


def test_the_files_of_a_rule_set_go_together(tmp_path: Path) -> None:
    used = cache.digest(b"used")
    for ending, age in (("", 60), (".rules", UNUSED + 60), (".patterns", UNUSED + 60)):
        _file(tmp_path, used + ending, 10, age)
    tidy(str(tmp_path))
    assert len(listing(str(tmp_path))) == 3


def test_of_too_much_the_least_used_goes(tmp_path: Path) -> None:
    names = [cache.digest(f"{number}".encode()) for number in range(4)]
    for number, name in enumerate(names):
        _file(tmp_path, name, 100, number * 1000)
    tidy(str(tmp_path), most=250)
    assert {path.name for path in tmp_path.iterdir()} == set(names[:2])


def test_what_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    name = cache.digest(b"x")
    for other in ("README", name.upper(), f"{name}0", f"{name}.a.b", f".{name}", ".gitignore"):
        _file(tmp_path, other, 10, 10 * UNUSED)
    (tmp_path / "folder").mkdir()
    before = sorted(path.name for path in tmp_path.iterdir())
    tidy(str(tmp_path), most=0)
    assert clear(str(tmp_path)) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_temporary_files_of_runs_that_died_go(tmp_path: Path) -> None:
    name = cache.digest(b"x")
    _file(tmp_path, f".{name}.seen.{'0' * 16}", 10, 7200)
    _file(tmp_path, f".{name}.seen.{'1' * 16}", 10, 60)
    tidy(str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == [f".{name}.seen.{'1' * 16}"]


def test_what_is_used_says_so(tmp_path: Path) -> None:
    folder, name = str(tmp_path), cache.digest(b"x")
    assert cache.store(folder, name, b"data")
    path = tmp_path / name
    for age, changes in ((2 * 86_400, True), (3_600, False)):
        os.utime(path, (time.time() - age,) * 2)
        before = path.stat().st_mtime
        assert cache.load(folder, name) == b"data"
        assert (path.stat().st_mtime > before) is changes


@pytest.mark.parametrize("folder", ["missing", "file"])
def test_tidying_what_is_no_folder(tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").write_text("mine\n")
    tidy(str(tmp_path / folder))
    assert (tmp_path / "file").read_text() == "mine\n"
