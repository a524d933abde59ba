"""Checks that vendors put into their tokens: what they make holds, and a character changed does not."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.ruleset.alphabets import ALPHABETS
from scanner.ruleset.checksums import CHECKSUMS
from scanner.ruleset.marvin import marvin32
from scanner.ruleset.shape import expand, members, parse

_SHAPES = {
    "crc32-base62": "ghp_{base62:30}{checksum}",
    "crc32-base62-unconfirmed": "polar_at_u_{base62:37}{checksum}",
    "crc32-hex": "cfut_{base62:40}{checksum}",
    "crc32-hex-joined": "zpka_{base36:32}_{checksum}",
    "crc32-hex-all": "ATATT3xFfGF0{base64url:100}={checksum}",
    "crc32-hex-swapped": "glsa_{base62:32}_{checksum}",
    "crc32-base64": "cflt{base64:54}{checksum}",
    "gitlab-routable": "glpat-{base64url:40}.01.{checksum}",
    "age-bech32": "AGE-SECRET-KEY-1{BECH32:52}{checksum}",
    "nats-crc16": "SUA{[A-P]:1}{base32:50}{checksum}",
}


def _made(name: str, seed: int = 1) -> bytes:
    return expand(parse(_SHAPES[name]), (), CHECKSUMS[name], random.Random(seed)).text


def test_every_check_that_is_computed_has_a_shape_here() -> None:
    assert [*_SHAPES] == [name for name, checksum in CHECKSUMS.items() if checksum.compute is not None]


@pytest.mark.parametrize("name", _SHAPES)
def test_what_is_computed_holds_and_nothing_else(name: str) -> None:
    checksum = CHECKSUMS[name]
    alphabet = members(ALPHABETS[checksum.alphabet])
    for seed in range(20):
        token = _made(name, seed)
        assert checksum.holds(token)
        for at in range(len(token) - checksum.length, len(token)):
            for other in alphabet:
                changed = bytes([*token[:at], other, *token[at + 1 :]])
                assert checksum.holds(changed) == (changed == token)


def test_a_seed_of_nats_whose_key_ends_in_any_bits_holds() -> None:
    """Two bits of the key stand in the check's first character, so four characters are right there, one for each."""
    raw = b"\x90" + b"\xa0" + random.Random(1).randbytes(31)
    found = set()
    for last in range(256):
        whole = raw + bytes([last])
        crc = 0
        for byte in whole:
            crc ^= byte << 8
            for _ in range(8):
                crc = (crc << 1 ^ (0x11021 if crc & 0x8000 else 0)) & 0xFFFF
        seed = base64.b32encode(whole + crc.to_bytes(2, "little")).rstrip(b"=")
        assert CHECKSUMS["nats-crc16"].holds(seed)
        found.add(seed[:54])
    assert len(found) == 64


@given(st.sampled_from(sorted(CHECKSUMS)), st.binary(max_size=300))
def test_no_value_makes_a_check_raise(name: str, value: bytes) -> None:
    checksum = CHECKSUMS[name]
    assert checksum.holds(value) in (True, False)
    if checksum.compute is not None:
        checksum.compute(value)


def _b64(value: object, encode: Callable[[bytes], bytes] = base64.b64encode) -> bytes:
    return encode(value if isinstance(value, bytes) else json.dumps(value).encode())


def _packet(kind: int, content: bytes) -> bytes:
    return bytes([kind, len(content)]) + content


