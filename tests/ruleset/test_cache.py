"""The file store of the cache: whole and ours, or absent."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scanner.ruleset import cache
from tests.support import ROOT


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert not cache.store(str(tmp_path), "key", b"data")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_vanishes_while_writing_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def vanished(*_: object) -> None:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(os, "replace", vanished)
    monkeypatch.setattr(os, "unlink", vanished)
    assert not cache.store(str(tmp_path), "key", b"data")


@pytest.mark.parametrize(
    "data", [b"", b"x", b"\n" * 1000, os.urandom(5000)], ids=["empty", "one", "newlines", "random"]
)
def test_what_was_stored_is_loaded(tmp_path: Path, data: bytes) -> None:
    assert cache.store(str(tmp_path / "a" / "b"), "key", data)
    assert cache.load(str(tmp_path / "a" / "b"), "key") == data
    assert cache.load(str(tmp_path / "a" / "b"), "ke") is None


def test_digests_tell_parts_apart() -> None:
    made = [cache.digest(*parts) for parts in [(), (b"",), (b"ab",), (b"a", b"b"), (b"b", b"a"), (b"ab", b"")]]
    assert len(set(made)) == len(made)
    assert all(len(name) == 32 for name in made)


_WRITER = """
import sys
from scanner.engine.compiled import prepare
from tests.engine.test_compiled import _ALL, _FILES, _ids
for _ in range(15):
    assert _ids(prepare(_FILES, sys.argv[1])) == _ALL
    if sys.argv[2] == "1":
        import glob, os
        for path in glob.glob(sys.argv[1] + "/*"):
            try: os.unlink(path)
            except FileNotFoundError: pass
"""


def test_eight_processes_that_write_and_delete_at_once_never_see_a_half_file(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _WRITER, str(tmp_path / "shared")]
    running = [subprocess.Popen([*command, str(n % 2)], cwd=ROOT, stderr=subprocess.PIPE, text=True) for n in range(8)]
    for process in running:
        assert process.communicate(timeout=120)[1] == ""
        assert process.returncode == 0
    assert not [path for path in (tmp_path / "shared").iterdir() if path.name.startswith(".")]
