"""What the refiners keep and drop, and the reason of each: through the whole engine, with the built-in rules."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.engine.compiled import prepare
from scanner.engine.scan import BlobResult, Scanner
from scanner.model import Blob, FileOrigin
from scanner.refine.entropy import entropy
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


_P = token("{base62:14}7a")

_RIGHT_WAY = [  # how secrets should be held: nothing of this may be reported
    'password = os.environ["DB_PASSWORD"]',
    "password = os.getenv('DB_PASSWORD')",
    'password = os.environ.get("DB_PASSWORD", "")',
    "API_KEY = config('API_KEY')",
    'SECRET_KEY = env("DJANGO_SECRET_KEY")',
    "SECRET_KEY = config('SECRET_KEY', cast=str)",
    "api_key: SecretStr",
    "password: SecretStr = Field(..., env='DB_PASSWORD')",
    'api_key: str = Field(default_factory=lambda: os.environ["API_KEY"])',
    'token: "str | None" = None',
    "const token = process.env.GITHUB_TOKEN;",
    'password = keyring.get_password("service", "user")',
    'password = getpass.getpass("Password: ")',
    "token: ${{ secrets.GITHUB_TOKEN }}",
    'token: "${{ secrets.GITHUB_TOKEN }}"',
    "password: {{ db_password }}",
    'password: "{{ vault_db_password }}"',
    "DB_PASSWORD=${DB_PASSWORD}",
    'DB_PASSWORD="${DB_PASSWORD:-}"',
    "DB_PASSWORD=$DB_PASSWORD",
    'password = "%(db_password)s"',
    "password = '%(ENV_DB_PASSWORD)s'",
    'password = "vault:secret/data/app#password"',
    "password: vault:secret/data/production/app#password",
    'password: "ENC[AES256_GCM,data:Zm9vYmFyYmF6cXV4,iv:abcdefgh,tag:ijklmnop,type:str]"',
    "password: ENC[AES256_GCM,data:Zm9vYmFyYmF6cXV4,iv:abcdefgh,tag:ijklmnop,type:str]",
    'api_key = "op://Private/Service/credential"',
    "API_KEY=op://Private/Service/credential",
    'secret = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:app/db-AbCdEf"',
    "DB_SECRET: arn:aws:secretsmanager:eu-west-1:123456789012:secret:app/db-AbCdEf",
    "MasterUserPassword: !Ref DBPassword",
    "MasterUserPassword: !Sub '{{resolve:secretsmanager:${Secret}:SecretString:password}}'",
    'MasterUserPassword: "{{resolve:ssm-secure:/app/password:1}}"',
    "password = var.db_password",
    'password = "${var.db_password}"',
    "password = data.aws_secretsmanager_secret_version.db.secret_string",
    "valueFrom: {secretKeyRef: {name: database, key: password}}",
    "  secretName: my-service-credentials-v1",
    'password = "changeme"',
    'password = "<your password here>"',
    'api_key = "YOUR_API_KEY_HERE"',
    'api_key = "xxxxxxxxxxxxxxxxxxxxxxxx"',
    'password = "********"',
    'token = "..."',
    'secret = "my-secret"',
    'password = "password123"',
    "postgresql://user:password@localhost/app",
    "postgresql://app:${DB_PASSWORD}@db/app",
    "postgresql://{user}:{password}@{host}/{name}",
    "postgres://%s:%s@%s/%s",
    "https://<user>:<token>@github.com/x/y.git",
    'headers = {"Authorization": f"Bearer {token}"}',
    "curl -H 'Authorization: Bearer $TOKEN' https://api",
    'password_hash = "' + token("{hex:40}") + '"',
    'token_url = "https://login.internal/oauth2/v2.0/token"',
    'TOKEN_EXPIRY = "2024-01-01T00:00:00Z"',
    'api_key_header = "X-Custom-Api-Key-2"',
    'description = "The password must have 12 characters"',
]  # fmt: skip


@pytest.mark.parametrize("name", ["app.py", "values.yaml", ".env", "main.tf"])
@pytest.mark.parametrize("line", _RIGHT_WAY)
def test_the_right_way_to_hold_a_secret_stays_quiet(scanner: Scanner, line: str, name: str) -> None:
    assert _rules(_scan(scanner, f"before\n{line}\nafter\n", name)) == []


def test_sealed_secrets_stay_quiet(scanner: Scanner) -> None:
    sealed = token("AgB{base64:340}")
    text = f"kind: SealedSecret\nspec:\n  encryptedData:\n    password: {sealed}\n    api-token: {sealed}\n"
    assert _rules(_scan(scanner, text, "sealed.yaml")) == []


_WRONG_WAY = [
    ("app.py", f"STRIPE_KEY = '{token('sk_live_{base62:24}')}'", "stripe"),
    ("app.py", f'DATABASE = "postgresql://admin:{_P}@db.internal/app"', "url-credentials"),
    ("app.py", f'password = "{_P}"', "generic-password"),
    ("settings.py", f'WIDGET_SECRET = "{token("{base62:50}")}"', "generic-secret"),
    ("app.js", f"const authToken = '{token('{hex:40}')}';", "generic-secret"),
    ("conf.json", f'{{"client_secret": "{token("{base64url:39}7")}"}}', "generic-secret"),
    (".env", f"DB_PASSWORD={_P}\n", "generic-env-secret"),
    (".env.production", f"export API_TOKEN={token('{hex:40}')}\n", "generic-env-secret"),
    ("secret.yaml", f"kind: Secret\nstringData:\n  password: {_P}\n", "generic-env-secret"),
    ("secret.yaml", f'kind: Secret\nstringData:\n  password: "{_P}"\n', "generic-password"),
    ("docker-compose.yml", f"    environment:\n      POSTGRES_PASSWORD: {_P}\n", "generic-env-secret"),
    ("app.properties", f"spring.datasource.password={_P}\n", "generic-env-secret"),
    ("deploy.sh", f"curl -H 'Authorization: Bearer {token('{base62:40}')}' https://api.internal", "http-bearer-token"),
    ("ci.yaml", f"  token: {token()}\n", "github-pat"),
]


@pytest.mark.parametrize(("name", "text", "rule"), _WRONG_WAY, ids=[f"{n}: {r}" for n, _, r in _WRONG_WAY])
def test_the_wrong_way_is_found(scanner: Scanner, name: str, text: str, rule: str) -> None:
    (found,) = _rules(_scan(scanner, text, name))
    assert found.startswith(rule)


_DROPS = [
    ("placeholder", f"k = '{token()[:20]}EXAMPLE{token()[27:]}'"),
    ("placeholder", "k = 'ghp_" + "a" * 36 + "'"),
    ("placeholder", "k = 'ghp_" + "0123456789abcdefghijklmnopqrstuvwxyz" + "'"),
    ("placeholder", 'password = "abababababab"'),
    ("placeholder", 'password = "Test-Password-1"'),
    ("reference", 'password = "${oc.env:PASSWORD}"'),
    ("checksum", f"k = '{token()[:-1]}{'A' if token()[-1] != 'A' else 'B'}'"),
    ("key-name", f'password_hash = "{token("{base62:20}")}"'),
    ("key-name", f'secret_name = "{token("{base62:20}")}"'),
    ("plain-value", 'token_service = "https://auth.internal/v2/9"'),
    ("plain-value", 'api_key = "some_internal_identifier"'),
    ("plain-value", 'client_secret = "550e8400-e29b-41d4-a716-446655440000"'),
    ("entropy", 'password = "aab1aab2b"'),
    ("not-credentials", "Authorization: Basic " + base64.b64encode(b"no colon in here").decode()),
    ("not-credentials", "Authorization: Basic " + base64.b64encode(b"deployment:").decode()),
    ("not-credentials", "Authorization: Basic " + base64.b64encode(b"user:\x00\x01\x02\x03").decode()),
    ("placeholder", "Authorization: Basic " + base64.b64encode(b"user:password").decode()),
    ("reference", "Authorization: Basic " + base64.b64encode(b"user:${PASSWORD}").decode()),
]


@pytest.mark.parametrize(("reason", "line"), _DROPS, ids=[f"{n}-{reason}" for n, (reason, _) in enumerate(_DROPS)])
def test_each_drop_has_its_reason(scanner: Scanner, reason: str, line: str) -> None:
    result = _scan(scanner, line + "\n")
    assert _rules(result) == []
    assert reason in dict(result.drops)


def test_basic_credentials_are_kept(scanner: Scanner) -> None:
    encoded = base64.b64encode(f"deploy:{_P}".encode()).decode()
    assert _rules(_scan(scanner, f"Authorization: Basic {encoded}\n")) == ["http-basic-auth"]


def test_a_checksum_that_holds_is_proof(scanner: Scanner) -> None:
    (finding,) = _scan(scanner, f"k = '{token()}'").findings
    assert (finding.evidence, finding.confidence, finding.notes) == ("proven", 0.99, ("its checksum holds",))


@pytest.mark.parametrize(("value", "bits"), [(b"", 0), (b"aaaa", 0), (b"ab", 1), (b"abcd", 2), (bytes(range(256)), 8)])
def test_entropy_is_shannons(value: bytes, bits: float) -> None:
    assert entropy(value) == pytest.approx(bits)


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
        ({"role": "admin", "exp": _NOW + 10}, "medium", "structured"),
        ({"role": "admin", "exp": _NOW - 10}, "low", "statistical"),
        ({"role": "admin", "exp": "soon"}, "medium", "structured"),
        ({"role": "admin", "exp": 1e300}, "medium", "structured"),
        ({"role": "admin", "exp": -5}, "medium", "structured"),
    ],
    ids=["no end", "live", "expired", "text", "huge", "negative"],
)
def test_an_expired_web_token_is_graded_down(scanner: Scanner, claims: object, severity: str, evidence: str) -> None:
    (finding,) = _scan(scanner, f"x {_jwt(_HS, claims)} y").findings
    assert (finding.rule_id, finding.severity, finding.evidence) == ("jwt", severity, evidence)
    assert finding.notes == (("it expired on 2023-11-14",) if severity == "low" else ())


@pytest.mark.parametrize(
    "header", [{"typ": "JWT", "kid": "x"}, {"alg": 5, "kid": "abcdef"}], ids=["no alg", "alg is a number"]
)
def test_what_only_looks_like_a_web_token_is_dropped(scanner: Scanner, header: object) -> None:
    result = _scan(scanner, f"x {_jwt(header, {'role': 'admin'})} y")
    assert (result.findings, dict(result.drops)) == ((), {"not-a-jwt": 1})


def test_a_web_token_that_is_no_json_is_dropped(scanner: Scanner) -> None:
    result = _scan(scanner, f"x {token('eyJ{base62:30}.eyJ{base62:30}.{base62:43}')} y")
    assert (result.findings, dict(result.drops)) == ((), {"not-a-jwt": 1})


_DASHES = "-" * 5


def _pem(label: str, body: str, headers: str = "") -> str:
    lines = "\n".join(body[at : at + 64] for at in range(0, len(body), 64))
    return f"{_DASHES}BEGIN {label}{_DASHES}\n{headers}{lines}\n{_DASHES}END {label}{_DASHES}\n"


_KEY = token("{base64:600}")
_OPENSSH = base64.b64encode(b"openssh-key-v1\0\0\0\0\x04none\0\0\0\x04none" + random.Random(1).randbytes(300)).decode()
_OPENSSH_LOCKED = base64.b64encode(
    b"openssh-key-v1\0\0\0\0\x0aaes256-ctr\0\0\0\x06bcrypt" + random.Random(1).randbytes(300)
).decode()
_OLD_HEADERS = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0123456789ABCDEF0123456789ABCDEF\n\n"
_PUTTY = (
    "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: {}\nComment: me\nPublic-Lines: 2\n"
    f"{token('{base64:64}')}\n{token('{base64:20}')}\nPrivate-Lines: 1\n{token('{base64:48}')}\n"
    f"Private-MAC: {token('{hex:64}')}\n"
)

_KEYS = [
    ("private-key-rsa", _pem("RSA PRIVATE KEY", _KEY), False),
    ("private-key-ec", _pem("EC PRIVATE KEY", _KEY[:160]), False),
    ("private-key-dsa", _pem("DSA PRIVATE KEY", _KEY), False),
    ("private-key-pkcs8", _pem("PRIVATE KEY", _KEY[:64]), False),
    ("private-key-openssh", _pem("OPENSSH PRIVATE KEY", _OPENSSH), False),
    ("private-key-pgp", _pem("PGP PRIVATE KEY BLOCK", _KEY, "Version: GnuPG v2\nComment: of mine\n\n"), False),
    ("private-key-putty", _PUTTY.format("none"), False),
    ("private-key-rsa", _pem("RSA PRIVATE KEY", _KEY, _OLD_HEADERS), True),
    ("private-key-ec", _pem("EC PRIVATE KEY", _KEY, _OLD_HEADERS), True),
    ("private-key-openssh", _pem("OPENSSH PRIVATE KEY", _OPENSSH_LOCKED), True),
    ("private-key-pkcs8-encrypted", _pem("ENCRYPTED PRIVATE KEY", _KEY), True),
    ("private-key-putty", _PUTTY.format("aes256-cbc"), True),
]
_FORMS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "escaped in JSON": lambda text: json.dumps({"k": text}),
    "escaped twice": lambda text: json.dumps(json.dumps({"k": text})),
    "indented in YAML": lambda text: "key: |\n" + "".join(f"    {line}\n" for line in text.splitlines()),
    "joined strings": lambda text: "k = (\n" + "".join(f'    "{line}\\n"\n' for line in text.splitlines()) + ")\n",
    "added strings": lambda text: " +\n".join(f'  "{line}\\n"' for line in text.splitlines()),
    "commented": lambda text: "".join(f"# {line}\n" for line in text.splitlines()),
}


@pytest.mark.parametrize("form", _FORMS)
@pytest.mark.parametrize(("rule", "text", "locked"), _KEYS, ids=[f"{r}{'-encrypted' * e}" for r, _, e in _KEYS])
def test_private_keys_are_found_in_every_form_and_encrypted_ones_graded_down(
    scanner: Scanner, rule: str, text: str, locked: bool, form: str
) -> None:
    (finding,) = _scan(scanner, f"x = 1\n{_FORMS[form](text)}\ny = 2\n").findings
    assert finding.rule_id == rule
    assert (finding.severity == "low", finding.evidence == "contextual") == (locked, locked)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "...",
        "x" * 80,
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/" * 3,
        "<your key here>" * 5,
        "MIIE...\n...",
        "your private key goes here, between these two lines",
    ],
)
def test_a_key_block_without_a_key_is_none(scanner: Scanner, body: str) -> None:
    assert _rules(_scan(scanner, _pem("RSA PRIVATE KEY", body))) == []


_ID = "github-pat"
_LINE = f"key = '{token()}'"
_MARK = f"redhanded: allow[{_ID}] used by the tests"

_COMMENTS = [
    "{line}  # {mark}",
    "{line}; // {mark}",
    "{line} /* {mark} */",
    "{line} -- {mark}",
    "{line} ; {mark}",
    "{line} <!-- {mark} -->",
    "{line} % {mark}",
    "# {mark}\n{line}",
    "    # {mark}\r\n    {line}",
    "# {mark}\r{line}",
    "// {mark}\n{line}",
    "/* {mark} */\n{line}",
    " * {mark}\n{line}",
    "-- {mark}\n{line}",
    "; {mark}\n{line}",
    "<!-- {mark} -->\n{line}",
    "{{# {mark} #}}\n{line}",
    "(* {mark} *)\n{line}",
    "rem {mark}\n{line}",
    "REM {mark}\n{line}",
    ":: {mark}\n{line}",
    "@rem {mark}\n{line}",
    "dnl {mark}\n{line}",
    '"// {mark}",\n{line}',
    "% {mark}\n{line}",
    "' {mark}\n{line}",
    "{{/* {mark} */}}\n{line}",
]


@pytest.mark.parametrize("form", _COMMENTS)
def test_a_marker_in_any_comment_allows_its_rule_and_keeps_the_reason(scanner: Scanner, form: str) -> None:
    result = _scan(scanner, "a\n" + form.format(line=_LINE, mark=_MARK) + "\nb\n")
    assert result.findings == ()
    ((finding, reason, detail),) = result.suppressed
    assert (finding.rule_id, reason) == (_ID, "inline")
    assert detail.startswith("used by the tests")


_NOT_ALLOWED = [
    "{line}  # redhanded: allow[aws-access-key-id] another rule",
    "{line}  # redhanded: allow[github]",
    "{line}  # redhanded: allow[github-pat",
    "{line}  # redhanded: allow[]",
    "{line}  # redhanded: allowed in tests",
    "{line}  # redhanded: allow-list",
    "{line}  # redhanded allow[github-pat]",
    "{line}  # Redhanded: allow[github-pat]",
    "# redhanded: allow[github-pat]\n\n{line}",  # two lines before
    "{line}\n# redhanded: allow[github-pat]",  # the line after
    "other = 1  # redhanded: allow[github-pat]\n{line}",  # belongs to the code on its own line
    "# redhanded: allow[github-pat] " + "x" * 5000 + "\n{line}",
]


@pytest.mark.parametrize("form", _NOT_ALLOWED)
def test_a_marker_for_something_else_allows_nothing(scanner: Scanner, form: str) -> None:
    result = _scan(scanner, "a\n" + form.format(line=_LINE) + "\nb\n")
    assert (_rules(result), result.suppressed) == ([_ID], ())


@pytest.mark.parametrize(
    "mark",
    [
        "redhanded: allow",
        "redhanded:allow why not",
        "redhanded: allow[aws-x, github-pat] two",
        "redhanded: allow[aws-x github-pat]",
    ],
)
def test_a_marker_may_name_several_rules_or_none(scanner: Scanner, mark: str) -> None:
    result = _scan(scanner, f"{_LINE}  # {mark}\n")
    assert (len(result.findings), len(result.suppressed)) == (0, 1)


def test_of_rules_that_claim_the_same_secret_the_strongest_stays(scanner: Scanner) -> None:
    result = _scan(scanner, f'github_token = "{token()}"\n')
    assert _rules(result) == [_ID]
    assert dict(result.drops)["overlap"] >= 1


def test_neighbours_do_not_hide_each_other(scanner: Scanner) -> None:
    result = _scan(scanner, f'a = "{token()}", b = "{token(seed=2)}" password="{_P}"\n')
    assert _rules(result) == [_ID, _ID, "generic-password"]
