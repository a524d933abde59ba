"""Documents in which values are encrypted (SOPS, sealed secrets, Ansible Vault), and those that stay plain in them.

What SOPS is to encrypt, its own metadata says in the document; so what is plain by design is known. Each plain value is
given as a text of its own that only a rule made for it matches: `MARK kind MARK name MARK value MARK`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple

from scanner.decode.derived import Derived, Piece, Pieces, Shifted
from scanner.decode.structure import Scalar
from scanner.model import Span

MARK: Final = b"\x1f"
_LONGEST: Final = 4000  # bytes of a value
_SECONDS: Final = 0.05  # for an expression of the metadata, with one name
_LONGEST_EXPRESSION: Final = 400
_OPTIONS: Final = (
    "unencrypted_suffix",
    "encrypted_suffix",
    "unencrypted_regex",
    "encrypted_regex",
    "unencrypted_comment_regex",
    "encrypted_comment_regex",
)
_USUAL_SUFFIX: Final = "_unencrypted"
_MOST_COMMENTS: Final = 500
_METADATA: Final = "sops"
_SECTION: Final = re.compile(rb"\[([^\]\r\n]{1,80})\][ \t]*\r?$")
_SETTING: Final = re.compile(rb"[ \t]*(?:export[ \t]+)?([0-9A-Za-z_.\-]{1,80})[ \t]*=[ \t]*([^\r\n]*)")
_COMMENT: Final = re.compile(rb"^([ ]*)(?:- )?[^#\r\n]*?#([^\r\n]*)", re.MULTILINE)
_LINE: Final = re.compile(rb"^([ ]*)([^\s#][^\r\n]*)", re.MULTILINE)
_SEALED: Final = re.compile(rb"Ag[A-D][0-9A-Za-z+/=\s]{17,}")
_VAULT: Final = b"!vault"
_TEMPLATE: Final = (b"{{", b"${")
_TELLING: Final = re.compile(r"(?i)pass|pwd|secret|token|(?:api|access|private|encryption|signing).?key|cred|^vault_")


class Plain(NamedTuple):
    """A value that stands plain, and what leads to it."""

    path: tuple[str, ...]
    start: int
    end: int


def of_sops(data: bytes, scalars: list[Scalar]) -> Iterator[Plain]:
    """Yield what SOPS was to encrypt and has not, in YAML and JSON."""
    said = {one.path[1]: one.value for one in scalars if one.path[0] == _METADATA and len(one.path) == 2}
    if "mac" not in said:
        return  # the document is malformed, and what it says of itself is lost
    meant = _Meant(said, data)
    for path, _, start, end in scalars:
        if path[0] != _METADATA and meant.is_encrypted(path, start):
            yield Plain(path, start, end)


def of_settings(data: bytes, start: int, end: int) -> Iterator[Plain]:
    """Yield what SOPS was to encrypt and has not, in `.env` files (`sops_mac=`) and in INI files (`[sops]`)."""
    found: list[Plain] = []
    said: dict[str, str] = {}
    section: tuple[str, ...] = ()
    at = start
    for line in data[start:end].splitlines(keepends=True):
        if head := _SECTION.match(line):
            section = (head[1].decode("latin-1"),)
        elif setting := _SETTING.match(line):
            name = setting[1].decode("latin-1")
            key = name.removeprefix(f"{_METADATA}_") if not section else name
            if section == (_METADATA,) or key != name:
                said[key] = setting[2].decode("latin-1").strip()
            else:
                found.append(Plain((*section, name), at + setting.start(2), at + setting.end(2)))
        at += len(line)
    meant = _Meant(said, data)
    return (one for one in found if meant.is_encrypted(one.path, one.start))


def of_sealed_secrets(data: bytes, scalars: list[Scalar]) -> Iterator[Plain]:
    """Yield what stands among the encrypted values of a SealedSecret and is none, and what its template gives away."""
    above = {one.path[:-1] for one in scalars if one.path[-1] == "kind" and one.value == "SealedSecret"}
    for path, _, start, end in scalars:
        is_among = path[:-3] in above and path[-3:-1] == ("spec", "encryptedData")
        is_given = path[:-4] in above and path[-4:-2] == ("spec", "template") and path[-2] in ("data", "stringData")
        if (is_among and not _SEALED.match(data[start:end].lstrip(b"\"'|>-+ \r\n"))) or (
            is_given and _TELLING.search(path[-1])
        ):
            yield Plain(path, start, end)


def of_vaults(data: bytes, scalars: list[Scalar]) -> Iterator[Plain]:
    """Yield what speaks of secrets, stands beside what Ansible Vault has encrypted, and is not."""
    for path, _, start, end in scalars:
        if _TELLING.search(path[-1]) and not data.startswith(_VAULT, start):
            yield Plain(path, start, end)


class _Meant:
    """What SOPS was told to encrypt: by the names that lead to a value, or by the comments before it."""

    def __init__(self, said: dict[str, str], data: bytes) -> None:
        chosen = {option: said[option] for option in _OPTIONS if said.get(option)} or {_OPTIONS[0]: _USUAL_SUFFIX}
        self._tests: list[tuple[bool, Callable[[str], bool]]] = []
        self._covered: list[tuple[bool, list[Span]]] = []
        for option, text in chosen.items():
            wanted = not option.startswith("un")
            test = _test(option, text, wanted)
            if "comment" in option:
                self._covered.append((wanted, list(islice(_covered(data, test), _MOST_COMMENTS))))
            else:
                self._tests.append((wanted, test))

    def is_encrypted(self, path: tuple[str, ...], at: int) -> bool:
        """Whether the value at this offset should be. One reason for being plain is enough."""
        names = [name for name in path if not name.isdigit()]
        by_name = all(any(map(test, names)) == wanted for wanted, test in self._tests)
        return by_name and all(any(a <= at < b for a, b in spans) == wanted for wanted, spans in self._covered)


def _test(option: str, text: str, wanted: bool) -> Callable[[str], bool]:
    if option.endswith("suffix"):
        return lambda name: name.endswith(text)
    return _expression(text, wanted)


def _expression(text: str, otherwise: bool) -> Callable[[str], bool]:
    """Return whether the expression is found in a text; `otherwise` for one that takes too long, or is none: it excuses
    nothing.
    """
    import regex  # for its time limits

    try:
        pattern = regex.compile(text[:_LONGEST_EXPRESSION].replace("\\\\", "\\"))
    except regex.error:
        return lambda name: otherwise
    known: dict[str, bool] = {}
    late = False

    def found(name: str) -> bool:
        nonlocal late
        if late:
            return otherwise
        if name not in known:
            try:
                known[name] = pattern.search(name, timeout=_SECONDS) is not None
            except TimeoutError:
                late = True
                return otherwise
        return known[name]

    return found


def _covered(data: bytes, test: Callable[[str], bool]) -> Iterator[Span]:
    """Yield what the comments speak of that pass the test: their own line, or the next one, and all that is indented
    more than that.
    """
    for comment in _COMMENT.finditer(data):
        if not test(comment[2].decode("utf-8", "replace").strip()):
            continue
        line = _LINE.search(data, comment.start())
        if line is None:
            return
        after = next(
            (other.start() for other in _LINE.finditer(data, line.end()) if _is_beside(line, other)), len(data)
        )
        yield Span(comment.start(), after)


def _is_beside(line: re.Match[bytes], other: re.Match[bytes]) -> bool:
    indent, others = len(line[1]), len(other[1])
    return others < indent or (others == indent and (line[2].startswith(b"-") or not other[2].startswith(b"-")))


def derived(
    kind: str, data: bytes, found: Iterable[Plain], shown: Callable[[tuple[str, ...]], str]
) -> Iterator[Derived]:
    """Yield the values as texts for the rules of this kind. `shown`: how to tell what leads to them."""
    for path, low, high in found:
        start, end = _inside(data, low, min(high, low + _LONGEST))
        value = data[start:end]
        if not value or MARK in value or value.startswith((b"ENC[", b"enc:")) or any(t in value for t in _TEMPLATE):
            continue
        name = path[-1].encode("utf-8", "replace").replace(MARK, b"")[-60:]
        before = MARK.join((b"", kind.encode(), name, b""))
        way = Shifted(len(before), len(value), Pieces([Piece(0, start)]))
        yield Derived(before + value + MARK, "", Span(start, end), way, shown(path))


def _inside(data: bytes, start: int, end: int) -> tuple[int, int]:
    """Return where the value itself stands, without its quotes, the sign of a block, and the white space around."""
    if data[start : start + 1] in (b"|", b">"):
        start = data.find(b"\n", start, end) + 1 or end
    text = data[start:end]
    start += len(text) - len(text.lstrip())
    text = text.strip()
    if text[:1] in (b'"', b"'") and len(text) > 1 and text[:1] == text[-1:]:
        return start + 1, start + len(text) - 1
    return start, start + len(text)
