"""Values that say what they are, or what belongs there: `existing-hash`, `YOUR-VAULT-PASSWORD`, `app.ts:12`."""

from __future__ import annotations

import json
import re
from binascii import a2b_base64
from typing import Final

from scanner.model import Drop
from scanner.refine.generic.late import Late
from scanner.refine.generic.sayings import SAYINGS

_LONGEST: Final = 400  # bytes of such a value
_DROPS: Final = {saying.name: saying.drop for saying in SAYINGS}


def _one_of(kind: str) -> Late:
    """Return what matches the forms that values of a kind can have; most are of one that has few."""
    some = (saying for saying in SAYINGS if kind in saying.among)
    return Late(b"|".join(b"(?P<%b>%b)" % (saying.name.encode(), saying.pattern) for saying in some))


_PLAIN: Final = _one_of("p")
_LETTER: Final = _one_of("l")
_OTHER: Final = _one_of("o")
_DESCRIBED: Final = Drop("placeholder", "it says that it stands for a hash, a salt or a hint")
_STANDS_FOR: Final = (
    b"hash",
    b"hashed",
    b"hashes",
    b"salt",
    b"hint",
    b"hints",
    b"hashb",  # of `passwordHashB64`
    b"hashbase",
    b"hash_result",
)
_DESCRIPTION: Final = Late(
    rb"(?:[A-Za-z._-]{0,40}(?<![A-Za-z]))?(?i:hash(?:ed|es)?|salt|hints?)(?:B64|Base64|[_-]result|[._-]verify)?[._-]?\d{0,2}"
    rb"|[A-Za-z._-]{0,40}[a-z](?:Hash(?:ed)?|Salt(?!\d)|Hints?)(?:B64|Base64)?[._-]?\d{0,2}|(?i:my)(?:hash|salt)"
)
_NUMBER: Final = b"0123456789._-"
_CIPHERS: Final = Drop("plain-value", "it is a list of ciphers")
_FEW: Final = 3  # with fewer before it, the last may be anything, as in `MD5:...`
_JOINTS: Final = re.compile(rb"[:,+ ]+")
_CIPHER: Final = Late(rb"[!+@-]{0,2}[A-Za-z0-9]{2,12}(?:[-_][A-Za-z0-9]{1,10}){0,8}")
_KNOWN: Final = Late(
    rb"AES|SHA|DES|RC[24]|MD5|DSS|DHE?|NULL|EXP|LOW|MEDIUM|HIGH|PSK|SRP|STRENGTH|CAMELLIA|KRB5|SEED|IDEA|GCM|CHACHA|POLY"
    rb"|RSA|ECDSA|TLS|SSL"
)
_HEAD: Final = Late(rb"eyJ[\w-]{10,120}")
_ONLY_HEAD: Final = Drop("placeholder", "it is the head of a JSON Web Token, and no token")


def of_description(value: bytes) -> Drop | None:
    """Return why a value is no secret by what it says."""
    if len(value) > _LONGEST:
        return None
    is_plain = value.isalnum()
    if found := (_PLAIN if is_plain else _LETTER if value[:1].isalpha() else _OTHER).fullmatch(value):
        return _DROPS[found.lastgroup or ""]
    if value.lower().rstrip(_NUMBER).endswith(_STANDS_FOR) and _DESCRIPTION.fullmatch(value):
        return _DESCRIBED
    if value[:3] == b"eyJ" and _HEAD.fullmatch(value) and _is_head(value):
        return _ONLY_HEAD
    return _CIPHERS if not is_plain and _lists_ciphers(value) else None


def _lists_ciphers(value: bytes) -> bool:
    """Whether it is a list of ciphers, as OpenSSL and Java have them; the last may be cut."""
    if not (b":" in value or b"," in value or b"+" in value) or not _KNOWN.search(value):
        return False
    names = [name for name in _JOINTS.split(value) if name]
    known = [_CIPHER.fullmatch(name) is not None and _KNOWN.search(name) is not None for name in names]
    return len(names) > 1 and all(known[:-1]) and (known[-1] or len(names) > _FEW)


def _is_head(value: bytes) -> bool:
    """Whether it is what stands before the claims of a JSON Web Token."""
    try:
        head = json.loads(a2b_base64(value.translate(bytes.maketrans(b"-_", b"+/")) + b"=="))
    except (ValueError, RecursionError):
        return False
    return isinstance(head, dict) and "alg" in head and head.keys() <= {"alg", "typ", "kid", "cty", "jku", "x5t"}
