"""The readers of private keys, on real keys, on keys changed by a byte, and on anything at all."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.refine.keys import KeyFormatError, State, der, openpgp, openssh, putty
from scanner.refine.keys.text import base64_of, lines
from scanner.refine.keys.wire import packed
from tests.refine import keymaker


def _within(text: str) -> list[bytes]:
    """Return the lines between the frames, without the headers of OpenPGP's armour."""
    return [line.encode() for line in text.splitlines() if line and not line.startswith("-----")]


@pytest.mark.parametrize("name", keymaker.OPENSSL)
def test_keys_of_openssl(name: str) -> None:
    if "PKCS#1, encrypted" in name:
        return  # its PEM headers say so; inside there is only ciphertext
    state = der.parse(keymaker.body(keymaker.openssl(name)))
    assert state == ("encrypted" if "encrypted" in name else "open")


def test_a_key_of_openssl_for_dsa() -> None:
    assert der.parse(keymaker.body(keymaker.openssl_dsa())) == "open"


@pytest.mark.parametrize("name", keymaker.SSH)
def test_keys_of_ssh_keygen(name: str) -> None:
    data = keymaker.body(keymaker.ssh(name))
    state = der.parse(data) if "PEM" in name else openssh.parse(data)
    assert state == ("encrypted" if keymaker.is_encrypted(name) else "open")


@pytest.mark.parametrize("name", keymaker.PGP)
def test_keys_of_gnupg(name: str) -> None:
    state = openpgp.parse(_within(keymaker.pgp(name)))
    assert state == ("encrypted" if keymaker.is_encrypted(name) else "open")


@pytest.mark.parametrize("version", [2, 3])
def test_keys_of_putty(version: int) -> None:
    text = keymaker.putty(version)
    assert putty.parse(text.encode()) == "open"
    assert putty.parse(keymaker.putty(version, 'me (at) "home", mostly;').encode()) == "open"
    assert putty.parse(text.replace("Comment: ada", "Comment: eve").encode()) == "broken"
    assert putty.parse(text.replace("Encryption: none", "Encryption: aes256-cbc").encode()) == "encrypted"


def test_a_key_on_a_security_key_is_elsewhere() -> None:
    kind = b"sk-ssh-ed25519@openssh.com"
    private = b"12341234" + packed(kind, bytes(32), b"ssh:", b"handle") + bytes(6)
    private += bytes(-len(private) % 8)
    data = openssh.MAGIC + packed(b"none", b"none", b"") + b"\0\0\0\1" + packed(packed(kind), private)
    assert openssh.parse(data) == "elsewhere"


def test_a_key_of_gnupg_without_its_secret_is_elsewhere() -> None:
    public = b"\4" + bytes(4) + b"\x1b" + bytes(32)  # version 4, Ed25519
    body = public + b"\xfe\0\x65\0GNU\1"
    assert openpgp.parse_packets(bytes([0xC5, len(body)]) + body) == "elsewhere"


_OPEN: dict[str, tuple[Callable[[bytes], State], Callable[[], bytes]]] = {
    "PKCS#1": (der.parse, lambda: keymaker.body(keymaker.openssl("RSA, PKCS#1"))),
    "PKCS#8": (der.parse, lambda: keymaker.body(keymaker.openssl("RSA, PKCS#8"))),
    "SEC 1": (der.parse, lambda: keymaker.body(keymaker.openssl("EC, SEC 1"))),
    "Ed25519": (der.parse, lambda: keymaker.body(keymaker.openssl("Ed25519"))),
    "DSA": (der.parse, lambda: keymaker.body(keymaker.ssh("DSA, PEM"))),
    "OpenSSH": (openssh.parse, lambda: keymaker.body(keymaker.ssh("Ed25519"))),
    "OpenSSH, RSA": (openssh.parse, lambda: keymaker.body(keymaker.ssh("RSA"))),
    "OpenPGP": (openpgp.parse_packets, lambda: base64_of(_within(keymaker.pgp("RSA"))[:-1])),
}


