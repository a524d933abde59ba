"""False alarms that ordinary published code gave, by class; and what looks like them and is a secret."""

from __future__ import annotations

import base64
import hmac
import json
from pathlib import Path

import pytest

from scanner.engine.compiled import prepare
from scanner.engine.result import BlobResult
from scanner.engine.scan import Scanner
from scanner.model import Blob, FileOrigin
from scanner.refine.codename import reads_like_code
from scanner.ruleset.resources import builtin_files
from tests.support import token

_NOW = 1_700_000_000.0  # 2023-11-14


@pytest.fixture(scope="module")
def scanner(shared_cache: Path) -> Scanner:
    compiled = prepare(builtin_files(), str(shared_cache / "redhanded"))
    return Scanner(compiled.rules, compiled.prefilter, _NOW)


def _scan(scanner: Scanner, text: str, name: str = "app.py") -> BlobResult:
    return scanner.scan_blob(Blob(FileOrigin(name.encode()), text.encode()))


def _rules(result: BlobResult) -> list[str]:
    return [finding.rule_id for finding in result.findings]


_QUIET = [
    # passwords in URLs
    "postgresql+psycopg2://scott:tiger@localhost/test",
    "mysql+aiomysql://scott:tiger@127.0.0.1:3306/test?charset=utf8mb4",
    "postgresql://postgres:postgres@localhost/db",
    "https://user:hunter2@example.com/",
    "http://john.doe:letmein123@proxy.example.com:8080",
    "https://user:synthetic-password@allowed.example/path",
    "http://evil:thing@sub.domain.invalid/",
    "dbtype://username:pass%2Fword@hostspec/database",
    "https://user:p%40ssword@host/",
    "ftp://user:1234@host/",
    "http://abc:xyz@host/",
    "redis://:mysecret@cache:6379/0",
    "s3://aws_key:aws_secret@bucket/export.csv",
    "https://token:MY_GITHUB_TOKEN@github.com/acme/repo.git",
    "cvs://:pserver:anoncvs@sources.internal:/cvs/src",
    # words after "Bearer"
    '{"Authorization": "Bearer workload-identity-auth"}',
    '{"Authorization": "Bearer test_bearer_token_2"}',
    # a vendor's word, then a name from code or an id
    "getOnTypeFormattingEdits,  getRealAndSyntheticDocumentFormattersOrdered };",
    '    "SecurityMonitoringConfigOktaSecrets",\n    "SecurityMonitoringIntegrationConfigResourceType",\n',
    "  EnvironmentVariables.AZURE_CLIENT_SECRET,\n  EnvironmentVariables.AZURE_TENANT_IDENTITY,\n",
    '{"type": "opsgenie-service", "id": "' + token("{uuid}") + '"}',
    '{"type": "fastly-accounts", "id": "' + token("{hex:32}") + '"}',
    # prose and names
    "the portfolio is identified by 'bidding_strategy'. Empty otherwise",
    'token: "support.class.actionscript.2"',
    '"V1TokenRequest": ".models.v1_token_request",',
    '"secret_ref": "V1LocalObjectReference",',
    '"NextContinuationToken": "' + token("{base64:40}") + '"',
    'next_page_token = "' + token("{base64:40}") + '"',
    '"PasswordLastUsed": "2016-09-08T21:47:36Z"',
    'password = "<<CLIENT_SECRET_FROM_DB_TOKEN>>"',
    'password: "' + base64.b64encode(b"not my real password").decode() + '"',
    # what standards print
    "Authorization: Basic " + base64.b64encode(b"s6BhdRkqt3:gX1fBat3bV").decode(),
    "Authorization: Basic " + base64.b64encode(b"Aladdin:open sesame").decode(),
    '"access_token": "2YotnFZFEjr1zCsicMWpAA"',
    # a salt that nobody drew
    token("$6$rounds=656000$12345678${[0-9A-Za-z./]:86}"),
    token("$2b$12$123456789012345678901u{[0-9A-Za-z./]:31}"),
]


@pytest.mark.parametrize("text", _QUIET)
def test_ordinary_code_stays_quiet(scanner: Scanner, text: str) -> None:
    assert _rules(_scan(scanner, f"before\n{text}\nafter\n")) == []


_P = token("{base62:14}7a")

_WEAK = ("winter-storm", "Summer2024", "prod-admin-01")  # but real: people do choose such passwords

_FOUND = [
    (f"postgresql://scott:{_P}@localhost/test", "url-credentials"),
    (f"https://deploy:{_P}@example.com/", "url-credentials"),  # such a host, but nobody makes up such a password
    *((f"postgresql://app:{word}@db.internal/app", "url-credentials") for word in _WEAK),
    (f"https://ops:{_P}%40{_P}@wiki.internal/", "url-credentials"),
    ('{"Authorization": "Bearer ' + token("{base62:32}") + '"}', "http-bearer-token"),
    ('typeform_token = "' + token("{base62:44}") + '"', "typeform-api-key"),
    ('opsgenie: {"key": "' + token("{uuid}") + '"}', "opsgenie-api-key"),
    ('OPSGENIE_API_KEY="' + token("{uuid}") + '"', "opsgenie-api-key"),
    ('"client_token": "' + token("{hex:40}") + '"', "generic-secret"),
    (token("$6${base62:16}${[0-9A-Za-z./]:86}"), "password-hash"),
    ("ALTER USER app IDENTIFIED BY '" + _P + "'", "sqlddl-password"),
]


