"""Damaged packs: what is read is exact, and what is not is said."""

from __future__ import annotations

import hashlib
import random
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from scanner.git.pack.delta import apply_delta, result_size
from scanner.git.pack.index import PackError
from scanner.git.pack.walk import inflate
from tests.git.pack.make import Made, index_of, number, sealed
from tests.git.pack.support import Objects, by_git, fill, pack_folder, read
from tests.support import Repo


class Target:
    """A repository in one pack, to be damaged; `objects` are what it should have."""

    def __init__(self, path: Path, seed: int) -> None:
        self.repo = Repo(path)
        fill(self.repo, 8, seed)
        self.repo.git("-c", f"repack.useDeltaBaseOffset={'false' if seed % 2 else 'true'}", "repack", "-qadf")
        (self.pack,) = pack_folder(self.repo).glob("*.pack")
        self.index = self.pack.with_suffix(".idx")
        self.pack.chmod(0o644)
        self.index.chmod(0o644)
        self.whole, self.whole_index = self.pack.read_bytes(), self.index.read_bytes()
        self.objects: Objects = by_git(self.repo)

    def entries(self, pack: bytes) -> list[Made]:
        """Return what stands in a pack of these bytes where this one has its entries."""
        data, count = self.whole_index, int.from_bytes(self.whole_index[1028:1032], "big")
        ids = [data[1032 + 20 * row :][:20].hex() for row in range(count)]
        at = [int.from_bytes(data[1032 + 24 * count + 4 * row :][:4], "big") for row in range(count)]
        order = sorted(range(count), key=at.__getitem__)
        ends = [*(at[row] for row in order[1:]), len(self.whole) - 20]
        return [Made(ids[row], at[row], pack[at[row] : end]) for row, end in zip(order, ends, strict=True)]


@pytest.fixture(scope="module", params=[1, 2], ids=["bases by name", "bases by distance"])
def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Target:
    return Target(tmp_path_factory.mktemp("target") / "repo", request.param)


@pytest.fixture(autouse=True)
def mended(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "target" in request.fixturenames:
        one: Target = request.getfixturevalue("target")
        one.pack.write_bytes(one.whole)
        one.index.write_bytes(one.whole_index)


def _damaged(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    end = min(len(data), at + chance.randrange(1, 300))
    match chance.randrange(5):
        case 0:
            return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]
        case 1:
            return data[:at]
        case 2:
            return data[:at] + bytes(end - at) + data[end:]
        case 3:
            return data[:at] + chance.randbytes(end - at) + data[end:]
        case _:
            return data[:at] + chance.randbytes(end - at) + data[at:]


def _is_exact_or_said(target: Target) -> None:
    found = read(target.repo)
    for oid, (kind, data) in found.objects.items():
        if hashlib.sha1(f"{kind} {len(data)}\0".encode() + data).hexdigest() != oid:
            assert oid not in target.objects  # an index may be forged, but no true name is taken in vain
    if any(found.objects.get(oid) != what for oid, what in target.objects.items()):
        assert any(skip.incomplete for skip in found.skips)


@pytest.mark.parametrize("seed", range(3))
def test_any_damage_to_a_pack_is_said(seed: int, target: Target) -> None:
    chance = random.Random(seed)
    for _ in range(12):
        target.pack.write_bytes(_damaged(target.whole, chance))
        _is_exact_or_said(target)


@pytest.mark.parametrize("seed", range(3))
def test_any_damage_to_a_pack_that_its_index_agrees_with_is_said(seed: int, target: Target) -> None:
    chance = random.Random(seed)
    for _ in range(12):
        at = chance.randrange(12, len(target.whole) - 20)
        size = chance.choice((1, 1, 30, 300))
        body = (target.whole[:at] + chance.randbytes(size) + target.whole[at + size :])[: len(target.whole) - 20]
        pack = sealed(body)
        target.pack.write_bytes(pack)
        target.index.write_bytes(index_of(target.entries(pack), pack[-20:]))
        _is_exact_or_said(target)


@pytest.mark.parametrize("is_sealed", [False, True], ids=["plainly", "with a true checksum"])
def test_any_damage_to_an_index_is_said(is_sealed: bool, target: Target) -> None:
    chance = random.Random(is_sealed)
    for _ in range(24):
        data = _damaged(target.whole_index[:-40], chance) + target.whole_index[-40:]
        target.index.write_bytes(sealed(data[:-20]) if is_sealed else data)
        _is_exact_or_said(target)


def test_the_index_of_another_pack_is_said(target: Target, tmp_path: Path) -> None:
    target.index.write_bytes(Target(tmp_path / "other", 7).whole_index)
    _is_exact_or_said(target)
    assert read(target.repo).store.remarks


@pytest.mark.parametrize("count", [0, 1, 1 << 31, (1 << 32) - 1])
@pytest.mark.parametrize("agreed", [False, True], ids=["in the pack", "in both"])
def test_a_count_of_objects_that_is_a_lie(count: int, agreed: bool, target: Target) -> None:
    pack = sealed(target.whole[:8] + count.to_bytes(4, "big") + target.whole[12:-20])
    target.pack.write_bytes(pack)
    index = target.whole_index
    if agreed:
        index = sealed(index[:1028] + count.to_bytes(4, "big") + index[1032:-40] + pack[-20:])
    target.index.write_bytes(index)
    _is_exact_or_said(target)


@pytest.mark.parametrize("seed", range(4))
def test_no_delta_makes_anything_but_a_result_or_an_error(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(3_000):
        base = chance.randbytes(chance.randrange(40))
        sizes = number(chance.choice((len(base), len(base), 2**64 + len(base)))) + number(chance.randrange(200))
        change = (sizes if chance.random() < 0.9 else b"") + chance.randbytes(chance.randrange(20))
        try:
            size = result_size(change)
            assert len(apply_delta(base, change)) == size if size < 1_000 else True
        except PackError:
            pass


def test_what_inflates_to_another_size_is_damaged() -> None:
    for content in (b"", b"x", bytes(100_000), np.random.default_rng(1).bytes(100_000)):
        data = memoryview(zlib.compress(content))
        assert inflate(data, len(content)) == content
        for size in {0, 1, len(content) - 1, len(content) + 1, 1 << 62} - {len(content), -1}:
            with pytest.raises(PackError):
                inflate(data, size)
        with pytest.raises(PackError):
            inflate(data[: len(data) // 2], len(content))
