"""Files that change between being listed and being read, and limits."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.cli.settings import InForce
from scanner.model import Blob, FileOrigin, Skip, Target
from scanner.policy.config import Policy
from scanner.policy.layer import parse
from scanner.sources.files import Files


def _found(source: Files) -> list[Target | Skip]:
    return list(source.targets())


def _read(source: Files, found: list[Target | Skip]) -> list[Blob | Skip]:
    with source.reader() as reader:
        return list(reader.read([target for target in found if isinstance(target, Target)]))


def _tree(folder: Path) -> Files:
    (folder / "tree").mkdir()
    (folder / "tree" / "a.txt").write_bytes(b"0123456789")
    (folder / "outside").write_bytes(b"private")
    return Files((os.fsencode(folder / "tree"),))


def _vanish(path: Path) -> None:
    path.unlink()


def _become_fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _become_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _become_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("../outside")


def _lose_its_folder(path: Path) -> None:
    shutil.rmtree(path.parent)
    path.parent.write_text("")


CHANGES: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "vanishes": (_vanish, "vanished", "was there when the scan began"),
    "becomes-a-fifo": (_become_fifo, "unreadable", "is a FIFO, not a file"),
    "becomes-a-folder": (_become_folder, "unreadable", "Is a directory"),
    "becomes-a-link-out-of-the-tree": (_become_link, "unreadable", "Too many levels of symbolic links"),
    "loses-its-folder": (_lose_its_folder, "unreadable", "Not a directory"),
}


@pytest.mark.parametrize(("change", "reason", "detail"), CHANGES.values(), ids=CHANGES.keys())
def test_a_file_that_changes_under_the_scan_makes_it_incomplete(
    tmp_path: Path, change: Callable[[Path], None], reason: str, detail: str
) -> None:
    source = _tree(tmp_path)
    found = _found(source)
    change(tmp_path / "tree" / "a.txt")
    (skip,) = _read(source, found)
    assert isinstance(skip, Skip)
    assert (skip.reason, skip.detail, skip.incomplete) == (reason, detail, True)
    assert skip.origin == FileOrigin(os.fsencode(tmp_path / "tree" / "a.txt"))


def test_a_folder_that_vanishes_under_the_scan_makes_it_incomplete(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    listing = Files((os.fsencode(tmp_path),)).targets()
    (tmp_path / "a" / "x").touch()
    first = next(iter(listing))
    assert isinstance(first, Target)
    (tmp_path / "b").rmdir()
    (skip,) = listing
    assert isinstance(skip, Skip)
    assert (skip.reason, skip.incomplete) == ("vanished", True)


@pytest.mark.parametrize(("size", "too_large"), [(9, False), (10, False), (11, True), (1000, True)])
def test_a_file_over_the_limit_is_not_read(tmp_path: Path, size: int, too_large: bool) -> None:
    (tmp_path / "a").write_bytes(b"x" * size)
    source = Files((os.fsencode(tmp_path),), limit=10)
    (answer,) = _read(source, _found(source))
    if too_large:
        assert isinstance(answer, Skip)
        assert (answer.reason, answer.detail, answer.incomplete) == ("too-large", "is over 10 bytes", True)
    else:
        assert isinstance(answer, Blob)
        assert answer.data == b"x" * size


@pytest.mark.parametrize(("size", "too_large"), [(500, False), (2000, True)])
def test_a_file_that_grows_is_read_as_it_is_or_not_at_all(tmp_path: Path, size: int, too_large: bool) -> None:
    (tmp_path / "a").write_bytes(b"x" * 5)
    source = Files((os.fsencode(tmp_path),), limit=1000)
    found = _found(source)
    (tmp_path / "a").write_bytes(b"y" * size)
    (answer,) = _read(source, found)
    assert isinstance(answer, Skip) is too_large


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
def test_the_limit_holds_for_a_file_whose_entry_says_that_it_is_empty() -> None:
    path = b"/proc/self/status"
    source = Files((path,), limit=10)
    (answer,) = _read(source, _found(source))
    assert isinstance(answer, Skip) and answer.reason == "too-large"
    whole = Files((path,))
    (blob,) = _read(whole, _found(whole))
    assert isinstance(blob, Blob) and blob.data.startswith(b"Name:")


def test_files_come_in_order_of_name_each_folder_after_its_files(tmp_path: Path) -> None:
    for name in ("b/z", "b/a/x", "a.txt", "c", "b/b"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = [os.path.relpath(os.fsdecode(t.origin.path), tmp_path) for t in _found(Files((os.fsencode(tmp_path),)))]
    assert found == ["a.txt", "c", "b/b", "b/z", "b/a/x"]


def _excluding(root: Path, pattern: str) -> Callable[[str], str | None]:
    policy = Policy(str(root), [parse(".redhanded.yaml", f"exclude: [{pattern}]\n".encode())])
    return InForce(policy, (policy,)).left_out


def test_an_excluded_folder_is_one_skip_and_not_entered(tmp_path: Path) -> None:
    (tmp_path / "docs" / "deep").mkdir(parents=True)
    (tmp_path / "docs" / "deep" / "a").touch()
    (tmp_path / "docs.txt").touch()
    source = Files((os.fsencode(tmp_path),), _excluding(tmp_path, "docs/"))
    skip, target = _found(source)
    assert isinstance(target, Target) and target.origin.path.endswith(b"/docs.txt")
    assert isinstance(skip, Skip)
    assert (skip.origin.path, skip.detail) == (os.fsencode(tmp_path / "docs"), "by docs/ in .redhanded.yaml:1")


def test_excludes_hold_only_below_their_root(tmp_path: Path) -> None:
    for folder in ("root", "rootless"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a").touch()
    source = Files((os.fsencode(tmp_path),), _excluding(tmp_path / "root", "a"))
    kept = [t.origin.path for t in _found(source) if isinstance(t, Target)]
    assert kept == [os.fsencode(tmp_path / "rootless" / "a")]
