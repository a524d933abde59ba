"""Documents whose form says what is in them: the values of Kubernetes Secrets, the bodies in HAR files, tables.

A value is given as a line of its own with its key, `password: "..."`, for it is the key that betrays it. A value of
several lines is a file, and given as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from scanner.decode import lone, sealed, structure, tables
from scanner.decode.derived import Claim, Derived, Shifted
from scanner.decode.digits import base64_between
from scanner.decode.structure import Scalar

LARGEST: Final = 1 << 20  # bytes of a document to either side of its sign; the store of Kubernetes takes no more
_BINARY: Final = tuple(bytes((code,)) for code in (*range(9), 14, 15, 16))  # no text has them
_MOST: Final = 2_000  # values of a document
_SECRETS: Final = ("Secret", "SecretList")
_PRINTABLE: Final = bytes(range(0x20, 0x7F)) + bytes(range(0x80, 0x100)) + b"\t\r\n"
# A key is told in the report, so it must be made of words: nothing random.
_WORDY: Final = re.compile(r"\.?(?:[A-Z]?[a-z]{2,24}|[A-Z]{2,24})(?:[_.-]?(?:[A-Z]?[a-z]{2,24}|[A-Z]{2,24}|\d{1,2}))*")
_WITHIN: Final = re.compile(rb'"kind"[ ]{0,4}:[ ]{0,4}"Secret"')
_REFERENCE: Final = re.compile(rb"\$\{|\{\{|<[%A-Za-z]|%\(")  # filled in later, as no rule's value is
_LONGEST_KEY: Final = 60
_COLONS: Final = re.compile(rb"[A-Za-z]{12}::[ ]{1,4}(?P<coded>[0-9A-Za-z+/]{4,400}={0,2})")  # RFC 2849: base64 follows

# For Hyperscan: what a document of the kind holds, and how many bytes that has at least and at most.
SIGNS: Final[Mapping[str, tuple[str, int, int]]] = {
    "kubernetes": (r"""kind["']?[ ]{0,4}:[ ]{0,4}["']?Secret""", 11, 21),
    "har": (r'"encoding"[ ]{0,4}:[ ]{0,4}"base64"', 19, 27),
    "sops": (r"""mac["']?[ ]{0,4}[:=][ ]{0,4}["']?ENC\[AES256_GCM""", 18, 28),
    "sealed-secret": (r"""kind["']?[ ]{0,4}:[ ]{0,4}["']?SealedSecret""", 17, 27),
    "ansible-vault": (r":[ ]{1,4}!vault[ ]{1,4}[|>]", 10, 16),
    "ldif": (r"(?i:userpassword)::[ ]", 15, 15),
    **tables.SIGNS,
    lone.NAME: lone.SIGN,
}


class Document(NamedTuple):
    """What is encoded in a document that ends at `end`. `is_cut`: it is too large to be read."""

    found: tuple[Derived, ...]
    end: int
    is_cut: bool = False


def read(name: str, data: bytes, low: int, high: int) -> Document:
    """Return what the document of this kind holds whose sign begins between these offsets."""
    if name in tables.SIGNS:
        return Document(*(tables.of_html(data, low) if name == "html-table" else tables.of_lines(data, low, high)))
    if name == lone.NAME:
        return Document(lone.read(data), len(data))
    if name == "ldif":
        return Document(tuple(_of_entry(data, low)), low + 1)
    start, end = _part(data, low)
    if start < 0 or end < 0:
        return Document((), low + LARGEST, is_cut=True)
    found: list[Derived] = []
    for value in _plain(name, data, start, end, low) if name in _LEFT else _coded(name, data, start, end):
        if len(found) >= _MOST:
            return Document(tuple(found), end, is_cut=True)
        found.append(value)
    return Document(tuple(found), end)


def _coded(name: str, data: bytes, start: int, end: int) -> Iterator[Derived]:
    for scalar in _CHOICES[name](list(_scalars(data, start, end))):
        if value := _value(data, scalar):
            yield value


def _plain(name: str, data: bytes, start: int, end: int, low: int) -> Iterator[Derived]:
    if name == "sops" and b"=" in data[low : low + SIGNS[name][2]].partition(b"ENC[")[0]:
        found = sealed.of_settings(data, start, end)
    else:
        found = _LEFT[name](data, list(_scalars(data, start, end)))
    yield from sealed.derived(name, data, found, _shown)