_MACAROON = b"\2" + _packet(1, b"pypi.org") + _packet(2, b"0123-4567") + b"\0" + _packet(2, b"[0, 1]") + b"\0\0"
_SENTRY = {"iat": 1.5, "url": "https://sentry.io", "region_url": "https://us.sentry.io", "org": "acme"}
_DEVICE = {"signInAddress": "my.1password.com", "email": "a@b", "srpX": "1", "muk": {}, "secretKey": "A3-"}
_INSIDE = [
    ("sentry-json", b"sntrys_" + _b64(_SENTRY) + b"_" + b"a" * 43, True),
    ("sentry-json", b"sntrys_" + _b64({**_SENTRY, "iat": None}) + b"_" + b"a" * 43, False),
    ("sentry-json", b"sntrys_" + _b64({**_SENTRY, "region_url": None}) + b"_" + b"a" * 43, True),
    ("sentry-json", b"sntrys_" + _b64([1, 2, 3]) + b"_" + b"a" * 43, False),
    ("sentry-json", b"sntrys_eyJhIjoi_" + b"a" * 43, False),
    ("sentry-json", b"sntrys_", False),
    ("grafana-cloud-json", b"glc_" + _b64({"o": "12", "n": "ci", "k": "abc", "m": {"r": "us"}}), True),
    ("grafana-cloud-json", b"glc_" + _b64({"o": "12", "n": "ci"}), False),
    ("grafana-key-json", _b64({"k": "abc", "n": "ci", "id": 1}), True),
    ("grafana-key-json", _b64({"k": "abc", "n": "ci"}), False),
    ("grafana-key-json", _b64({"k": "abc", "n": "ci", "id": 1})[:-8], False),
    ("1password-json", b"ops_" + _b64(_DEVICE, base64.urlsafe_b64encode).rstrip(b"="), True),
    ("1password-json", b"ops_" + _b64({"email": "a@b"}), False),
    ("mapbox-json", b"sk." + _b64({"u": "ada", "a": "ck"}) + b"." + b"a" * 22, True),
    ("mapbox-json", b"sk." + _b64({"u": "ada"}) + b"." + b"a" * 22, False),
    ("base64-text", b"sk_test_" + _b64(b"key_01ABCDEFGHJKMNPQRSTVWXYZ12,abcdef"), True),
    ("base64-text", b"ABSK" + _b64(b"BedrockAPIKey-ab1c-at-123456789012:abcdef"), True),
    ("base64-text", _b64(b"reftkn:01:1234567890:abcdefghij"), True),
    ("base64-text", b"sk_test_" + _b64(b"key_" + bytes(range(128, 160))), False),
    ("base64-text", _b64(b"short"), False),
    ("atlassian-dc", _b64(b"123456789012:" + bytes(range(20))), True),
    ("atlassian-dc", b"BBDC-" + _b64(b"123456789012:" + bytes(range(20))), True),
    ("atlassian-dc", _b64(b"12345678901a:" + bytes(range(20))), False),
    ("atlassian-dc", _b64(b"123456789012:" + bytes(range(21))), False),
    ("discord-id", _b64(b"123456789012345678").rstrip(b"=") + b".abcdef." + b"a" * 27, True),
    ("discord-id", _b64(b"1234567890123456.8").rstrip(b"=") + b".abcdef." + b"a" * 27, False),
    ("macaroon", b"pypi-" + _b64(_MACAROON + _packet(6, bytes(32)), base64.urlsafe_b64encode).rstrip(b"="), True),
    ("macaroon", b"pypi-" + _b64(_MACAROON + _packet(6, bytes(31)), base64.urlsafe_b64encode).rstrip(b"="), False),
    ("macaroon", b"pypi-" + _b64(_MACAROON + _packet(6, bytes(32)) + b"\0"), False),
    ("macaroon", b"pypi-" + _b64(_MACAROON), False),
    ("macaroon", b"pypi-" + _b64(b"\2" + b"\0" * 5_000), False),
    ("macaroon", b"pypi-" + _b64(b"\2\1\xff\xff\xff\xff\xff"), False),
]


@pytest.mark.parametrize(("name", "value", "holds"), _INSIDE, ids=[f"{n}-{c}" for n, (c, _, _) in enumerate(_INSIDE)])
def test_what_a_token_holds(name: str, value: bytes, holds: bool) -> None:
    assert CHECKSUMS[name].holds(value) is holds


def test_deep_and_long_json_costs_little() -> None:
    for inside in (b"[" * 10_000, b'{"a":' * 2_000, b"A" * 1_000_000):
        assert not CHECKSUMS["grafana-cloud-json"].holds(b"glc_" + base64.b64encode(inside))


def test_an_identifiable_key_of_azure_holds() -> None:
    """Made as Microsoft describes it: random bytes, the service's name, and Marvin32 of all that."""
    body = random.Random(1).randbytes(57) + base64.b64decode("+ASt")
    key = base64.b64encode(body + marvin32(body, b"Default0"))
    assert CHECKSUMS["azure-marvin32"].holds(key)
    assert not CHECKSUMS["azure-marvin32"].holds(key[:-4] + b"AA==")
