"""JSON Web Tokens: header and claims must be JSON, the header names an algorithm; an expired one opens nothing."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from time import gmtime, strftime
from typing import Final

from scanner.model import Drop, Keep, Severity
from scanner.refine.subject import Subject

# What Supabase's keys of the old kind say of themselves (https://supabase.com/docs/guides/api/api-keys).
_SUPABASE_ROLES: Final[dict[str, tuple[str, Severity]]] = {
    "anon": ("it is a Supabase key made to be public", "info"),
    "service_role": ("it is a Supabase key that passes row-level security", "critical"),
}
# Keys of examples, among them that of jwt.io. A service that has one of them has no secret to lose.
_WORDS: Final = (
    *(b"secret", b"your-256-bit-secret", b"key", b"test", b"password", b"my_secret", b"mysecret", b"secret-key"),
    *(b"secretkey", b"changeme", b"secret_key", b"your_secret_key", b"your-secret-key", b"my-secret", b"shhhhh", b""),
)


def refine(subject: Subject) -> Keep | Drop | None:
    """Judge what rules tagged `jwt` found, and what others found when it is a whole token."""
    is_sworn = "jwt" in subject.rule.tags
    parts = subject.value.split(b".", 3)
    if not is_sworn and (len(parts) != 3 or not parts[0].startswith(b"ey")):
        return None
    header = _json(parts[0])
    if header is None or not isinstance(header.get("alg"), str):
        return Drop("not-a-jwt", "its header is not that of a JSON Web Token") if is_sworn else None
    claims = _json(parts[1]) if len(parts) > 1 else None
    if claims is None:
        return Drop("not-a-jwt", "its claims are not JSON") if is_sworn and "enc" not in header else None
    if claims.get("sub") == "1234567890" and claims.get("name") == "John Doe":
        return Drop("placeholder", "it is the sample token of jwt.io")
    keep = _graded(claims, subject.now)
    if keep.evidence == "proven" and header["alg"] == "HS256" and _signed_with_a_word(subject.value):
        keep = Keep("statistical", "its key is a word that examples use: anybody can sign its like", severity="low")
    # A value known by its name may be a token of anybody's: that it parses proves nothing, that it expired does.
    return keep if subject.rule.evidence == "structured" or keep.evidence == "statistical" else None


def _graded(claims: dict[str, object], now: float) -> Keep:
    expires = claims.get("exp")
    if isinstance(expires, int | float) and 0 < expires < now:
        return Keep("statistical", f"it expired on {strftime('%Y-%m-%d', gmtime(expires))}", severity="low")
    role = claims.get("role") if claims.get("iss") == "supabase" else None
    if isinstance(role, str) and role in _SUPABASE_ROLES:
        return Keep("proven", *_SUPABASE_ROLES[role])
    return Keep("proven", "its header and claims are JSON")


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
