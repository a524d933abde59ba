"""JSON Web Tokens: the header must be JSON that names an algorithm; an expired token opens nothing any more."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from time import gmtime, strftime
from typing import Final

from scanner.model import Drop, Keep
from scanner.refine.subject import Subject

# Keys of examples, among them that of jwt.io. A service that has one of them has no secret to lose.
_WORDS: Final = (
    *(b"secret", b"your-256-bit-secret", b"key", b"test", b"password", b"my_secret", b"mysecret", b"secret-key"),
    *(b"secretkey", b"changeme", b"secret_key", b"your_secret_key", b"your-secret-key", b"my-secret", b"shhhhh", b""),
)


def refine(subject: Subject) -> Keep | Drop | None:
    if "jwt" not in subject.rule.tags:
        return None
    parts = subject.value.split(b".")
    header = _json(parts[0])
    if header is None or not isinstance(header.get("alg"), str):
        return Drop("not-a-jwt", "its header is not that of a JSON Web Token")
    claims = _json(parts[1]) if len(parts) > 1 else None
    if claims is None:
        return Drop("not-a-jwt", "its claims are not JSON") if "enc" not in header else None
    if claims.get("sub") == "1234567890" and claims.get("name") == "John Doe":
        return Drop("placeholder", "it is the sample token of jwt.io")
    expires = claims.get("exp")
    if isinstance(expires, int | float) and 0 < expires < subject.now:
        return Keep("statistical", f"it expired on {strftime('%Y-%m-%d', gmtime(expires))}", severity="low")
    if header["alg"] == "HS256" and _signed_with_a_word(subject.value):
        return Keep("statistical", "its key is a word that examples use: anybody can sign its like", severity="low")
    return None


def _signed_with_a_word(value: bytes) -> bool:
    """Whether the key of the signature is one of those that manuals use."""
    from hmac import digest  # costs 3 ms; only who finds a token pays

    content, _, signature = value.rpartition(b".")
    try:
        given = urlsafe_b64decode(signature + b"=" * (-len(signature) % 4))
    except ValueError:
        return False
    return any(digest(key, content, "sha256") == given for key in _WORDS)


def _json(part: bytes) -> dict[str, object] | None:
    try:
        value = json.loads(urlsafe_b64decode(part + b"=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
