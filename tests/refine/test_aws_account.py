"""The account that an AWS access key id belongs to: read from the id, and shown by every report."""

from __future__ import annotations

import base64
import json
import random
from pathlib import Path

import pytest

from scanner.refine.awsaccount import account
from tests.support import redhanded, token


def _key_id(number: int, prefix: str = "AKIA", is_new: bool = True) -> str:
    first = (is_new << 47 | number << 7 | 0x55).to_bytes(6, "big")
    return prefix + base64.b32encode(first + random.Random(number).randbytes(4)).decode()


@pytest.mark.parametrize("number", [0, 1, 999_999_999_999, 111_122_223_333], ids="{:012}".format)
def test_the_account_is_read(number: int) -> None:
    assert account(_key_id(number).encode()) == f"{number:012}"
    assert account(_key_id(number, "ASIA").encode()) == f"{number:012}"


@pytest.mark.parametrize(
    "key_id",
    [_key_id(123, is_new=False), _key_id(10**12), "AKIA" + "I" * 16, "AKIAJ" + "7" * 15, "AKIA0189", "AKIA", ""],
    ids=["older kind", "too large", "I", "J", "no base32", "short", "empty"],
)
def test_an_id_that_holds_none_tells_none(key_id: str) -> None:
    assert account(key_id.encode()) == ""


def test_every_report_tells_it_also_of_a_joined_pair(tmp_path: Path) -> None:
    secret = token("{base64:40}")
    (tmp_path / "a.ini").write_text(f"AWS_ACCESS_KEY_ID={_key_id(111_122_223_333)}\nAWS_SECRET_ACCESS_KEY={secret}\n")
    told = "AWS account 111122223333"
    (finding,) = json.loads(redhanded("scan", ".", "--format", "json", cwd=tmp_path).out)["findings"]
    assert finding["facts"] == [told]
    assert f"it tells     {told}\n" in redhanded("scan", ".", cwd=tmp_path).out
    (run,) = json.loads(redhanded("scan", ".", "--format", "sarif", cwd=tmp_path).out)["runs"]
    assert run["results"][0]["properties"]["facts"] == [told]
