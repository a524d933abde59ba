"""Damaged and hostile packs: what cannot be read is said, what can is exact, and nothing hangs or fills the memory."""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from scanner.git.pack.delta import apply_delta, result_size
from scanner.git.pack.index import PackError
from scanner.git.pack.walk import inflate
from tests.git.pack.make import Made, PackWriter, copies, delta, head, index_of, number, object_id, sealed
from tests.git.pack.support import Objects, by_git, fill, pack_folder, read
from tests.history.support import LINE, history
from tests.support import Repo

GOOD = LINE.encode()  # with a secret, in each pack: whatever else is wrong, it is found
BASE = b"b" * 300
LONGER = b"b" * 300 + b"end"
OID = object_id("blob", LONGER)


def _circle_of_two(made: PackWriter) -> None:
    made.named(object_id("blob", BASE), OID, delta(LONGER, BASE))
    made.named(OID, object_id("blob", BASE), delta(BASE, LONGER))


def _own_base(made: PackWriter) -> None:
    made.named(OID, OID, delta(LONGER, LONGER))


def _tail_of_a_circle(made: PackWriter) -> None:
    _circle_of_two(made)
    tail = made.named("11" * 20, OID, delta(LONGER, b"tail"))
    made.after(tail, "22" * 20, delta(b"tail", b"tail of a tail"))


def _large_circle(made: PackWriter) -> None:
    oids = [f"{place:040x}" for place in range(1_000)]
    for oid, base in zip(oids, [*oids[1:], oids[0]], strict=True):
        made.named(oid, base, delta(BASE, BASE))


def _delta_bomb(made: PackWriter) -> None:
    base = made.whole("blob", BASE)
    for place, size in enumerate((1 << 60, 1 << 70, 600 << 20)):
        made.after(base, f"{place:040x}", number(len(BASE)) + number(size) + b"\1a")


def _growing_deltas(made: PackWriter) -> None:
    """Each copies its base four times: in ten steps from 300 bytes to 300 MB, in a few more beyond any memory."""
    size, entry = len(BASE), made.whole("blob", BASE)
    for place in range(20):
        change = number(size) + number(size * 4) + 4 * b"".join(_large_copies(size))
        entry = made.after(entry, f"{place:040x}", change)
        size *= 4


def _large_copies(size: int) -> list[bytes]:
    step = 0xFFFFFF
    parts = [(at, min(step, size - at)) for at in range(0, min(size, 1 << 28), step)]
    return [b"\xff" + at.to_bytes(4, "little") + part.to_bytes(3, "little") for at, part in parts]


def _wrong_base_size(made: PackWriter) -> None:
    base = made.whole("blob", BASE)
    made.after(base, OID, number(5) + number(5) + b"".join(copies(0, 5)))


def _copies_beyond_its_base(made: PackWriter) -> None:
    base = made.whole("blob", BASE)
    made.after(base, OID, number(len(BASE)) + number(500) + b"".join(copies(0, 500)))


def _empty_delta(made: PackWriter) -> None:
    made.after(made.whole("blob", BASE), OID, b"")


def _inflates_to_a_gigabyte(made: PackWriter) -> None:
    packer = zlib.compressobj(9)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(1_024)) + packer.flush()
    made.raw(OID, head(3, 10) + bomb)


def _says_it_is(*sizes: int) -> Callable[[PackWriter], None]:
    def make(made: PackWriter) -> None:
        for place, size in enumerate(sizes):
            made.whole("blob", LONGER, size=size, oid=f"{place:040x}")

    return make


def _endless_size(made: PackWriter) -> None:
    made.raw(OID, b"\xbf" + b"\xff" * 30)


def _unknown_type(made: PackWriter) -> None:
    for kind in (0, 5):
        made.raw(f"{kind:040x}", head(kind, len(LONGER)) + zlib.compress(LONGER))


def _base_within_an_entry(made: PackWriter) -> None:
    before = made.whole("blob", BASE)
    made.near(OID, len(before.data) - 3, delta(BASE, LONGER))


