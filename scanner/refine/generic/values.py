"""What a value looks like: its length, alphabet and form, how surprising its letters are."""

from __future__ import annotations

import re
from base64 import b64decode
from functools import lru_cache
from operator import sub
from typing import Final, NamedTuple

from scanner.refine.generic.keys import NAMING, read_key
from scanner.refine.generic.letters import surprise
from scanner.refine.generic.phrases import reads_as
from scanner.refine.generic.standins import is_stand_in

# The first form that the whole value has. Forms made of words tell little of a password; those of data tell more.
_FORM: Final = re.compile(
    rb"""(?x)
    (?P<number>[+-]?\d{1,3}(?:[.,]\d{1,6})?|0x[0-9a-fA-F]{1,8}|\d{1,5}-\d{1,5})
  | (?P<digits>\d+)
  | (?P<uuid>[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})
  | (?P<date>\d{4}[-/.]\d\d?[-/.]\d\d?(?:[T ][\d:.+Z-]*|-[a-z]{2,12})?|\d{1,2}[:/]\d{1,2}(?:[:/]\d{2,4})?)
  | (?P<version>[v^~=<>]{0,2}\d{1,4}\.\d{1,5}(?:\.[\w+-]{1,20}){0,4})
  | (?P<passwordhash>\$(?:2[abxy]?|1|5|6|7|y|argon2\w{1,2}|apr1|pbkdf2[\w-]*|scrypt)\$.*|\{(?:SSHA|SHA|MD5
      |CRYPT|SMD5)\d*\}.*|pbkdf2[\w:]*[:$].*|(?:sha\d{1,3}|md5|bcrypt\w*|argon2\w*)\$.*)
  | (?P<integrity>(?:sha\d{1,3}|md5|SHA\d{1,3}|h1)[-:=][0-9A-Za-z+/=_-]{20,})
  | (?P<algorithm>(?i:\d{0,4}(?:(?:sha|aes|hmac|rsa|md|pbkdf|pbe|pbes|ecdsa|ecdh|dsa|dh|ed|x|hs|rs|es|ps|gcm
      |cbc|ctr|ecb|ccm|pkcs|oaep|mgf|des|blowfish|rc|chacha|poly|with|and|padding|curve|p|secp|k|r|bcrypt|argon
        |id|scrypt|ssh|kw|wrap|none|ede|siv|v|mt|a(?=\d{3})|scram|cram|e?cdhe|dhe|tlsv?|sslv|oauth|xoauth|gssapi)[-_/.:]?(?:\d{1,5}(?:[-_/.:]\d{1,5})?[-_/.:]?)?)+))
  | (?P<pem>-----BEGIN.*)
  | (?P<jwt>eyJ[\w-]{8,}\.eyJ[\w-]*\.[\w-]*)
  | (?P<coordinates>[\w.-]+(?::[\w.-]+)?:v?\d+(?:\.[\w-]+)+(?:@\w+)?)
  | (?P<url>[A-Za-z][\w+.-]{1,20}:/{1,3}.*|(?:urn|data|mailto|javascript|arn|cid):.*|//[\w.-]+/.*|www\..*)
  | (?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)
  | (?P<path>(?:\.{1,2}|~)?/[\w.@+ -]+(?:/[\w.@{}:*+ -]*)*|[A-Za-z]:\\.*|\\\\.*
      |(?:[\w.@-]+/)+[\w@-]+\.[a-z]{1,5}|\.{1,2}/.*)
  | (?P<file>[\w@-]+(?:\.[\w-]+)*\.(?:js|ts|py|json|ya?ml|xml|html?|css|md|txt|pem|key|crt|cer|p12|pfx|jks|env
      |ini|conf|cfg|toml|sh|go|java|rb|php|png|svg|jpg|gif|log|db|sql|tar|gz|zip|lock|pub|properties|keystore
        |json5|tsx|jsx|vue|proto|tf|csv))
  | (?P<host>(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?|(?:[a-z0-9-]+\.)+(?:com|net|org|io|dev|local|internal|cloud|co
      |example|test|de|uk|eu|ai|app|gov|edu)(?::\d+)?|localhost(?::\d+)?)
  | (?P<colour>\#[0-9a-fA-F]{3,8})
  | (?P<call>[\w.:>$-]+\(.*|.*\w\(\)?[;,]?|[\w.]+\[.*\]?|.*=>.*|(?:new|await|return|function|lambda|typeof)[ ].*)
  | (?P<variable>\$[\w.:>\[\]-]+|@[A-Za-z_][\w.]*|&[A-Za-z_]\w*|:[a-z_]\w*|[*&]\w[\w.]*|<[^<>]*>|%[\w.(){}-]+%?
      |\#[a-z][\w-]*|-{1,2}[a-z][\w-]*)
  | (?P<template>.*(?:\$\{|\{\{|\#\{|<%|\$\(|%\(|%[sdv](?![0-9A-Za-z])|\{\d?\}|\{[a-z_]\w*\}).*)
  | (?P<markup>.*</?[a-z]{1,12}[ />].*)
  | (?P<lowerword>[a-z]+) | (?P<Word>[A-Z][a-z]+) | (?P<UPPERWORD>[A-Z]+)
  | (?P<camelCase>[a-z]{1,20}\d?(?:[A-Z]{1,5}[a-z]{1,20}\d?)+[A-Z]{0,5}|[a-z]{2,20}[A-Z]{2,5})
  | (?P<PascalCase>(?:[A-Z]{1,5}[a-z]{1,20}\d?){2,}[A-Z]{0,5}|[A-Z][a-z]{2,20}[A-Z]{1,5})
  | (?P<snake>_{0,2}[a-z]+\d{0,2}(?:_[a-z]+\d{0,2})+_{0,2}) | (?P<SNAKE>_{0,2}[A-Z]+\d{0,2}(?:_[A-Z]+\d{0,2})+)
  | (?P<kebab>[a-z]+\d{0,2}(?:-[a-z]+\d{0,2})+) | (?P<Kebab>[A-Za-z]+(?:-[A-Za-z]+)+)
  | (?P<dotted>[A-Za-z_$][\w$]*(?:(?:\.|->|::|\?\.)[A-Za-z_$][\w$]*)+(?:\#[a-z][\w-]*)?)
  | (?P<coloned>[A-Za-z][\w.-]*(?::[A-Za-z*][\w./*-]*)+)
  | (?P<slashed>[A-Za-z][\w.-]*(?:/[A-Za-z*][\w.*-]*)+)
  | (?P<listed>[\w.-]+(?:[,;|][ ]?[\w.-]+)+)
  | (?P<wordnumber>[A-Za-z]{2,}[_.-]?\d{1,4}[!?.@\#$%&*]{0,2}|[a-z]+\d+
      |[A-Za-z]{3,}(?:[_.-][A-Za-z]{3,}){1,3}(?:[_.-]\d{2,4}|\d{3,4})[!?.@\#$%&*]{0,2})
  | (?P<prose>[A-Za-z\x80-\xff][\w'\x80-\xff]*[,:;]?(?:[ ]["'(]?[\w'$%\x80-\xff-]+[)"',.:;!?]{0,2})+.*)
  | (?P<spaced>.*[ \t\r\n].*)
  | (?P<hex>[0-9a-f]+|[0-9A-F]+)
  | (?P<base62>[0-9A-Za-z]+)
  | (?P<base64url>[\w-]+)
  | (?P<base64>[0-9A-Za-z+/]+={0,3})
  | (?P<symbols>[!-~]+)
  | (?P<foreign>.+)
    """,
    re.DOTALL,
)
_KINDS: Final = bytes(
    0x61 if 0x61 <= c <= 0x7A else 0x41 if 0x41 <= c <= 0x5A else 0x30 if 0x30 <= c <= 0x39
    else c if c in b" -_.+/=" else 0x21 if c < 0x80 else 0xE9
    for c in range(256)
)  # fmt: skip
_DATA: Final = frozenset(("hex", "base62", "base64", "base64url", "digits", "symbols"))
_LETTERS: Final = re.compile(rb"[^A-Za-z]+")
_WIDTHS: Final = (3, 4, 5, 6, 7, 8, 9, 11, 15, 19, 23, 31, 32, 39, 40, 47, 63, 64, 127, 255, 1023)
_RUNS: Final = re.compile(rb"(.)\1*", re.DOTALL)
_MANY_RUNS: Final = 5
_RUN: Final = 10  # bytes; shorter runs are habits of people
_LOOK: Final = 256  # bytes of a long value that are looked at


