"""JSON Web Tokens: the header must be JSON that names an algorithm; an expired token opens nothing any more."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from time import gmtime, strftime

from scanner.model import Drop, Keep
from scanner.refine.subject import Subject


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
    expires = claims.get("exp")
    if isinstance(expires, int | float) and 0 < expires < subject.now:
        return Keep("statistical", f"it expired on {strftime('%Y-%m-%d', gmtime(expires))}", severity="low")
    return None


def _json(part: bytes) -> dict[str, object] | None:
    try:
        value = json.loads(urlsafe_b64decode(part + b"=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
