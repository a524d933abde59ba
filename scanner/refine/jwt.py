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
    keep = _graded(claims, subject.now)
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


def _json(part: bytes) -> dict[str, object] | None:
    try:
        value = json.loads(urlsafe_b64decode(part + b"=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
