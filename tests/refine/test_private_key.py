"""Private keys: in every form of text, whole, damaged and encrypted."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable

import pytest

from scanner.engine.scan import Scanner
from tests.refine.keymaker import body, openssl, pgp, putty, ssh
from tests.refine.support import rules, scan
from tests.support import pem, token

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
    ("private-key-rsa", pem("RSA PRIVATE KEY", _KEY), False),
    ("private-key-ec", pem("EC PRIVATE KEY", _KEY[:160]), False),
    ("private-key-dsa", pem("DSA PRIVATE KEY", _KEY), False),
    ("private-key-pkcs8", pem("PRIVATE KEY", _KEY[:64]), False),
    ("private-key-openssh", pem("OPENSSH PRIVATE KEY", _OPENSSH), False),
    ("private-key-pgp", pem("PGP PRIVATE KEY BLOCK", _KEY, "Version: GnuPG v2\nComment: of mine\n\n"), False),
    ("private-key-putty", _PUTTY.format("none"), False),
    ("private-key-rsa", pem("RSA PRIVATE KEY", _KEY, _OLD_HEADERS), True),
    ("private-key-ec", pem("EC PRIVATE KEY", _KEY, _OLD_HEADERS), True),
    ("private-key-openssh", pem("OPENSSH PRIVATE KEY", _OPENSSH_LOCKED), True),
    ("private-key-pkcs8-encrypted", pem("ENCRYPTED PRIVATE KEY", _KEY), True),
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
@pytest.mark.parametrize("kind", ["RSA, PKCS#1", "EC, SEC 1", "Ed25519", "OpenSSH", "OpenPGP", "PuTTY"])
def test_a_whole_key_is_proven_in_every_form(scanner: Scanner, kind: str, form: str) -> None:
    made: dict[str, Callable[[], str]] = {
        "OpenSSH": lambda: ssh("ECDSA"),
        "OpenPGP": lambda: pgp("RSA"),
        "PuTTY": putty,
    }
    text = made[kind]() if kind in made else openssl(kind)
    (finding,) = scan(scanner, f"x = 1\n{_FORMS[form](text)}\ny = 2\n").findings
    assert (finding.evidence, finding.notes, finding.severity) == ("proven", ("the key parses",), "critical")


def test_a_vendors_rule_keeps_its_key(scanner: Scanner) -> None:
    key = openssl("RSA of 2048 bits")
    text = json.dumps({"type": "service_account", "private_key": key, "client_email": "ci@app.iam.gserviceaccount.com"})
    (finding,) = scan(scanner, text, "account.json").findings
    assert (finding.rule_id, finding.evidence) == ("google-service-account-key", "proven")


@pytest.mark.parametrize("kind", ["RSA, PKCS#8, encrypted", "RSA, PKCS#1, encrypted"])
def test_an_encrypted_key_is_no_open_secret(scanner: Scanner, kind: str) -> None:
    (finding,) = scan(scanner, openssl(kind)).findings
    assert (finding.evidence, finding.notes, finding.severity) == ("contextual", ("the key is encrypted",), "low")


def test_an_encrypted_key_is_one_whatever_its_letters_happen_to_spell(scanner: Scanner) -> None:
    told = body(openssl("RSA, PKCS#8, encrypted"))[:110]  # how it is encrypted; what follows looks random
    for seed in range(60):
        data = told + random.Random(seed).randbytes(600)
        (finding,) = scan(scanner, pem("ENCRYPTED PRIVATE KEY", base64.b64encode(data).decode())).findings
        assert (finding.rule_id, finding.notes) == ("private-key-pkcs8-encrypted", ("the key is encrypted",)), seed


_LAYOUTS: dict[str, Callable[[str], str]] = {
    "on one line": lambda text: f'KEY="{" ".join(text.split(chr(10)))}"',
    "without line ends": lambda text: text.replace("\n", ""),
    "lines of 76": lambda text: pem("PRIVATE KEY", base64.b64encode(body(text)).decode(), size=76),
    "added by a patch": lambda text: "".join(f"+{line}\n" for line in text.splitlines()),
    "slashes escaped": lambda text: json.dumps({"k": text}).replace("/", "\\/"),
    "signs escaped": lambda text: json.dumps({"k": text}).replace("+", "\\u002b").replace("=", "\\u003d"),
    "continued lines": lambda text: text.replace("\n", "\\n\\\n"),
    "concatenated in PHP": lambda text: " .\n".join(f"'{line}\\n'" for line in text.splitlines()),
    "operators in front": lambda text: "\n".join(f'  + "{line}\\n"' for line in text.splitlines()),
    "a list of strings": lambda text: json.dumps(text.splitlines(), indent=2),
    "encoded once more": lambda text: base64.b64encode(text.encode()).decode(),
}


@pytest.mark.parametrize("layout", _LAYOUTS)
def test_a_whole_key_is_proven_however_it_is_laid_out(scanner: Scanner, layout: str) -> None:
    (finding,) = scan(scanner, f"x = 1\n{_LAYOUTS[layout](openssl('RSA, PKCS#8'))}\ny = 2\n").findings
    assert (finding.evidence, finding.notes) == ("proven", ("the key parses",))


@pytest.mark.parametrize("cut", [2, 5, 11], ids="{} lines left".format)
def test_a_key_cut_short_is_not_proven(scanner: Scanner, cut: int) -> None:
    first, *inner, last = openssl("RSA, PKCS#1").splitlines()
    (finding,) = scan(scanner, "\n".join([first, *inner[:cut], last])).findings
    assert (finding.evidence, finding.severity) == ("structured", "critical")
    assert finding.notes == ("it does not parse as a key, so it may be cut short",)


@pytest.mark.parametrize("form", _FORMS)
@pytest.mark.parametrize(("rule", "text", "locked"), _KEYS, ids=[f"{r}{'-encrypted' * e}" for r, _, e in _KEYS])
def test_private_keys_are_found_in_every_form_and_encrypted_ones_graded_down(
    scanner: Scanner, rule: str, text: str, locked: bool, form: str
) -> None:
    (finding,) = scan(scanner, f"x = 1\n{_FORMS[form](text)}\ny = 2\n").findings
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
        "MIIEpQIBAAKCAQEA" + token("{base64:48}") + "\\n.",  # it says that 1,189 bytes follow
        "your private key goes here, between these two lines",
    ],
)
def test_a_key_block_without_a_key_is_none(scanner: Scanner, body: str) -> None:
    assert rules(scan(scanner, pem("RSA PRIVATE KEY", body))) == []
