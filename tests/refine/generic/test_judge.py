"""What a user expects of the judge: chosen passwords are found, what only speaks of them is not; verdicts add up."""

from __future__ import annotations

import time

import pytest

from scanner.engine.scan import Scanner
from scanner.model import Blob, BlobOrigin, Judged, Span
from scanner.refine.generic.features import Stance
from scanner.refine.generic.judge import judge, with_path
from scanner.refine.generic.weights import weights
from scanner.refine.languages import names_a_password
from tests.refine.generic.support import CHOSEN, QUIET, SETTINGS
from tests.refine.support import rules, scan
from tests.support import token


@pytest.mark.parametrize("value", CHOSEN)
@pytest.mark.parametrize(("name", "form"), SETTINGS, ids=[f"{n}-{name}" for n, (name, _) in enumerate(SETTINGS)])
def test_a_password_that_somebody_chose_is_found(scanner: Scanner, name: str, form: str, value: str) -> None:
    text = form.format(value)
    found = scan(scanner, text, name).findings
    (finding,) = [one for one in found if one.rule_id != "env-file-with-values"]  # that rule tells of the file as such
    assert finding.location.span == Span(text.index(value), text.index(value) + len(value))
    assert finding.evidence == "contextual"
    assert weights().gate <= finding.confidence <= 1


@pytest.mark.parametrize(("name", "text"), QUIET, ids=[f"{n}-{name}" for n, (name, _) in enumerate(QUIET)])
def test_what_only_speaks_of_a_secret_stays_quiet(scanner: Scanner, name: str, text: str) -> None:
    assert rules(scan(scanner, text.format(sha=token("{base64:86}==")) + "\n", name)) == []


_FORM = 'password = "{}"'


def _judged(value: str, path: str, form: str = _FORM) -> float:
    text = form.format(value)
    start = text.index(value)
    return judge(text.encode(), Span(start, start + len(value)), path.encode()).confidence


def test_the_path_counts() -> None:
    value = CHOSEN[0]
    assert _judged(value, "deploy/settings.yml") > _judged(value, "locales/messages.de.json")


def test_the_key_counts() -> None:
    value = token("{hex:40}")
    sure = [_judged(value, "app.py", form) for form in ('client_secret = "{}"', 'x = "{}"', 'commit_sha = "{}"')]
    assert sure[0] > 0.8
    assert max(sure[1:]) < weights().gate


def test_a_verdict_is_the_sum_of_its_reasons() -> None:
    text = _FORM.format(CHOSEN[0]).encode()
    verdict = judge(text, Span(12, len(text) - 1), b"")
    assert verdict.content == pytest.approx(sum(weight for _, weight in verdict.reasons))
    assert verdict.path == 0
    assert list(verdict.reasons) == sorted(verdict.reasons, key=lambda pair: -abs(pair[1]))


def test_content_and_path_add_up() -> None:
    text = _FORM.format(CHOSEN[0]).encode()
    span, path = Span(12, len(text) - 1), b"deploy/settings.yml"
    whole, bare = judge(text, span, path), judge(text, span, b"")
    assert whole.content == bare.content
    judged = Judged(bare.content, Stance("password", "assigned", "quoted", "=", "data"))
    assert with_path(judged, path) == whole.confidence
    assert with_path(judged, b"") == bare.confidence


