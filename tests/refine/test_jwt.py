"""JSON Web Tokens: what is one, and when it opens nothing any more."""

from __future__ import annotations

import base64
import json

import pytest

from scanner.engine.scan import Scanner
from tests.refine.support import NOW, scan
from tests.support import token


def _jwt(header: object, claims: object) -> str:
    parts = [
        base64.urlsafe_b64encode(json.dumps(part, separators=(",", ":")).encode()).decode().rstrip("=")
        for part in (header, claims)
    ]
    return ".".join([*parts, token("{base64url:43}")])


_HS = {"alg": "HS256", "typ": "JWT"}


@pytest.mark.parametrize(
    ("claims", "severity", "evidence"),
    [
        ({"role": "admin"}, "medium", "structured"),
        ({"role": "admin", "exp": NOW + 10}, "medium", "structured"),
        ({"role": "admin", "exp": NOW - 10}, "low", "statistical"),
        ({"role": "admin", "exp": "soon"}, "medium", "structured"),
        ({"role": "admin", "exp": 1e300}, "medium", "structured"),
        ({"role": "admin", "exp": -5}, "medium", "structured"),
    ],
    ids=["no end", "live", "expired", "text", "huge", "negative"],
)
def test_an_expired_web_token_is_graded_down(scanner: Scanner, claims: object, severity: str, evidence: str) -> None:
    (finding,) = scan(scanner, f"x {_jwt(_HS, claims)} y").findings
    assert (finding.rule_id, finding.severity, finding.evidence) == ("jwt", severity, evidence)
    assert finding.notes == (("it expired on 2023-11-14",) if severity == "low" else ())


@pytest.mark.parametrize(
    "header", [{"typ": "JWT", "kid": "x"}, {"alg": 5, "kid": "abcdef"}], ids=["no alg", "alg is a number"]
)
def test_what_only_looks_like_a_web_token_is_dropped(scanner: Scanner, header: object) -> None:
    result = scan(scanner, f"x {_jwt(header, {'role': 'admin'})} y")
    assert (result.findings, dict(result.drops)) == ((), {"not-a-jwt": 1})


def test_a_web_token_that_is_no_json_is_dropped(scanner: Scanner) -> None:
    result = scan(scanner, f"x {token('eyJ{base62:30}.eyJ{base62:30}.{base62:43}')} y")
    assert (result.findings, dict(result.drops)) == ((), {"not-a-jwt": 1})
