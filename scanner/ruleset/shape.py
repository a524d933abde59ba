"""The shape language: literal text with fields in braces, `ghp_{base62:30}{checksum}`.

One shape says what a token looks like; from it come the regex, the examples and the near misses of a rule.
`docs/writing-rules.md` describes the language.
"""

from __future__ import annotations

import re
from base64 import b64encode, urlsafe_b64encode
from binascii import unhexlify
from functools import lru_cache
from random import Random
from typing import Final, NamedTuple

from scanner.ruleset.alphabets import ALPHABETS
from scanner.ruleset.checksums import Checksum

_UUID_PATTERN = "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}"
_FIELD = re.compile(r"(?P<alphabet>\w+|\[(?:[^\]\\]|\\.)+\]):(?P<least>\d+)(?:-(?P<most>\d+))?")


class ShapeError(ValueError):
    """The text is not of the shape language; the message says why."""


class Literal(NamedTuple):
    text: str


class Repeat(NamedTuple):
    """`least` to `most` characters of the class `inside` (what stands between a regex's square brackets)."""

    inside: str
    least: int
    most: int


class Choice(NamedTuple):
    options: tuple[str, ...]


class Named(NamedTuple):
    """`uuid`, `checksum`, `shape`, the marks `[[` and `]]` around the secret of an example, or `base64<` and `>`
    around what is encoded, `bytes<` and `>` around hex digits that stand for bytes.
    """

    name: str


Part = Literal | Repeat | Choice | Named
Shape = tuple[Part, ...]


def parse(text: str) -> Shape:
    """Return the parts of a shape or of an example template. Raises ShapeError."""
    parts: list[Part] = []
    literal: list[str] = []
    at = 0

    def flush() -> None:
        if literal:
            parts.append(Literal("".join(literal)))
            literal.clear()

    while at < len(text):
        pair = text[at : at + 2]
        if pair in ("{{", "}}"):
            literal.append(pair[0])
            at += 2
        elif pair in ("[[", "]]"):
            flush()
            parts.append(Named(pair))
            at += 2
        elif text[at] == "{":
            end = _field_end(text, at)
            flush()
            parts.append(_field(text[at + 1 : end]))
            at = end + 1
        elif text[at] == "}":
            raise ShapeError(f"a lone '}}' in {text!r} (write '}}}}' for a literal one)")
        else:
            literal.append(text[at])
            at += 1
    flush()
    return tuple(parts)


def _field_end(text: str, start: int) -> int:
    closing = text.find("]:", start) if text[start + 1 : start + 2] == "[" else start
    end = text.find("}", max(closing, start))
    if end < 0:
        raise ShapeError(f"'{{' is never closed in {text!r} (write '{{{{' for a literal one)")
    return end


def _field(inside: str) -> Part:
    if inside in ("uuid", "checksum", "shape", "base64<", "base64url<", "bytes<", ">"):
        return Named(inside)
    if match := _FIELD.fullmatch(inside):
        alphabet = match["alphabet"]
        if alphabet.startswith("["):
            alphabet = alphabet[1:-1]
        elif alphabet in ALPHABETS:
            alphabet = ALPHABETS[alphabet]
        else:
            raise ShapeError(f"unknown alphabet {alphabet!r}; known: {', '.join(ALPHABETS)}")
        least = int(match["least"])
        most = int(match["most"] or least)
        if most < max(least, 1):
            raise ShapeError(f"the range in {{{inside}}} is empty")
        return Repeat(alphabet, least, most)
    if "|" in inside:
        return Choice(tuple(inside.split("|")))
    raise ShapeError(f"unknown field {{{inside}}}")


def to_pattern(shape: Shape, checksum: Checksum | None) -> str:
    """Return the regex source, without groups or boundaries, that matches what the shape describes.

    A range at the end is atomic: what must not follow it is of its own alphabet, so giving back never helps.
    """
    pieces = [_part_pattern(part, checksum) for part in shape]
    if shape and isinstance(shape[-1], Repeat) and shape[-1].least < shape[-1].most:
        pieces[-1] = f"(?>{pieces[-1]})"
    return "".join(pieces)


