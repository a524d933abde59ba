"""What the name says: `token_url`, `password_hash` or `secretName` hold something else than a secret.

Only for rules that go by the name (tag `named`); the name is split into words before it is judged, and those after the
last secret-like one decide: `secret_name` is a name, `name_secret` a secret.
"""

from __future__ import annotations

import re
from typing import Final

from scanner.model import Drop
from scanner.refine.subject import Subject

_WORD: Final = re.compile(rb"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_KEY: Final = re.compile(rb"[\w.-]+")
_HEAD: Final = re.compile(rb"[\w.-]+\Z")
_SECRET: Final = (rb"pass", rb"pwd", rb"secret", rb"token", rb"key", rb"credential")

_DISARMING: Final = frozenset(
    b"""alg algorithm attr attribute attrs author charset class classname cls column count csrf ctx default
    description dir directory doc endpoint env error example exception expiration expire expires expiry
    field file filename filter form format frequency grant handler hash hashed header headers help hint host
    html icon id identifier input instruction interval label length lifetime limit link location max message
    min minimum mode model msg name names namespace nonce param parameter path pattern placeholder policy
    prefix prompt provider public regex regexp region reset role rule rules salt schema scheme scope
    selector separator size source state status strength style suffix template text timeout title ttl type
    types uri url validation validator validators version view warning xpath""".split()
)

_PAGING: Final = frozenset((b"next", b"page", b"continuation", b"forward", b"backward"))


def refine(subject: Subject) -> Drop | None:
    if "named" not in subject.rule.tags:
        return None
    words = _words(subject.data, subject.match.start, subject.secret.start)
    last = max((n for n, word in enumerate(words) if any(part in word for part in _SECRET)), default=-1)
    if last > 0 and words[last] == b"token" and words[last - 1] in _PAGING:
        return Drop("key-name", "its name says that it is a place in a list, not a secret")
    found = next((word for word in words[last + 1 :] if word in _DISARMING), None)
    if found is None:
        return None
    return Drop("key-name", f"its name says that it is a {found.decode()}, not a secret")


def _words(data: bytes, start: int, end: int) -> list[bytes]:
    """Return the words of the key; the rule's match may begin inside it."""
    head = _HEAD.search(data, max(0, start - 40), start)
    key = _KEY.search(data, head.start() if head else start, end)
    return [word.lower() for word in _WORD.findall(key[0])] if key else []