def test_content_whose_path_follows_waits_for_it(scanner: Scanner) -> None:
    text = f'password = "{CHOSEN[0]}"\n'.encode()
    found = scanner.scan_blob(Blob(BlobOrigin("0" * 40), text)).findings
    assert found and all(f.location.judged for f in found if f.rule_id.startswith("generic"))


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        ("password-hash", 'password = "' + token("$2b$12${[0-9A-Za-z./]:53}") + '"'),
        ("content-hash", 'api_key = "sha256-' + token("{base64:43}=") + '"'),
        ("public-key", 'secret_key = "MIIBIjANBgkq' + token("{base64:200}") + '"'),
        ("encrypted", 'password = "' + token("AgB{base64:300}") + '"'),
        ("password-hash", '"password": "md5$salt$' + token("{hex:32}") + '"'),
        ("content-hash", '"api-0.12.js": "' + token("{base64:64}") + '"'),
        ("plain-value", 'const apiKey = require("./v1/apiKey")'),
        ("plain-value", 'user, password = "maria.lopez", "' + token("{base62:12}") + '"'),
        ("key-name", '"NextContinuationToken": "' + token("{base64:40}") + '"'),
        ("key-name", 'auth_nonce = "' + token("{hex:32}") + '"'),
        ("key-name", '"Sec-WebSocket-Key": "' + token("{base64:22}==") + '"'),
        ("encrypted", '"encryptedKey": "' + token("{hex:64}") + '"'),
        ("public-key", "<X509Certificate secret='MIIC8jCC" + token("{base64:60}") + "'>"),
        ("placeholder", 'secret_key = "' + token("{base62:4}") + "0123456789" + token("{base62:6}") + '"'),
        ("placeholder", 'stream_key = "aB1C2deFGhi3jKLmno4PQrstUV"'),
        ("placeholder", 'token = "1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d"'),
        ("placeholder", '"authKey": "' + token("{base62:16}") + 'example"'),
        ("key-name", "aws acm list-certificates --next-token " + token("{uuid}")),
        ("key-name", "aws wafv2 delete-web-acl --lock-token " + token("{uuid}")),
        ("plain-value", "docker login --password-stdin registry-2.internal.test"),
        ("plain-value", '"AWS::ApiGateway::ApiKey": "' + token("{hex:16}") + '"'),
        ("plain-value", "#define CKF_TOKEN 0x00000040UL"),
        ("plain-value", "assertEquals(response.api_id, 'cgw-" + token("{hex:8}") + "')"),
        ("plain-value", "- Allow the user to pass 'private_ips2' as an argument"),
        ("placeholder", "license_key=AAAAA-11111-AAAAA-11111-AAAAA"),
        ("placeholder", '_NAMES = ("user", "password", "pubkey", "passphrase", "V3Saml2Password")'),
        ("placeholder", 'if (strcmp(password_plugin, "sha256_password") == 0) {'),
        ("plain-value", "SHA256_PASSWORD: MysqlConfig8_0._AuthPlugin.ValueType  # 3"),
        ("plain-value", 'create("vim.Locator.SAMLCredential2", "LocatorSAMLCredential2", "vmodl.Object", None)'),
        ("plain-value", "win_password: auto"),
        ("plain-value", '#define crypto_secretbox_PRIMITIVE "xsalsa20poly1305"'),
        ("encrypted", 'a-secret: "NACL[' + token("{base64:60}") + ']"'),
        ("plain-value", "STATUS_AUTH_BAD_INTEGRITY = 0X16C9A0E6"),
        ("plain-value", '$fa-var-user-secret: "\\f21b";'),
        ("plain-value", 'limit("WEBLATE_API_KEY_LIMIT", "5000/hour")'),
        ("plain-value", 'self.signing_key = self._derive(self.session_key, b"SMB2AESCMAC\\x00", context)'),
        ("plain-value", '@pulumi.type_token("aws:ec2/vpcDhcpOptions2:VpcDhcpOptions")'),
        ("plain-value", 'dependencies = [("authtoken", "0002_auto_20160226_1747")]'),
        ("plain-value", '[("password", "vim.vm.Password", "vim.version.version10", OPTIONAL)]'),
        ("plain-value", '{% fields "smtp_username" "smtp_password" "smtp_use_tls2" %}'),
        ("plain-value", '"cipher": "aes-xts-plain64",'),
        ("plain-value", '], pw = g("file-image", Ox0);'),
        ("plain-value", "if (jwt.ath !== crypto.hash('sha256', accessToken, 'base64url')) {"),
        ("plain-value", "| `choose_password` | `GET`       | password reset     |"),
        ("key-name", '"secret_uuid": "' + token("{uuid}") + '"'),
        ("placeholder", '"SSH Password": ["SSH-Passwort"]'),
        ("placeholder", '"wifi_password": "Heslo Wi-Fi"'),
        ("placeholder", '"one_time_password": "Kata Sandi Sekali Pakai"'),
        ("placeholder", '"password": "SSHパスワード"'),
        ("placeholder", "treiber://konto:passwort@datenbank-host/datenbank-name"),
        ("placeholder", "dialect+driver://ingoa-kaiwhakamahi:kuphipa@tūmau:tauranga/pātengi"),
        ("placeholder", 'url: "driver://<user>:<password>@logs-prod-us2.internal/push"'),
        ("placeholder", "iss: <credentials.iss>\naudience: <credentials.aud>\ntls: none"),
        ("placeholder", "SECRET_KEY = CHANGE-ME-OR-FAIL-TO-START"),
        ("plain-value", "$this->options['auth'] = [$username, $password, 'digest'];"),
        ("unlikely", 'api_key = "v1_internal_identifier"'),
    ],
)
def test_each_drop_of_the_judge_has_its_reason(scanner: Scanner, reason: str, text: str) -> None:
    assert reason in dict(scan(scanner, text + "\n").drops)