@pytest.mark.parametrize("name", _OPEN)
def test_a_key_with_a_byte_more_or_less_is_not_whole(name: str) -> None:
    parse, made = _OPEN[name]
    data = made()
    assert parse(data) == "open"
    changed = [*(data[:at] + data[at + 1 :] for at in range(len(data))), data + b"\0", b"\0" + data]
    changed += [data[:at] for at in range(len(data))]
    whole = [one for one in changed if parse(one) == "open"]
    # An OpenPGP key is a row of packets, and whole without its names and their signatures.
    assert [one for one in whole if name != "OpenPGP" or not data.startswith(one)] == []


@pytest.mark.parametrize("name", [name for name in _OPEN if name != "OpenPGP"])
def test_a_key_with_another_length_is_not_whole(name: str) -> None:
    parse, made = _OPEN[name]
    data = made()
    for at in _lengths(data) if parse is der.parse else range(len(openssh.MAGIC), len(openssh.MAGIC) + 4):
        for by in (1, 2, 127, 128, 255):
            other = bytes([*data[:at], (data[at] + by) & 0xFF, *data[at + 1 :]])
            assert parse(other) != "open", (at, by)


def _lengths(data: bytes) -> list[int]:
    """Return where the lengths of the outer structure and of its parts stand, to the last byte."""
    outer = der.element(data, 0, len(data))
    found = [*range(1, outer.start)]
    at = outer.start
    for part in der.children(data, outer.start, outer.stop):
        found += range(at + 1, part.start)
        at = part.stop
    return found


@settings(deadline=None)
@given(st.binary(max_size=400), st.sampled_from([b"", b"0\x82\1\0\2\1\0", openssh.MAGIC, b"\xc5\x80", b"\x95\1\xd8\4"]))
def test_no_bytes_make_a_reader_raise(data: bytes, head: bytes) -> None:
    for parse in (der.parse, openssh.parse, openpgp.parse_packets, putty.parse):
        assert parse(head + data) in ("open", "encrypted", "elsewhere", "broken")
    assert openpgp.parse(data.split(b"\n")) in ("open", "encrypted", "elsewhere", "broken")
    with suppress(KeyFormatError):
        base64_of(lines(data))


@settings(deadline=None)
@given(st.data(), st.sampled_from(sorted(_OPEN)))
def test_a_changed_byte_never_makes_a_reader_raise(data: st.DataObject, name: str) -> None:
    parse, made = _OPEN[name]
    key = bytearray(made())
    for _ in range(data.draw(st.integers(1, 4))):
        key[data.draw(st.integers(0, len(key) - 1))] = data.draw(st.integers(0, 255))
    assert parse(bytes(key)) in ("open", "encrypted", "elsewhere", "broken")


def _nested(depth: int) -> bytes:
    """Return sequences within each other, as deep as that."""
    heads, size = [], 0
    for _ in range(depth):
        octets = (size.bit_length() + 7) // 8
        head = b"0" + (bytes([size]) if size < 128 else bytes([0x80 | octets]) + size.to_bytes(octets, "big"))
        heads.append(head)
        size += len(head)
    return b"".join(reversed(heads))


@pytest.mark.parametrize(
    "data",
    [
        _nested(20_000),
        b"0\x83\x0f\x42\x40" + b"\2\1\0" * 333_333,
        b"\x30\x80" * 30_000,
        b"\xc5\0" * 30_000,
        openssh.MAGIC + b"\0\0\0\4none" * 5_000,
        random.Random(1).randbytes(60_000),
    ],
    ids=["deep", "wide", "without an end", "packets", "strings", "random"],
)
def test_hostile_keys_cost_milliseconds(data: bytes) -> None:
    began = time.process_time()
    for parse in (der.parse, openssh.parse, openpgp.parse_packets, putty.parse):
        parse(data)
    assert time.process_time() - began < 0.2


@pytest.mark.parametrize(
    "inside",
    [b"\\" * 50_000, b"\\n" * 25_000, b'"' * 50_000, b"A" * 1_000_000, b"A-" * 25_000 + b": ", b"'\"`" * 16_000],
    ids=["backslashes", "line ends", "quotes", "a megabyte", "a header", "mixed quotes"],
)
def test_hostile_texts_cost_milliseconds(inside: bytes) -> None:
    began = time.process_time()
    with suppress(KeyFormatError):
        base64_of(lines(inside))
    assert time.process_time() - began < 0.2