_LETTERLESS: Final = frozenset(("hex", "digits", "number", "uuid", "date", "version", "colour"))


class Value(NamedTuple):
    """`length`, `letters` (surprise), `mix` and `variety` are names of ranges."""

    form: str
    length: str
    alphabet: str
    letters: str
    mix: str
    variety: str
    digits: str
    ending: str
    says: str
    shape: str


@lru_cache(maxsize=4096)
def read_value(value: bytes) -> Value:
    """Return what a value looks like."""
    look = value[:_LOOK]
    form = _FORM.fullmatch(look)
    name = (form.lastgroup if form else None) or "other"
    kinds = look.translate(_KINDS)
    changes = sum(map(int.__ne__, kinds, kinds[1:]))  # words change seldom, random characters nearly always
    return Value(
        form=name,
        length=_range(len(value), _WIDTHS),
        alphabet=_alphabet(set(kinds)),
        letters=_letters(look) if name not in _LETTERLESS else "none",
        mix=_tenth(changes / (len(kinds) - 1)) if len(kinds) > 1 else "none",
        variety=_variety(look),
        digits=_share(kinds.count(b"0"), len(kinds)),
        ending=_ending(value),
        says=_says(look, name),
        shape=_shape(kinds) if changes < _MANY_RUNS else "",
    )