@pytest.mark.parametrize(
    "text",
    [
        "profile::db::password: '{}'\n",
        "curl -H 'Authorization: token {}'\n",
        "deploy --access-token {}\n",
        'login --password-file-key "{}"\n',
        "DB_PASSWORD: Lampe.River.Garden.{}\n",
        'create("app.password", "{}", "other")\n',
        'connect("db.password", "0002_{}")\n',
        'keys = ("app.token", "{}", "app.name")\n',
        "postgresql://app:{}@db:${{PORT}}/app\n",
        "postgresql://app:heslo-{}@db:5432/app\n",
        "postgresql://app:{}@db:PORT/app\n",
        'limit("API_TOKEN", "5000/{}")\n',
        'secret_uuid = "{}"\n',
        'password = q("river-{}", x)\n',
        'password = quote("river-lamp-stone", x)\n',
        "<password>{}</password>\n",
        "<password>\n  {}\n</password>\n",
        "<p>password: {} until May</p>\n",
        "SECRET_KEY = change-me-{}\n",
        "<pre_shared_key>K_tnJM.Z5Lx.{}__</pre_shared_key>\n",
    ],
)
def test_what_resembles_such_a_form_is_found(scanner: Scanner, text: str) -> None:
    assert rules(scan(scanner, text.format(token("{base62:28}")), "deploy/settings.yaml"))


@pytest.mark.parametrize(
    "value", ["lampe.heslo.kreide", "parola$tajna", "turm-passwort-kreide", "heslo7", "x_senha", "heslo" * 20]
)
def test_a_pass_phrase_with_such_a_word_is_no_label(value: str) -> None:
    assert not names_a_password(value.encode())


@pytest.mark.parametrize(
    "value", ["Heslo", "Heslo:", "SSH-Passwort", "Mot de passe (ancien)", "Contraseña", "新しいパスワード"]
)
def test_a_label_says_password_in_its_language(value: str) -> None:
    assert names_a_password(value.encode())


@pytest.mark.parametrize(
    "text", [b'password="' * 100_000, b"aA" * 500_000, b"[({" * 300_000, b"sha-" * 250_000, b"-_" * 500_000]
)
def test_hostile_surroundings_take_no_longer_than_others(text: bytes) -> None:
    middle = len(text) // 2
    began = time.process_time()
    for size in (8, 400, 100_000):
        judge(text, Span(middle, middle + size), b"x.py")
    assert time.process_time() - began < 0.5