@pytest.mark.parametrize(("text", "rule"), _FOUND)
def test_what_looks_like_it_and_is_a_secret_is_found(scanner: Scanner, text: str, rule: str) -> None:
    assert rule in _rules(_scan(scanner, f"before\n{text}\nafter\n"))


_CHANCE = token("EXO{base62:26}")  # a rule that asks for nothing but a prefix and letters


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (token("{base64url:100}-"), token("-{base64url:100}", seed=2)),
        (token("{base64:46}/"), ""),
        ("", token("/{base64:46}")),
        (token("{base64:20}/"), token("+{base64:30}", seed=2)),
        ("Dx+", "/D4SnAgAA"),  # the ends of wrapped lines
        ("EOIEIOGEEOIEAAAAAAQQ4QgJC-", "_xYAAAAAAAAAMAAAANALAADEQer"),  # a program
    ],
)
def test_a_tokens_form_in_the_middle_of_base64_is_chance(scanner: Scanner, before: str, after: str) -> None:
    result = _scan(scanner, f"x\n{before}{_CHANCE}{after}\ny\n")
    assert (_rules(result), dict(result.drops)) == ([], {"inside-data": 1})


@pytest.mark.parametrize("beside", [1, -1])
def test_a_tokens_form_at_the_end_of_a_line_of_a_signature_is_chance(scanner: Scanner, beside: int) -> None:
    lines = [token("{base64:34}/") + _CHANCE, token("{base64:64}", seed=3)]
    text = "\n ".join(lines[::beside])
    result = _scan(scanner, f"gpgsig -----BEGIN PGP SIGNATURE-----\n \n {text}\n =x0Zq\n -----END\n")
    assert (_rules(result), dict(result.drops)) == ([], {"inside-data": 1})


def test_a_line_that_is_not_as_long_as_those_beside_it_is_none_of_a_signature(scanner: Scanner) -> None:
    text = token("{base64:34}/") + _CHANCE
    assert _rules(_scan(scanner, f"x\n{text}\n{token('{base64:63}', seed=3)}\ny\n")) == ["exoscale-api-key"]


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "key = '{}'",
        "https://api.internal/v1/accounts/primary-account/sub-accounts/Production2/keys/{}/rotate",
        "/home/JohnDoe/Projects2/my-application/config/secrets/{}",
        token("{base64:60}") + " {}",
        token("{base64:60}=") + "{}",
        token("{base62:20}") + "-{}",
        "EXOSCALE-KEY-OF-THE-PRODUCTION-ENVIRONMENT-IN-GENEVA-{}",
    ],
)
def test_a_token_beside_names_is_no_chance(scanner: Scanner, text: str) -> None:
    assert _rules(_scan(scanner, f"x\n{text.format(_CHANCE)}\ny\n")) == ["exoscale-api-key"]


def test_a_checksum_in_the_middle_of_base64_is_no_chance(scanner: Scanner) -> None:
    assert _rules(_scan(scanner, token("{base64:60}/") + token())) == ["github-pat"]


def _jwt(claims: object, key: bytes) -> str:
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
        for part in ({"alg": "HS256", "typ": "JWT"}, claims)
    ]
    signature = hmac.digest(key, b".".join(parts), "sha256")
    return b".".join([*parts, base64.urlsafe_b64encode(signature).rstrip(b"=")]).decode()


def test_a_web_token_signed_with_a_word_is_graded_down(scanner: Scanner) -> None:
    (finding,) = _scan(scanner, f"t = '{_jwt({'some': 'payload'}, b'secret')}'").findings
    assert (finding.evidence, finding.severity) == ("statistical", "low")
    (finding,) = _scan(scanner, f"t = '{_jwt({'some': 'payload'}, token().encode())}'").findings
    assert (finding.evidence, finding.severity) == ("proven", "medium")


def test_the_sample_web_token_is_dropped(scanner: Scanner) -> None:
    claims = {"sub": "1234567890", "name": "John Doe", "iat": 1516239022}
    assert dict(_scan(scanner, f"t = '{_jwt(claims, token().encode())}'").drops)["placeholder"] == 1


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (b"GCPIntegrationUpdate", True),
        (b"getRealAndSyntheticDocumentFormattersOrdered", True),
        (b"some_internal_identifier", True),
        (b"abcdefghijklmnop", False),  # an app password
        (b"abcd-efgh-ijkl-mnop", False),
        (b"kQxWvbTrLmZpDfGhJs", False),
        (b"InternalKey7", False),
        (b"", False),
    ],
)
def test_names_in_code_are_told_by_their_words(value: bytes, code: bool) -> None:
    assert reads_like_code(value) is code