def _range(number: int, widths: tuple[int, ...]) -> str:
    """Return the name of the range that holds a number, e.g. `6-8`."""
    low = 0
    for high in widths:
        if number <= high:
            return f"{low}-{high}" if low < high else f"{high}"
        low = high + 1
    return f"{low}+"


_ALPHABETS: Final = ((0x61, "a"), (0x41, "A"), (0x30, "0"), (0x21, "!"), (0x20, "space"), (0xE9, "foreign"))


def _alphabet(kinds: set[int]) -> str:
    names = [name for kind, name in _ALPHABETS if kind in kinds]
    if kinds & {0x2D, 0x5F}:
        names.append("-")
    if 0x2E in kinds:
        names.append(".")
    if kinds & {0x2B, 0x2F, 0x3D}:
        names.append("/")
    return "".join(names)


def _letters(value: bytes) -> str:
    """Name how surprising the letters are, in bits each, for someone who expects words."""
    letters = _LETTERS.sub(b"", value)
    if len(letters) < 5:
        return "few"
    bits = surprise(value[:64])
    for limit in (3.4, 3.8, 4.2, 4.6, 5.0, 5.5, 6.0, 6.5):
        if bits < limit:
            return f"<{limit}"
    return "6.5+"


def _shape(kinds: bytes) -> str:
    """Return the kinds of its runs in order: `Aa0!` for a word, a year and a mark."""
    return b"".join(_RUNS.findall(kinds)).decode("latin-1").replace("\xe9", "~")


def _tenth(share: float) -> str:
    for limit in (0.05, 0.15, 0.3, 0.45, 0.6):
        if share <= limit:
            return f"<={limit}"
    return "more"


def _variety(value: bytes) -> str:
    if len(value) >= _RUN and _steps(value) * 2 > len(value):
        return "in order"  # an alphabet, or keys of a keyboard and digits one after the other
    share = len(set(value)) / min(len(value), 24)
    return "low" if share < 0.35 else "middling" if share < 0.55 else "high"


def _steps(value: bytes) -> int:
    """Return how many characters are the next of the one before them."""
    return list(map(sub, value[1:], value)).count(1)


def _share(part: int, whole: int) -> str:
    share = part / whole if whole else 0
    return (
        "none"
        if part == 0
        else "all"
        if part == whole
        else "<20%"
        if share < 0.2
        else "<50%"
        if share < 0.5
        else "most"
    )


_ENDINGS: Final = {
    ":": "colon",
    "?": "question",
    ".": "stop",
    "!": "bang",
    "=": "equals",
    "/": "slash",
    ",": "comma",
    ";": "semicolon",
    ")": "bracket",
    "]": "bracket",
    "}": "bracket",
    ">": "bracket",
    "-": "dash",
    "_": "dash",
}


def _ending(value: bytes) -> str:
    last = value[-1:].decode("latin-1")
    return _ENDINGS.get(last, "")


def _says(value: bytes, form: str) -> str:
    """Name what the whole value says, as far as it says something: a stand-in for a secret, a sentence, a pass phrase,
    a name in code that speaks of a secret, or text in base64.
    """
    if form in _WORDY and is_stand_in(value):
        return "stand-in"
    if form in _SEVERAL and (reads := reads_as(value)):
        return reads
    if form in _IDENTIFIERS and read_key(value).kind in NAMING:
        return "name"
    if form in ("base64", "base62", "PascalCase", "camelCase") and len(value) >= 8 and len(value) % 4 == 0:
        try:
            text = b64decode(value, validate=True).decode("ascii")
        except ValueError:
            return ""
        if text.isprintable():
            return "encoded pair" if _PAIR.fullmatch(text) else "encoded text"
    return ""


_PAIR: Final = re.compile(r"[\w.@+-]{2,64}:[^\s:/{}\"]{3,64}")  # user and password
_IDENTIFIERS: Final = frozenset(("camelCase", "PascalCase", "snake", "SNAKE", "dotted", "coloned", "slashed"))
_SEVERAL: Final = frozenset(
    ("prose", "spaced", "snake", "kebab", "Kebab", "dotted", "wordnumber", "other", "base64url", "symbols", "foreign")
)
_WORDY: Final = frozenset(
    (
        *("lowerword", "Word", "UPPERWORD", "camelCase", "PascalCase", "snake", "SNAKE", "kebab", "Kebab", "dotted"),
        *("wordnumber", "prose", "base62", "base64url", "slashed", "coloned", "other"),
    )
)
