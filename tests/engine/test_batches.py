"""How work is dealt out: by number, by size, and by how long files of a kind take."""

from __future__ import annotations

from scanner.engine.batch import batches
from scanner.engine.run import _worth_a_pool
from scanner.model import FileOrigin, Skip, Target

_MB = 1 << 20


def _sizes(*files: tuple[str, int]) -> list[int]:
    skips: list[Skip] = []
    made = batches((Target(FileOrigin(name.encode()), size) for name, size in files), skips)
    assert not skips
    return [len(batch) for batch in made]


def test_small_files_go_together() -> None:
    assert _sizes(*[("a.py", 100)] * 600) == [256, 256, 88]
    assert _sizes(*[("a.py", -1)] * 300) == [256, 44]  # nobody knows how large


def test_large_files_are_few() -> None:
    assert _sizes(*[("a.sql", 3 * _MB)] * 7) == [3, 3, 1]


def test_slow_files_go_alone() -> None:
    sizes = _sizes(("a.txt", 100), ("b.pdf", _MB), ("C.PDF", _MB), ("d.zip", _MB), ("e.txt", _MB))
    assert sizes == [2, 1, 2]  # the archive is not slow enough for that


def test_a_few_slow_files_are_worth_workers() -> None:
    for name, is_worth_it in (("a.pdf", True), ("a.txt", False)):
        groups = batches([Target(FileOrigin(name.encode()), _MB // 20)] * 9, [])
        _worth_a_pool(groups)
        assert bool(list(groups)) == is_worth_it


def test_what_is_skipped_is_in_no_batch() -> None:
    skips: list[Skip] = []
    skip = Skip(FileOrigin(b"b"), "too-large", "it is")
    target = Target(FileOrigin(b"a"), 1)
    assert list(batches([target, skip, target], skips)) == [[target, target]]
    assert skips == [skip]
