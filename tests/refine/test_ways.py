"""The right ways to hold a secret stay quiet, the wrong ones do not."""

from __future__ import annotations

import pytest

from scanner.engine.result import BlobResult
from scanner.engine.scan import Scanner
from tests.refine.support import PASSWORD, rules, scan
from tests.support import token

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
    assert _of_values(scan(scanner, f"before\n{line}\nafter\n", name)) == []


def test_sealed_secrets_stay_quiet(scanner: Scanner) -> None:
    sealed = token("AgB{base64:340}")
    text = f"kind: SealedSecret\nspec:\n  encryptedData:\n    password: {sealed}\n    api-token: {sealed}\n"
    assert rules(scan(scanner, text, "sealed.yaml")) == []


_WRONG_WAY = [
    ("app.py", f"STRIPE_KEY = '{token('sk_live_{base62:24}')}'", "stripe"),
    ("app.py", f'DATABASE = "postgresql://admin:{PASSWORD}@db.internal/app"', "url-credentials"),
    ("app.py", f'password = "{PASSWORD}"', "generic"),
    ("settings.py", f'WIDGET_SECRET = "{token("{base62:50}")}"', "generic"),
    ("app.js", f"const authToken = '{token('{hex:40}')}';", "generic"),
    ("conf.json", f'{{"client_secret": "{token("{base64url:39}7")}"}}', "generic"),
    (".env", f"DB_PASSWORD={PASSWORD}\n", "generic"),
    (".env.production", f"export API_TOKEN={token('{hex:40}')}\n", "generic"),
    ("secret.yaml", f"kind: Secret\nstringData:\n  password: {PASSWORD}\n", "generic"),
    ("secret.yaml", f'kind: Secret\nstringData:\n  password: "{PASSWORD}"\n', "generic"),
    ("docker-compose.yml", f"    environment:\n      POSTGRES_PASSWORD: {PASSWORD}\n", "generic"),
    ("app.properties", f"spring.datasource.password={PASSWORD}\n", "generic"),
    ("deploy.sh", f"curl -H 'Authorization: Bearer {token('{base62:40}')}' https://api.internal", "http-bearer-token"),
    ("ci.yaml", f"  token: {token()}\n", "github-pat"),
]


def _of_values(result: BlobResult) -> list[str]:
    """Return which rules found something, without the one that tells of an environment file as such."""
    return [rule for rule in rules(result) if rule != "env-file-with-values"]


@pytest.mark.parametrize(("name", "text", "rule"), _WRONG_WAY, ids=[f"{n}: {r}" for n, _, r in _WRONG_WAY])
def test_the_wrong_way_is_found(scanner: Scanner, name: str, text: str, rule: str) -> None:
    (found,) = _of_values(scan(scanner, text, name))
    assert found.startswith(rule)