def _part_pattern(part: Part, checksum: Checksum | None) -> str:
    match part:
        case Literal(text):
            return re.escape(text)
        case Repeat(inside, least, most):
            return f"[{inside}]{{{least}}}" if least == most else f"[{inside}]{{{least},{most}}}"
        case Choice(options):
            return "(?:" + "|".join(re.escape(option) for option in options) + ")"
        case Named("uuid"):
            return _UUID_PATTERN
        case Named("checksum"):
            if checksum is None or not checksum.length:
                raise ShapeError("{checksum} needs the rule's `checksum`, one whose characters close the secret")
            return f"[{ALPHABETS[checksum.alphabet]}]{{{checksum.length}}}"
        case Named(name):
            raise ShapeError(f"{name} has no place in a shape")


def tail_class(shape: Shape, checksum: Checksum | None) -> str:
    """Return the inside of the class whose characters must not follow the secret; empty when anything may."""
    match shape[-1] if shape else None:
        case Choice(options) if "" in options:  # what stands before it may be the end
            return tail_class(shape[:-1], checksum)
        case Repeat(inside):
            # The `=` in front: a class may end in a hyphen, which must stay last.
            return ("=" if inside.startswith(ALPHABETS["base64"]) else "") + f"0-9A-Za-z{inside}"
        case Named("uuid"):
            return "0-9A-Za-z-"
        case Named("checksum") if checksum is not None:
            return ALPHABETS[checksum.alphabet]
        case _:
            return "0-9A-Za-z"


class Expansion(NamedTuple):
    """Text made from a template, and the half-open span of the marked secret in it (None without marks)."""

    text: bytes
    secret: tuple[int, int] | None


_CODINGS: Final = {
    "base64<": b64encode,
    "base64url<": lambda data: urlsafe_b64encode(data).rstrip(b"="),
    "bytes<": unhexlify,
}


def expand(template: Shape, shape: Shape, checksum: Checksum | None, random: Random) -> Expansion:
    """Fill every field with characters drawn from `random`. `{shape}` inserts the rule's own shape, marked."""
    out = bytearray()
    start: int | None = None
    end: int | None = None
    encoded: list[tuple[str, int]] = []  # what began to be encoded, and where
    for part in template:
        match part:
            case Named("base64<" | "base64url<" | "bytes<" as name):
                encoded.append((name, len(out)))
            case Named(">") if encoded:
                how, at = encoded.pop()
                out[at:] = _CODINGS[how](bytes(out[at:]))
            case Named("[["):
                start = len(out)
            case Named("]]"):
                end = len(out)
            case Named("shape"):
                start = len(out)
                out += expand(shape, (), checksum, random).text
                end = len(out)
            case Named("checksum") if checksum is not None and checksum.compute is not None:
                out += checksum.compute(bytes(out[start or 0 :]))
            case _:
                out += _random_part(part, random)
    return Expansion(bytes(out), None if start is None or end is None else (start, end))


def _random_part(part: Part, random: Random) -> bytes:
    match part:
        case Literal(text):
            return text.encode()
        case Repeat(inside, least, most):
            length = random.randint(least, most)
            return bytes(random.choice(members(inside)) for _ in range(length))
        case Choice(options):
            return random.choice(options).encode()
        case Named("uuid"):
            return b"-".join(bytes(random.choice(b"0123456789abcdef") for _ in range(n)) for n in (8, 4, 4, 4, 12))
        case Named(name):
            raise ShapeError(f"{{{name}}} cannot be expanded here")


@lru_cache(maxsize=256)
def members(inside: str) -> bytes:
    """Return the ASCII characters of a class, given what stands between its brackets."""
    one = re.compile(f"[{inside}]".encode())
    return bytes(c for c in range(33 if not one.match(b" ") else 32, 127) if one.match(bytes([c])))
