"""Packs that someone made to do harm: each costs what is wrong with it, no more; none hangs, or fills the memory."""

from __future__ import annotations

import subprocess
import sys
import zlib
from collections.abc import Callable

import pytest

from scanner.git import process
from tests.git.pack.make import PackWriter, copies, delta, head, number, object_id
from tests.git.pack.support import pack_folder, read
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


@pytest.fixture(params=["of the system", "of a shell"])
def short_limit(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Git may work for a second only, by either way to see to that; the second one serves macOS."""
    is_ours = request.param == "of the system"
    if is_ours and not process.CAN_LIMIT:
        pytest.skip("not on this system")
    for module in ("command", "place"):
        monkeypatch.setattr(f"scanner.git.{module}.CAN_LIMIT", is_ours)
    for name in ("_TIGHT", "_BLIND"):
        monkeypatch.setattr(f"scanner.git.place.{name}", (1, 1 << 30))


@pytest.mark.usefixtures("short_limit")
def test_a_circle_that_a_branch_reaches_does_not_hang(repo: Repo) -> None:
    """Git itself would try for ever when it follows the branch, so it has a limit."""
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


@pytest.mark.usefixtures("short_limit")
def test_a_circle_that_only_git_sees_does_not_hang(repo: Repo) -> None:
    """Git takes any offset for that of an entry, also one within another entry, where our reader sees none."""
    hidden = head(7, 10) + bytes.fromhex(OID) + zlib.compress(delta(LONGER, BASE))
    made = PackWriter()
    begin = head(3, len(hidden))
    made.raw(object_id("blob", hidden), begin + zlib.compress(hidden, level=0))
    behind = made.made[0].data.index(hidden)
    made.near(OID, len(made.made[0].data) - behind, delta(BASE, LONGER))
    made.write(pack_folder(repo))
    seeds = [repo.git("hash-object", "-w", "--stdin", stdin=b"%d" % seed) for seed in range(20)]
    found = read(repo)
    assert found.skipped == {OID}
    assert found.objects.keys() == {object_id("blob", hidden), *seeds}  # it does not cost what comes after it


@pytest.mark.parametrize("how", ["in another pack", "loose"])
def test_a_forged_copy_does_not_hide_the_true_one(how: str, repo: Repo) -> None:
    forged = PackWriter()
    forged.whole("blob", BASE, oid=object_id("blob", GOOD))
    forged.write(pack_folder(repo), "pack-0")
    if how == "loose":
        path = repo.path / ".git" / "objects" / object_id("blob", GOOD)[:2] / object_id("blob", GOOD)[2:]
        path.parent.mkdir()
        path.write_bytes(zlib.compress(b"blob %d\0" % len(GOOD) + GOOD))
    else:
        true = PackWriter()
        true.whole("blob", GOOD)
        true.write(pack_folder(repo), "pack-1")
    seen = history(repo, "--all-objects")
    assert seen.findings or seen.skips == [("unreadable", object_id("blob", GOOD))]


def test_two_objects_at_one_place_are_gits_to_read(repo: Repo) -> None:
    made = PackWriter()
    entry = made.whole("blob", BASE)
    made.whole("blob", LONGER)
    made.made[1] = made.made[1]._replace(offset=entry.offset)
    made.write(pack_folder(repo))
    found = read(repo)
    assert found.objects == {object_id("blob", BASE): ("blob", BASE)}
    assert found.skipped == {OID}
