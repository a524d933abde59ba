"""What the rest of the line and the lines around say: a comment, a message, a test's assertion, a login beside it."""

from __future__ import annotations

import re
from typing import Final

_COMMENT: Final = re.compile(rb"\s*(?:#|//|/?\*|--\s|<!--|;|%%|rem\s|REM\s|\"\"\")|[^#/]*\s(?://|#|/\*)\s")
_ROW: Final = re.compile(rb"\s*\|[^|]*\|")  # of a table in Markdown or a text
_AMONG: Final = re.compile(rb"""["'`][\w.@:/ -]{1,60}["'`]\s{0,2}[,|]\s{0,2}["'`]?\Z""")
_AHEAD: Final = re.compile(rb"""["'`]?\s{0,2}[,|]\s{0,2}["'`][\w.@:/ -]{1,60}["'`]\s{0,2}(?:[,|)\]};]|\Z)""")
_LABEL: Final = re.compile(rb"""["'][A-Z][\w'?-]*(?:[ ][\w'?-]+){0,5}[ ]\Z""")
_LIST: Final = re.compile(rb"\s*-\s")

_SAYS: Final = {
    "badge": b"badge badges shields",
    "example": b"eg example examples sample samples placeholder dummy fake mock mocked lorem foobar demo",
    "asserts": b"assert asserts expect expects expected should tobe equal equals eq isequal",
    "reports": b"raise throw throws error errors err errorf warn warning print println log logger logging "
    b"console fatal panic "
    b"exception fail failed echo puts printf abort",
    "human": b"label title tooltip help hint message messages msg caption text translate translation i18n "
    b"gettext describe "
    b"describes description summary usage doc",
    "defines": b"def function func fn interface type class enum struct import from require include package "
    b"using typedef",
    "tests": b"if elif when case while switch unless typeof instanceof contains startswith endswith in",
    "hashes": b"sha sha1 sha256 sha512 md5 hash checksum digest integrity etag fingerprint",
    "matches": b"regex regexp pattern match matches matcher replace replaces split compile grep sed awk",
    "gets": b"getenv environ env get getstring getproperty lookup fetch process config settings os viper flag "
    b"argv option "
    b"options argument prompt input getpass",
    "sets": b"const let var val static final private public protected string readonly export set define local auto",
}
_CLASS_OF: Final = {word: name for name, words in _SAYS.items() for word in words.split()}
_WORD: Final = re.compile(rb"[A-Za-z]{2,20}\d{0,3}")
_LOGINS: Final = (
    b"user",
    b"login",
    b"host",
    b"port",
    b"server",
    b"database",
    b"dbname",
    b"email",
    b"endpoint",
    b"account",
    b"client",
    b"url",
)
_PEOPLE: Final = re.compile(rb"(?<![A-Za-z])[A-Za-z]{2,15}(?: [a-z]{2,15}){3}")


def says(before: bytes, after: bytes) -> frozenset[str]:
    """Return the classes of words on the line; one word of a class is enough."""
    get = _CLASS_OF.get
    words = _WORD.findall(before[-160:] + b" " + after[:60])
    return frozenset(found for word in words if (found := get(word.lower())))


def line_kind(before: bytes) -> str:
    if _ROW.match(before):
        return "table"
    if _COMMENT.match(before):
        return "comment"
    return "list" if _LIST.match(before) else "indented" if before[:1].isspace() else "flush"


def is_among_others(before: bytes, after: bytes) -> bool:
    """Whether it is one string of several: `"name" | "new-password" | "one-time-code"`."""
    return _AMONG.search(before[-80:]) is not None and _AHEAD.match(after) is not None


def is_label(before: bytes) -> bool:
    """Whether the key is the last of several words in quotes: `"Repeat Password": "..."`, as in translations."""
    return _LABEL.search(before) is not None


def has_login(text: bytes) -> bool:
    """Whether it speaks of an account, a host or the like."""
    lowered = text.lower()
    return any(map(lowered.__contains__, _LOGINS))


def has_prose(text: bytes) -> bool:
    return _PEOPLE.search(text) is not None


_PASSWORD: Final = re.compile(
    rb"(?i)pass(?:word|wd|wort|phrase|code)|assword|(?<![a-z])(?:pwd|pw|pass)(?![a-z]"
    rb"|[ ](?:a|an|the|in|to|it|your|this|that|as|on|any|by|through|along|over|these)[ ])"
    rb"|credential|secure_?string|sudo -s"
    rb"|bindpw|rootpw|requirepass"
)


def names_password(before: bytes, above: bytes) -> str:
    """Return where a word for a password stands, for a value whose own name says nothing."""
    if _PASSWORD.search(before):
        return "on the line"
    return "above" if _PASSWORD.search(above[above.rstrip().rfind(b"\n") + 1 :]) else "nowhere"


_NOISE: Final = re.compile(rb"[A-Za-z]{3,}|[ (){};,.=]")


def is_noise(before: bytes, after: bytes) -> bool:
    """Whether what stands around is no text and no code: packed data in the alphabet of a text."""
    text = before[-60:] + after[:60]
    return len(text) > 60 and 2 * sum(map(len, _NOISE.findall(text))) < len(text)


_HEX: Final = re.compile(rb"[0-9a-fA-F]{24}")


def has_hex(above: bytes, below: bytes) -> bool:
    """Whether the lines around are full of long hex: test vectors, checksums, dumps."""
    return len(_HEX.findall(above)) + len(_HEX.findall(below)) > 1
