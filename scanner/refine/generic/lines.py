"""What the rest of the line and the lines around say: a comment, a message, a test's assertion, a login beside it."""

from __future__ import annotations

import re
from typing import Final

_COMMENT: Final = re.compile(rb"\s*(?:#|//|/?\*|--\s|<!--|;|%%|rem\s|REM\s|\"\"\")|.*\s(?://|#|/\*)\s")
_LIST: Final = re.compile(rb"\s*-\s")

# One word of a class is enough. Looked for in what stands before and after on the line.
_SAYS: Final = re.compile(
    rb"""(?ix)(?<![a-z])(?:
      (?P<example>e\.g\.|example|sample|placeholder|dummy|fake|mock|lorem|foobar|demo)
    | (?P<asserts>assert\w*|expect\w*|should|tobe|toequal|equal\w*|eq|isequal|require\.)
    | (?P<reports>raise|throw|throws|error|err|errorf|warn\w*|print\w*|println|log|logger|logging|console|fatal|panic|exception|fail|echo|puts|printf|abort)
    | (?P<human>label|title|tooltip|help|hint|message|msg|caption|text|translat\w*|i18n|gettext|describe|describes|description|summary|usage|doc)
    | (?P<defines>def|function|func|fn|interface|type|class|enum|struct|import|from|require|include|package|using|typedef)
    | (?P<tests>if|elif|when|case|while|switch|unless|typeof|instanceof|contains|startswith|endswith|in)
    | (?P<hashes>sha\d*|md5|hash|checksum|digest|integrity|etag|fingerprint)
    | (?P<matches>regexp?|pattern|match\w*|replace\w*|split|compile|grep|sed|awk)
    | (?P<gets>getenv|environ|env|get|getstring|getproperty|lookup|fetch|process|config|settings|os|viper|flag|argv|options?|add_argument|prompt|input|getpass)
    | (?P<sets>const|let|var|val|static|final|private|public|protected|string|readonly|export|set|define|local|auto)
    )(?![a-z])""",
)
_LOGIN: Final = re.compile(
    rb"""(?i)(?:user(?:_?name)?|login|host(?:name)?|port|server|database|dbname|email|endpoint|account|client_?id|url|consumer|access_?key(?:_?id)?)["']?\s{0,3}[:=]"""
)
_PEOPLE: Final = re.compile(rb"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,} [a-z]{2,}")


def says(before: bytes, after: bytes) -> frozenset[str]:
    """Return the classes of words on the line, at most a few from each side."""
    found: set[str] = set()
    for text in (before[-160:], after[:60]):
        for match in _SAYS.finditer(text):
            found.add(match.lastgroup or "")
    return frozenset(found)


def line_kind(before: bytes) -> str:
    if _COMMENT.match(before):
        return "comment"
    return "list" if _LIST.match(before) else "indented" if before[:1].isspace() else "flush"


def has_login(text: bytes) -> bool:
    """Whether a name of an account or a host is given a value there."""
    return _LOGIN.search(text) is not None


def has_prose(text: bytes) -> bool:
    return _PEOPLE.search(text) is not None


_HEX: Final = re.compile(rb"\b[0-9a-fA-F]{24,}\b")


def has_hex(above: bytes, below: bytes) -> bool:
    """Whether the lines around are full of long hex: test vectors, checksums, dumps."""
    return len(_HEX.findall(above)) + len(_HEX.findall(below)) > 1
