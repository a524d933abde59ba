"""Private keys in DER: PKCS#1 (RFC 8017), PKCS#8 (RFC 5958), SEC 1 (RFC 5915), and the old form of DSA."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from scanner.refine.keys import KeyFormatError, State

_INTEGER: Final = 0x02
_BITS: Final = 0x03
_OCTETS: Final = 0x04
_OID: Final = 0x06
_SEQUENCE: Final = 0x30
_CONTEXT_0: Final = 0xA0
_CONTEXT_1: Final = 0xA1
_CONTEXT_1_PLAIN: Final = 0x81
_MOST_CHILDREN: Final = 16

_RSA: Final = (bytes.fromhex("2a864886f70d010101"), bytes.fromhex("2a864886f70d01010a"))  # rsaEncryption, RSASSA-PSS
_EC: Final = bytes.fromhex("2a8648ce3d0201")
_ONE_NUMBER: Final = (bytes.fromhex("2a8648ce380401"), bytes.fromhex("2a864886f70d010301"))  # DSA, Diffie-Hellman
# X25519, X448, Ed25519, Ed448 (RFC 8410): so many bytes.
_CURVES: Final = {b"\x2b\x65\x6e": 32, b"\x2b\x65\x6f": 56, b"\x2b\x65\x70": 32, b"\x2b\x65\x71": 57}
_LEAST_SECRET: Final = 16  # bytes, of an algorithm not known here


class Element(NamedTuple):
    """One value: its tag, and where its content is in the data."""

    tag: int
    start: int
    stop: int


def parse(data: bytes) -> State:
    """Tell what an ASN.1 structure in DER is."""
    try:
        return _key(data, _only(data, 0, len(data)))
    except KeyFormatError:
        return "broken"


def element(data: bytes, at: int, stop: int) -> Element:
    """Read the element that begins at `at` and ends by `stop`. Raises KeyFormatError, also for a length not in DER."""
    if stop - at < 2 or data[at] & 0x1F == 0x1F:
        raise KeyFormatError
    tag, length, at = data[at], data[at + 1], at + 2
    if length >= 0x80:
        size = length & 0x7F
        if not 1 <= size <= min(4, stop - at):
            raise KeyFormatError
        length, at = int.from_bytes(data[at : at + size], "big"), at + size
        if length < 0x80 or length >> 8 * (size - 1) == 0:
            raise KeyFormatError
    if length > stop - at:
        raise KeyFormatError
    return Element(tag, at, at + length)


def children(data: bytes, start: int, stop: int) -> list[Element]:
    """Read the elements that fill the data from `start` to `stop` exactly. Raises KeyFormatError."""
    found: list[Element] = []
    while start < stop:
        if len(found) == _MOST_CHILDREN:
            raise KeyFormatError
        found.append(element(data, start, stop))
        start = found[-1].stop
    return found


def _only(data: bytes, start: int, stop: int) -> Element:
    found = element(data, start, stop)
    if found.stop != stop:
        raise KeyFormatError
    return found


def _number(data: bytes, found: Element) -> int:
    """Return an INTEGER that is not negative. Raises KeyFormatError, also when it is longer than it need be."""
    content = data[found.start : found.stop]
    if found.tag != _INTEGER or not content or content[0] >= 0x80:
        raise KeyFormatError
    if len(content) > 1 and content[0] == 0 and content[1] < 0x80:
        raise KeyFormatError
    return int.from_bytes(content, "big")


def _key(data: bytes, outer: Element) -> State:
    if outer.tag != _SEQUENCE:
        raise KeyFormatError
    parts = children(data, outer.start, outer.stop)
    tags = [part.tag for part in parts]
    if tags[:9] == [_INTEGER] * 9:
        return _rsa(data, parts)
    if tags == [_INTEGER] * 6:
        return _dsa(data, parts)
    if tags[:3] == [_INTEGER, _SEQUENCE, _OCTETS]:
        return _pkcs8(data, parts)
    if tags[:2] == [_INTEGER, _OCTETS]:
        return _ec(data, parts)
    if tags == [_SEQUENCE, _OCTETS]:
        _algorithm(data, parts[0])
        return "encrypted"
    raise KeyFormatError


def _rsa(data: bytes, parts: Sequence[Element]) -> State:
    version, modulus, _, _, p, q, *_ = (_number(data, part) for part in parts[:9])
    several = version == 1 and [part.tag for part in parts[9:]] == [_SEQUENCE]  # more than two primes
    if not several and (version != 0 or len(parts) != 9 or p * q != modulus):
        raise KeyFormatError
    return _if(p > 1 and q > 1)


def _dsa(data: bytes, parts: Sequence[Element]) -> State:
    version, p, q, _, _, x = (_number(data, part) for part in parts)
    return _if(version == 0 and q > 1 and (p - 1) % q == 0 and 0 < x < q)


def _ec(data: bytes, parts: Sequence[Element]) -> State:
    version, secret, *rest = parts
    if [part.tag for part in rest] not in ([], [_CONTEXT_0], [_CONTEXT_1], [_CONTEXT_0, _CONTEXT_1]):
        raise KeyFormatError
    wanted = {_CONTEXT_0: (_OID, _SEQUENCE), _CONTEXT_1: (_BITS,)}  # the curve, the public key
    fits = all(_only(data, part.start, part.stop).tag in wanted[part.tag] for part in rest)
    return _if(_number(data, version) == 1 and fits and 14 <= secret.stop - secret.start <= 72)


def _pkcs8(data: bytes, parts: Sequence[Element]) -> State:
    version, algorithm, secret, *rest = parts
    if _number(data, version) > 1 or len(rest) > 2:
        raise KeyFormatError
    if any(part.tag not in (_CONTEXT_0, _CONTEXT_1, _CONTEXT_1_PLAIN) for part in rest):
        raise KeyFormatError
    name = _algorithm(data, algorithm)
    size = secret.stop - secret.start
    if name in _RSA or name == _EC:
        inner = _only(data, secret.start, secret.stop)
        found = children(data, inner.start, inner.stop)
        tags = [part.tag for part in found]
        if inner.tag != _SEQUENCE or tags[:2] != ([_INTEGER, _OCTETS] if name == _EC else [_INTEGER] * 2):
            raise KeyFormatError
        return _key(data, inner)
    if name in _ONE_NUMBER:
        return _if(_number(data, _only(data, secret.start, secret.stop)) > 1)
    if name in _CURVES:
        inner = _only(data, secret.start, secret.stop)
        return _if(inner.tag == _OCTETS and inner.stop - inner.start == _CURVES[name])
    return _if(size >= _LEAST_SECRET)


def _algorithm(data: bytes, found: Element) -> bytes:
    """Return the object identifier of an AlgorithmIdentifier. Raises KeyFormatError."""
    parts = children(data, found.start, found.stop) if found.tag == _SEQUENCE else []
    if not 1 <= len(parts) <= 2 or parts[0].tag != _OID or parts[0].start == parts[0].stop:
        raise KeyFormatError
    return data[parts[0].start : parts[0].stop]


def _if(is_whole: bool) -> State:
    return "open" if is_whole else "broken"
