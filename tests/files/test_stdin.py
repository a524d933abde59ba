"""Standard input: read whole, named as asked, and never taken for empty when it could not be read."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest

from scanner.model import Blob, Skip, StdinOrigin, Target
from scanner.sources.stdin import Stdin
from tests.support import redhanded, token


def test_standard_input_is_scanned_under_its_name(tmp_path: Path) -> None:
    data = f'x = 1\nKEY = "{token()}"\n'.encode()
    assert "<stdin>:2:8" in redhanded("scan", "-", cwd=tmp_path, stdin=data).out
    result = redhanded("scan", "-", "--stdin-name", "src/app.py", "--format", "json", cwd=tmp_path, stdin=data)
    (finding,) = json.loads(result.out)["findings"]
    assert (finding["location"]["path"], finding["location"]["kind"]) == ("src/app.py", "stdin")
    assert result.code == 1


def test_an_odd_name_for_standard_input_is_shown_safely(tmp_path: Path) -> None:
    data = f'KEY = "{token()}"\n'.encode()
    result = redhanded("scan", "-", "--stdin-name", "a\x1b[2J\n\udcff", cwd=tmp_path, stdin=data)
    assert r"a\x1b[2J\n\xff:1:8" in result.out
    assert "\x1b" not in result.out


@pytest.mark.parametrize("data", [b"", b"x = 1\n", b"\0\xff\xfe"], ids=["empty", "text", "binary"])
def test_clean_standard_input_is_clean(tmp_path: Path, data: bytes) -> None:
    result = redhanded("scan", "-", cwd=tmp_path, stdin=data)
    assert (result.code, result.err) == (0, "")


def test_a_large_standard_input_is_read_to_its_end(tmp_path: Path) -> None:
    data = b"x = 1\n" * 1_000_000 + f'KEY = "{token()}"\n'.encode()
    assert "<stdin>:1000001:8" in redhanded("scan", "-", cwd=tmp_path, stdin=data).out


@pytest.mark.parametrize(("size", "too_large"), [(0, False), (10, False), (11, True), (3_000_000, True)])
def test_the_limit_holds_for_standard_input(size: int, too_large: bool) -> None:
    answer = _read(Stdin(io.BytesIO(b"x" * size), limit=10))
    assert isinstance(answer, Skip) is too_large
    if isinstance(answer, Skip):
        assert (answer.reason, answer.incomplete) == ("too-large", True)
    else:
        assert answer.data == b"x" * size


def test_pieces_are_put_together_in_order() -> None:
    data = os.urandom(3_500_000)
    answer = _read(Stdin(io.BytesIO(data)))
    assert isinstance(answer, Blob) and answer.data == data


def test_a_stream_that_fails_makes_the_scan_incomplete() -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(5, "Input/output error")

    answer = _read(Stdin(Failing()))
    assert isinstance(answer, Skip)
    assert (answer.reason, answer.detail, answer.incomplete) == ("unreadable", "Input/output error", True)


def test_a_closed_stream_is_a_skip() -> None:
    (skip,) = Stdin(None).targets()
    assert skip == Skip(StdinOrigin(), "unreadable", "standard input is closed")


def _read(source: Stdin) -> Blob | Skip:
    with source.reader() as reader:
        targets = [target for target in source.targets() if isinstance(target, Target)]
        (answer,) = reader.read(targets)
    return answer