def _impossible_bases(made: PackWriter) -> None:
    made.whole("blob", BASE)
    for place, back in enumerate((0, 1, 5, 10_000, 1 << 40, (1 << 63) + 5, 1 << 80)):
        made.near(f"{place:040x}", back, delta(BASE, LONGER))


def _cut_in_a_base(made: PackWriter) -> None:
    made.raw("11" * 20, b"\x71" + b"x" * 5)
    made.raw("22" * 20, b"\x61\xff\xff")
    made.raw("33" * 20, head(7, 10) + b"y" * 20)


HOSTILE: dict[str, Callable[[PackWriter], None]] = {
    "two deltas of each other": _circle_of_two,
    "a delta of itself": _own_base,
    "deltas of a circle": _tail_of_a_circle,
    "a circle of a thousand": _large_circle,
    "a delta that makes an exabyte": _delta_bomb,
    "deltas that grow": _growing_deltas,
    "a delta of a base of another size": _wrong_base_size,
    "a delta that copies too much": _copies_beyond_its_base,
    "an empty delta": _empty_delta,
    "ten bytes that are a gigabyte": _inflates_to_a_gigabyte,
    "sizes that are lies": _says_it_is(0, 10, 302, 304, 1 << 28, 500 << 20, 1 << 52, 1 << 62, (1 << 63) + 1, 1 << 66),
    "a size without end": _endless_size,
    "an unknown type": _unknown_type,
    "a base within another entry": _base_within_an_entry,
    "bases where none can be": _impossible_bases,
    "heads that end too soon": _cut_in_a_base,
}

_LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (2_000 << 20,) * 2)
from scanner.cli.main import main
sys.exit(main())
"""


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_pack_costs_only_what_is_hostile(make: Callable[[PackWriter], None], jobs: str, repo: Repo) -> None:
    made = PackWriter()
    make(made)
    made.whole("blob", GOOD)
    made.write(pack_folder(repo))
    command = [sys.executable, "-c", _LIMITED, "history", "--all-objects", "--jobs", jobs]
    done = subprocess.run(command, cwd=repo.path, capture_output=True, text=True, timeout=60)
    assert "Traceback" not in done.stderr
    assert (done.returncode, "INCOMPLETE" in done.stdout) == (1, True), done
    assert object_id("blob", GOOD)[:12] in done.stdout


def test_a_circle_that_another_pack_breaks_is_whole(repo: Repo) -> None:
    made = PackWriter()
    _circle_of_two(made)
    made.write(pack_folder(repo), "pack-circle")
    made = PackWriter()
    made.whole("blob", BASE)
    made.after(made.made[0], OID, delta(BASE, LONGER))
    made.write(pack_folder(repo), "pack-whole")
    found = read(repo)
    assert (len(found.objects), found.skips) == (2, [])


def test_a_circle_that_a_branch_reaches_does_not_hang(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Git itself would try for ever when it follows the branch, so it has a limit."""
    monkeypatch.setattr("scanner.git.store._TIGHT", (1, 1 << 30))
    repo.add("app.py", LINE)
    first = repo.commit()
    made = PackWriter()
    commit = f"tree {repo.git('rev-parse', 'HEAD^{tree}')}\nparent {first}\n\nx\n".encode()
    oid = object_id("commit", commit)
    made.named(oid, oid, delta(commit, commit))
    made.write(pack_folder(repo))
    (repo.path / ".git" / "refs" / "heads" / "evil").write_text(f"{oid}\n")
    seen = history(repo)
    assert (seen.code, len(seen.findings)) == (1, 1)
    assert ("unreadable", oid) in seen.skips
    assert any("it ran for too long" in skip["detail"] for skip in seen.report["skips"])


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


def test_two_objects_at_one_place_are_gits_to_read(repo: Repo) -> None:
    made = PackWriter()
    entry = made.whole("blob", BASE)
    made.whole("blob", LONGER)
    made.made[1] = made.made[1]._replace(offset=entry.offset)
    made.write(pack_folder(repo))
    found = read(repo)
    assert found.objects == {object_id("blob", BASE): ("blob", BASE)}
    assert found.skipped == {OID}


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
