"""A password in a URL: it may be percent-encoded, and user and host beside it tell whether it is an example."""

from __future__ import annotations

import re
from typing import Final

from scanner.model import Drop
from scanner.refine import placeholder
from scanner.refine.subject import Subject

_USER: Final = re.compile(rb"://([^:/@]{1,64}):\Z")
_HOST: Final = re.compile(rb"@([\w.-]{1,253})")
# RFC 2606 and RFC 6761: nobody can own these names.
_RESERVED: Final = re.compile(rb"(?:.*\.)?(?:example(?:\.(?:com|net|org))?|test|invalid)\.?", re.IGNORECASE)
# `scheme://user:password@host:port/database`: the port is no number, nor is it filled in by anybody.
_NAMED_PORT: Final = re.compile(rb"@[\w.\x80-\xff-]{1,253}:[A-Za-z\x80-\xff]")
_ENCODED: Final = re.compile(rb"%([0-9A-Fa-f]{2})")
_PLAIN: Final = re.compile(rb"[A-Za-z]+(?:[\W_]?[A-Za-z]+)*\d{0,3}|\d{1,5}")


def refine(subject: Subject) -> Drop | None:
    user = _USER.search(subject.data, subject.match.start, subject.secret.start)
    host = _HOST.match(subject.data, subject.secret.end, subject.secret.end + 255)
    if host is None:  # the secret is the whole URL
        return None
    value = _ENCODED.sub(lambda found: bytes.fromhex(found[1].decode()), subject.value)
    is_word = value.decode("utf-8", "replace").isalpha()
    if is_word and _NAMED_PORT.match(subject.data, subject.secret.end, subject.secret.end + 257):
        return Drop("placeholder", "its port is a word, too: it shows what such a URL looks like")
    if user and user[1] == value and value.isalpha():
        return Drop("placeholder", "user and password are the same word, as before anybody sets one")
    if _RESERVED.fullmatch(host[1]) and _PLAIN.fullmatch(value):
        return Drop("placeholder", "it is a plain word, and its host is reserved for examples")
    if value in placeholder.COUNTED:
        return Drop("placeholder", "it counts up")
    return placeholder.free_text(value) if value != subject.value else None
