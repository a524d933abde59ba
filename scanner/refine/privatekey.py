"""Private keys: a whole one is proven, an encrypted one is no open secret, a block without key material is no key."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable
from typing import Final

from scanner.model import Drop, Keep
from scanner.refine.keys import KeyFormatError, State, der, openpgp, openssh, putty
from scanner.refine.keys.text import base64_of, joined, lines, scripted
from scanner.refine.subject import Subject

# PEM says it in its label or headers; PuTTY has a header of its own. What the formats say inside is read by `keys`.
_ENCRYPTED: Final = re.compile(rb"ENCRYPTED PRIVATE KEY|Proc-Type: ?4,ENCRYPTED|Encryption: (?!none)\w")
_FRAME: Final = re.compile(rb"-----[^-\r\n]+-----")
_BEGIN: Final = re.compile(rb"-----BEGIN [^-\r\n]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_PGP: Final = b"-----BEGIN PGP "
_HEADER: Final = re.compile(rb"(?:^|\\n|[\r\n\"'])[ \t#/*;]*[A-Z][A-Za-z-]+: ?[^\r\n\\\"']*")
_JOINTS: Final = re.compile(rb"\\+[nrt]|\\[\r\n]|[\s\"'+,;\\>#*/]{2,}|[\s\"',;\\]")
_MATERIAL: Final = re.compile(rb"(?=.*[A-Z])(?=.*[a-z])(?=.*[0-9+/])[0-9A-Za-z+/=]+")  # prose has no digits
_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # what a sample is filled up with
_LINE: Final = 76  # characters of base64, at most
_LEAST_MATERIAL: Final = 40  # an Ed25519 key in PKCS#8 has 64 base64 characters
_LONG_SEQUENCE: Final = b"\x30\x82"  # DER: two bytes of length follow
_IN_BASE64: Final = b"LS0tLS1CRUdJTi"  # "-----BEGIN "


def refine(subject: Subject) -> Keep | Drop | None:
    value = subject.value
    if "private-key" in subject.rule.tags:
        state: State = "encrypted" if _ENCRYPTED.search(value) else _state(value)
        if state in ("encrypted", "broken") and not _has_material(value):
            return Drop("no-key-material", "there is no key between the lines")
        damaged = Keep(subject.rule.evidence, "it does not parse as a key, so it may be cut short")
        return _VERDICTS.get(state, damaged)
    if value.startswith((_IN_BASE64, b"-----BEGIN ")):  # a rule without the tag: what does not parse stays as it is
        text = _decoded(value) if value.startswith(_IN_BASE64) else value
        return _VERDICTS.get("encrypted" if _ENCRYPTED.search(text) else _state(text))
    return None


_VERDICTS: Final[dict[State, Keep]] = {
    "open": Keep("proven", "the key parses"),
    "encrypted": Keep("contextual", "the key is encrypted", severity="low"),
    "elsewhere": Keep("contextual", "its secret part is on a smart card or security key", severity="low"),
}


def _has_material(value: bytes) -> bool:
    if value.startswith(b"PuTTY"):
        value = value.rpartition(b"Private-Lines: ")[2].partition(b"Private-MAC")[0].lstrip(b"0123456789")
    loose = _JOINTS.sub(b"", _HEADER.sub(b"", _FRAME.sub(b"", value)))
    return _is_material(loose) or _is_material(joined(_lines(value))) or _is_material(joined(_lines(value, scripted)))


def _is_material(text: bytes) -> bool:
    told = len(text) >= _LEAST_MATERIAL and len(set(text)) >= 16 and _ALPHABET not in text
    return told and bool(_MATERIAL.fullmatch(text)) and not _is_stub(text)


def _is_stub(text: bytes) -> bool:
    """Whether one line of a key is there that declares itself to be longer: the beginning of one, in a manual."""
    if b"=" in text[:8]:
        return False
    start = b64decode(text[:8])
    declared = int.from_bytes(start[2:4], "big") if start.startswith(_LONG_SEQUENCE) else 0
    return len(text) <= _LINE < declared


def _state(value: bytes) -> State:
    if value.startswith(b"PuTTY"):
        return putty.parse(value)
    state = _parsed(value, _lines(value))
    return state if state != "broken" else _parsed(value, _lines(value, scripted))


def _parsed(value: bytes, found: list[bytes]) -> State:
    if value.startswith(_PGP):
        return openpgp.parse(found)
    try:
        data = base64_of(found)
    except KeyFormatError:
        return "broken"
    return openssh.parse(data) if data.startswith(openssh.MAGIC) else der.parse(data)


def _lines(value: bytes, read: Callable[[bytes], list[bytes]] = lines) -> list[bytes]:
    """Return the lines between the frames of PEM text."""
    begin = _BEGIN.match(value)
    end = value.rfind(b"-----END ")
    return read(value[begin.end() : end]) if begin and begin.end() <= end else []


def _decoded(value: bytes) -> bytes:
    try:
        return b64decode(value + b"=" * (-len(value) % 4)).strip()
    except ValueError:
        return b""
