"""What the refiners drop, and the reason of each."""

from __future__ import annotations

import base64

import pytest

from scanner.engine.scan import Scanner
from scanner.refine.entropy import entropy
from tests.refine.support import PASSWORD, rules, scan
from tests.support import token

_DROPS = [
    ("placeholder", f"k = '{token()[:20]}EXAMPLE{token()[27:]}'"),
    ("placeholder", "k = 'ghp_" + "a" * 36 + "'"),
    ("placeholder", "k = 'ghp_" + "0123456789abcdefghijklmnopqrstuvwxyz" + "'"),
    ("placeholder", 'password = "abababababab"'),
    ("placeholder", 'password = "Test-Password-1"'),
    ("reference", 'password = "a-${oc.env:PASSWORD}"'),
    ("checksum", f"k = '{token()[:-1]}{'A' if token()[-1] != 'A' else 'B'}'"),
    ("structure", f"SENTRY_AUTH_TOKEN={token('sntrys_eyJ{base64:120}_{base64:43}')}"),
    ("checksum", f"seed = '{token('SUAA{base32:53}Q')}'"),
    ("not-credentials", "Authorization: Basic " + base64.b64encode(b"no colon in here").decode()),
    ("not-credentials", "Authorization: Basic " + base64.b64encode(b"deployment:").decode()),
    ("not-credentials", "Authorization: Basic " + base64.b64encode(b"user:\x00\x01\x02\x03").decode()),
    ("placeholder", "Authorization: Basic " + base64.b64encode(b"user:password").decode()),
    ("reference", "Authorization: Basic " + base64.b64encode(b"user:${PASSWORD}").decode()),
]


@pytest.mark.parametrize(("reason", "line"), _DROPS, ids=[f"{n}-{reason}" for n, (reason, _) in enumerate(_DROPS)])
def test_each_drop_has_its_reason(scanner: Scanner, reason: str, line: str) -> None:
    result = scan(scanner, line + "\n")
    assert rules(result) == []
    assert reason in dict(result.drops)


def test_a_check_over_a_prefix_that_may_be_longer_drops_nothing(scanner: Scanner) -> None:
    made = token("glpat-{base64url:39}0.01.130{base36:6}")
    assert dict(scan(scanner, f"k = '{made}'").drops)["checksum"] == 1
    assert rules(scan(scanner, f"k = 'acme-{made}'")) == ["gitlab-pat-routable"]


def test_basic_credentials_are_kept(scanner: Scanner) -> None:
    encoded = base64.b64encode(f"deploy:{PASSWORD}".encode()).decode()
    assert rules(scan(scanner, f"Authorization: Basic {encoded}\n")) == ["http-basic-auth"]


def test_a_checksum_that_holds_is_proof(scanner: Scanner) -> None:
    (finding,) = scan(scanner, f"k = '{token()}'").findings
    assert (finding.evidence, finding.confidence, finding.notes) == ("proven", 0.99, ("its checksum holds",))


@pytest.mark.parametrize(("value", "bits"), [(b"", 0), (b"aaaa", 0), (b"ab", 1), (b"abcd", 2), (bytes(range(256)), 8)])
def test_entropy_is_shannons(value: bytes, bits: float) -> None:
    assert entropy(value) == pytest.approx(bits)
