"""Damaged archives, documents and encodings neither crash nor hang a scan, and what could not be read is said."""

from __future__ import annotations

import gzip
import random
import zipfile
from io import BytesIO

import pytest

from scanner.engine.result import BlobResult
from scanner.engine.scan import Scanner
from scanner.model import Blob, FileOrigin
from tests.decode.disguises import EVERY
from tests.engine.corpus import builtin
from tests.support import token

_ROUNDS = 12  # for each of the disguises: more than a thousand in all


def _scan(data: bytes) -> BlobResult:
    ready = builtin()
    return Scanner(ready.rules, ready.hyperscan, 0.0).scan_blob(Blob(FileOrigin(b"x"), data))


def _mutated(data: bytes, chance: random.Random) -> bytes:
    made = bytearray(data)
    for _ in range(chance.choice((1, 1, 3, 20))):
        at = chance.randrange(len(made))
        match chance.randrange(4):
            case 0:
                made[at] ^= 1 << chance.randrange(8)
            case 1:
                del made[at : at + chance.randrange(1, 40)]
            case 2:
                made[at:at] = made[: chance.randrange(1, 60)]
            case _:
                made[at : at + 4] = b"\xff\xff\xff\x7f"
        made = made or bytearray(b"x")
    return bytes(made)


@pytest.mark.parametrize("name", EVERY)
def test_mutated(name: str) -> None:
    chance = random.Random(name)
    data = EVERY[name](token(seed=name))
    for _ in range(_ROUNDS):
        result = _scan(_mutated(data, chance))
        assert len(result.findings) < 5


def _bomb(depth: int) -> bytes:
    data = gzip.compress(b"\0" * 10_000_000)
    for _ in range(depth):
        out = BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(10):
                archive.writestr(f"{number}.gz", data)
        data = out.getvalue()
    return data


@pytest.mark.parametrize("depth", [0, 1, 2, 4])
def test_a_bomb_is_not_unpacked_and_that_is_said(depth: int) -> None:
    data = gzip.compress(b"\0" * 200_000_000) if depth == 0 else _bomb(depth)
    assert "too-deep" in {skip.reason for skip in _scan(data).skips}


def test_more_members_than_anyone_reads() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(66_000):
            archive.writestr(f"{number}", b"")
    assert [skip.reason for skip in _scan(out.getvalue()).skips] == ["too-deep"]


def test_an_encrypted_member_is_told_and_its_neighbours_are_read() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("locked.txt", b"no")
        archive.writestr("open.txt", token().encode())
    data = bytearray(out.getvalue())
    for head, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        data[data.index(head) + flags] |= 1
    result = _scan(bytes(data))
    assert [(skip.reason, skip.detail) for skip in result.skips] == [("packed", "locked.txt: it is encrypted")]
    assert [finding.location.inside for finding in result.findings] == [b"open.txt"]


@pytest.mark.parametrize("unit", [b"%41", b"\\x41", b"&#65;", b"\\101", b"\\u0041", b"QUFB", b"4141", b"A\0"])
def test_a_long_run_without_a_secret(unit: bytes) -> None:
    assert _scan(b'k = "' + unit * 40_000 + b'"').findings == ()