def _part(data: bytes, at: int) -> tuple[int, int]:
    """Return where the document around an offset begins and ends, -1 for too far away. In a program it begins and ends
    where text does.
    """
    least, most = max(0, at - LARGEST), at + LARGEST
    border = max(data.rfind(sign, least, at) for sign in _BINARY) + 1
    start = data.rfind(b"\n---", border or least, at)
    if start >= 0:
        start = data.find(b"\n", start + 1) + 1
    elif border or at <= LARGEST:
        start = border
    stop = min((found for sign in _BINARY if (found := data.find(sign, at, most)) >= 0), default=-1)
    end = data.find(b"\n---", at, stop if stop >= 0 else most)
    if end < 0:
        end = stop if stop >= 0 else len(data) if len(data) - at <= LARGEST else -1
    return start, end


def _scalars(data: bytes, start: int, end: int) -> Iterator[Scalar]:
    at = start + len(data[start:end]) - len(data[start:end].lstrip())
    if data[at : at + 1] in (b"{", b"[") and data[at : at + 2] != b"{{":
        yield from structure.scalars(structure.json_events(data, at, end))
        return
    yield from structure.scalars(structure.yaml_events(data, start, end))
    # JSON within: kubectl keeps what was last applied as an annotation.
    done = start
    for found in _WITHIN.finditer(data, start, end):
        line = data.rfind(b"\n", done, found.start()) + 1 or done
        brace = data.find(b"{", line, found.start())
        if found.start() >= done and brace >= 0:
            stop = data.find(b"\n", found.end(), end)
            done = stop if stop >= 0 else end
            yield from structure.scalars(structure.json_events(data, brace, done))


def _of_secrets(scalars: list[Scalar]) -> Iterator[Scalar]:
    """Yield the values under `data` of what is a Secret."""
    above = {
        scalar.path[:-1]: scalar.value for scalar in scalars if scalar.path[-1] == "kind" and scalar.value in _SECRETS
    }
    for scalar in scalars:
        path = scalar.path
        if path[-2:-1] != ("data",):
            continue
        if above.get(path[:-2]) == "Secret" or (path[-4:-3] == ("items",) and above.get(path[:-4]) == "SecretList"):
            yield scalar


def _of_bodies(scalars: list[Scalar]) -> Iterator[Scalar]:
    """Yield the texts that an `encoding` beside them calls base64, and that are no images or the like."""
    beside = {scalar.path[:-1] for scalar in scalars if scalar.path[-1] == "encoding" and scalar.value == "base64"}
    return (scalar for scalar in scalars if scalar.path[-1] == "text" and scalar.path[:-1] in beside)


_CHOICES: Final[Mapping[str, Callable[[list[Scalar]], Iterator[Scalar]]]] = {
    "kubernetes": _of_secrets,
    "har": _of_bodies,
}


# Where most values are encrypted, and what is left plain is given.
_LEFT: Final[Mapping[str, Callable[[bytes, list[Scalar]], Iterator[sealed.Plain]]]] = {
    "sops": sealed.of_sops,
    "sealed-secret": sealed.of_sealed_secrets,
    "ansible-vault": sealed.of_vaults,
}


def _value(data: bytes, scalar: Scalar) -> Derived | None:
    """Return what the scalar says, as a line with its key or as a file."""
    start = scalar.start
    if data[start : start + 1] in (b"|", b">"):  # its text begins on the next line
        start = data.find(b"\n", start, scalar.end) + 1 or scalar.end
    coded = base64_between(data, start, scalar.end)
    if coded is None:
        return None
    coded = coded._replace(at=_shown(scalar.path))
    said = coded.data
    text = said.rstrip(b"\r\n")
    if not _is_text(said):
        return coded
    if b"\n" in text or _REFERENCE.match(text):
        return coded._replace(claim=Claim.ALWAYS)
    before, after = _around(scalar.path[-1], text)
    return coded._replace(
        data=before + text + after, way=Shifted(len(before), len(text), coded.way), claim=Claim.MATCHED
    )


def _of_entry(data: bytes, at: int) -> Iterator[Derived]:
    found = _COLONS.match(data, at)
    if found and (value := _value(data, Scalar(("userPassword",), "", *found.span("coded")))):
        yield value


def _is_text(said: bytes) -> bool:
    """Whether it is to be read, not a key in bytes: of those of 16 every eighth has no control character by chance."""
    if said.translate(None, _PRINTABLE):
        return False
    try:
        said.decode()
    except UnicodeDecodeError:
        return False
    return True


def _around(key: str, text: bytes) -> tuple[bytes, bytes]:
    quote = next((quote for quote in (b'"', b"'", b"`") if quote not in text), b"")
    name = re.sub(r"[^0-9A-Za-z_.-]", "", key)[-_LONGEST_KEY:]
    return f"{name}: ".encode() + quote, quote + b"\n"


def _shown(path: tuple[str, ...]) -> str:
    return ".".join(key if _is_harmless(key) else "*" for key in path[-2:])


def _is_harmless(key: str) -> bool:
    return len(key) <= _LONGEST_KEY and (key.isdigit() or _WORDY.fullmatch(key) is not None)
