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
        ({"role": "admin"}, "medium", "proven"),
        ({"role": "admin", "exp": NOW + 10}, "medium", "proven"),
        ({"role": "admin", "exp": NOW - 10}, "low", "statistical"),
        ({"role": "admin", "exp": "soon"}, "medium", "proven"),
        ({"role": "admin", "exp": 1e300}, "medium", "proven"),
        ({"role": "admin", "exp": -5}, "medium", "proven"),
    ],
    ids=["no end", "live", "expired", "text", "huge", "negative"],
)
def test_an_expired_web_token_is_graded_down(scanner: Scanner, claims: object, severity: str, evidence: str) -> None:
    (finding,) = scan(scanner, f"x {_jwt(_HS, claims)} y").findings
    assert (finding.rule_id, finding.severity, finding.evidence) == ("jwt", severity, evidence)
    assert finding.notes == ("it expired on 2023-11-14" if severity == "low" else "its header and claims are JSON",)


@pytest.mark.parametrize("name", ["session_token", "GOOGLE_CLIENT_SECRET", "x"])
def test_an_expired_web_token_is_graded_down_whatever_it_is_called(scanner: Scanner, name: str) -> None:
    (finding,) = scan(scanner, f"{name} = '{_jwt(_HS, {'sub': 'ada', 'exp': NOW - 10})}'").findings
    assert (finding.severity, finding.evidence) == ("low", "statistical")


@pytest.mark.parametrize(
    ("claims", "severity"),
    [
        ({"role": "anon", "iss": "supabase", "iat": 1_600_000_000}, "info"),
        ({"role": "service_role", "iss": "supabase", "iat": 1_600_000_000}, "critical"),
        ({"role": "anon", "iss": "https://other.example"}, "medium"),
        ({"role": ["anon"], "iss": "supabase"}, "medium"),
    ],
    ids=["anon", "service", "another issuer", "a list"],
)
def test_the_role_of_a_supabase_key_sets_its_severity(scanner: Scanner, claims: object, severity: str) -> None:
    (finding,) = scan(scanner, f"x {_jwt(_HS, claims)} y").findings
    assert (finding.rule_id, finding.severity, finding.evidence) == ("jwt", severity, "proven")


def test_a_vendors_rule_keeps_its_web_token(scanner: Scanner) -> None:
    claims = {
        "iss": "supabase",
        "ref": "abcdefghijklmnopqrst",
        "role": "service_role",
        "iat": 1_600_000_000,
        "exp": 2**31,
    }
    (finding,) = scan(scanner, f"KEY = '{_jwt(_HS, claims)}'").findings
    assert (finding.rule_id, finding.evidence) == ("supabase-service-role-key", "proven")


@pytest.mark.parametrize(
    "header", [{"typ": "JWT", "kid": "x"}, {"alg": 5, "kid": "abcdef"}], ids=["no alg", "alg is a number"]
)
def test_what_only_looks_like_a_web_token_is_dropped(scanner: Scanner, header: object) -> None:
    result = scan(scanner, f"x {_jwt(header, {'role': 'admin'})} y")
    assert (result.findings, dict(result.drops)) == ((), {"not-a-jwt": 1})


def test_a_web_token_that_is_no_json_is_dropped(scanner: Scanner) -> None:
    result = scan(scanner, f"x {token('eyJ{base62:30}.eyJ{base62:30}.{base62:43}')} y")
    assert (result.findings, dict(result.drops)) == ((), {"not-a-jwt": 1})
