"""Files as people write them, with the span that is expected: what a walk through them had shown to be missed."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path

import pytest

from scanner.engine.scan import Scanner
from scanner.model import Blob, FileOrigin
from tests.engine.corpus import builtin
from tests.support import token

TOKEN = token()
PASSWORD = "Xk29d-Qz81kk!v7R"
A, B = PASSWORD[:8], PASSWORD[8:]
CONFIG = f"# settings\nhost = db.example.com\ngithub = {TOKEN}\nmode = production\n"

JOINED = {
    "same line.py": f"password = '{A}' '{B}'\n",
    "list.py": f'password = "".join(["{A}", "{B}"])\n',
    "list.js": f"const password = ['{A}', '{B}'].join('');\n",
    "concat.js": f'const password = "{A}".concat("{B}");\n',
    "plus.ts": f"const password: string = '{A}' +\n  '{B}';\n",
    "append.java": f'String password = new StringBuilder("{A}").append("{B}").toString();\n',
    "plus.java": f'String DB_PASSWORD = "{A}"\n    + "{B}";\n',
    "concat.cs": f'var password = string.Concat("{A}", "{B}");\n',
    "join.go": f'password := strings.Join([]string{{"{A}", "{B}"}}, "")\n',
    "plus.go": f'const dbPassword = "{A}" +\n\t"{B}"\n',
    "append.rb": f"password = '{A}' << '{B}'\n",
    "implode.php": f"<?php\n$password = implode('', ['{A}', '{B}']);\n",
    "dot.php": f"<?php\n$config['db_password'] = '{A}' .\n  '{B}';\n",
    "quotes.sh": f"export DB_PASSWORD='{A}'\"{B}\"\n",
}
NOT_JOINED = (
    'password_names = ["one", "two"]\n',
    'password_hint = ", ".join(["at least", "eight"])\n',
    'const passwordUrl = "/users/" + "reset";\n',
    'passwordLabel = "Your pass" "word"\n',
)
STATE = {
    "version": 4,
    "outputs": {"db": {"value": PASSWORD[::-1], "type": "string", "sensitive": True}},
    "resources": [
        {"type": "aws_db_instance", "instances": [{"attributes": {"password": PASSWORD, "port": 5432}}]},
        {
            "type": "random_password",
            "instances": [
                {"attributes": {"bcrypt_hash": "x", "id": "none", "result": "p9Lm2Qx7Tz4K", "special": True}}
            ],
        },
    ],
}


def _wrapped(digits: str) -> str:
    return "\n".join(digits[at : at + 60] for at in range(0, len(digits), 60))  # as `xxd -p` does


def _found(name: str, data: bytes) -> list[tuple[str, bytes]]:
    ready = builtin()
    found = Scanner(ready.rules, ready.hyperscan, 0.0).scan_blob(Blob(FileOrigin(name.encode()), data)).findings
    return [(one.rule_id, data[one.location.span.start : one.location.span.end]) for one in found]


@pytest.mark.parametrize("name", JOINED)
def test_a_password_in_pieces_is_found_whole(name: str) -> None:
    text = JOINED[name]
    ((_, written),) = _found(name, text.encode())
    assert written.decode() == text[text.index(A) : text.index(B) + len(B)]


@pytest.mark.parametrize("text", NOT_JOINED)
def test_other_pieces_are_none(text: str) -> None:
    assert _found("a.py", text.encode()) == []


@pytest.mark.parametrize("width", [None, 2])
def test_a_state_on_one_line_or_many(width: int | None) -> None:
    found = _found("terraform.tfstate", json.dumps(STATE, indent=width).encode())
    assert [written.decode() for _, written in found] == [PASSWORD[::-1], PASSWORD, "p9Lm2Qx7Tz4K"]


def test_references_in_a_state_are_none() -> None:
    text = (
        '{"a": {"secret": "arn:aws:secretsmanager:eu-west-1:1:secret:x", "password": null, "secret_name": "db/prod"}}'
    )
    assert _found("terraform.tfstate", text.encode()) == []


def test_a_connection_string_beside_a_machine_key() -> None:
    text = f'<add name="Db" connectionString="Server=db;Database=shop;User Id=sa;Password={PASSWORD};" />'
    assert [written.decode() for _, written in _found("web.config", text.encode())] == [PASSWORD]


@pytest.mark.parametrize("early", ["", "a", "ab", "abc"])
def test_a_property_with_an_early_escape(early: str) -> None:
    value = f"{early}\\:Xk29d\\=Qz81kk"
    assert [written.decode() for _, written in _found("a.properties", f"db.password={value}\n".encode())] == [value]


ENCRYPTED = "key-store-der-encrypted"
ENCODED = {
    "wrapped hex": _wrapped(CONFIG.encode().hex()),
    "base64 in wrapped hex": _wrapped(base64.b64encode(CONFIG.encode()).hex()),
    "spaces in quoted-printable": CONFIG.replace("=", "=3D").replace(" ", "=20"),
    **{
        f"base64 of {name} with a mark": base64.b64encode(f"\ufeff{CONFIG}".encode(name)).decode()
        for name in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
    },
}


@pytest.mark.parametrize("name", ENCODED)
def test_encoded(name: str) -> None:
    assert [rule for rule, _ in _found("a.txt", f"some text\nvalue: {ENCODED[name]}\nend\n".encode())] == ["github-pat"]


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        ("genrsa -traditional 1024 | openssl rsa -traditional -outform DER", "key-store-der-short"),
        ("genrsa 1024 | openssl pkcs8 -topk8 -nocrypt -outform DER", "key-store-der-short"),
        ("genrsa 2048 | openssl pkcs8 -topk8 -passout pass:x -outform DER", ENCRYPTED),
        ("genrsa 2048 | openssl pkcs8 -topk8 -v1 PBE-SHA1-3DES -passout pass:x -outform DER", ENCRYPTED),
        ("ecparam -genkey -name prime256v1 -noout | openssl pkcs8 -topk8 -passout pass:x -outform DER", ENCRYPTED),
        ("genrsa 1024 | openssl rsa -pubout -outform DER", ""),
    ],
)
def test_keys_as_openssl_writes_them(command: str, rule: str, tmp_path: Path) -> None:
    made = subprocess.run(f"openssl {command}", shell=True, capture_output=True, cwd=tmp_path, check=False)
    if made.returncode:
        pytest.skip("this openssl has no such command")
    assert [found for found, _ in _found("k.der", made.stdout)] == ([rule] if rule else [])


FILLED_IN = {
    "a.py": 'PREFIX = "{0}"\nx = 1\ntoken = f"{{PREFIX}}{1}"\n',
    "a.js": 'const P = "{0}";\nconst x = `${{P}}{1}`;\n',
    "a.ts": 'const p: string = "{0}";\nconst x = p + "{1}";\n',
    "a.java": 'static final String P = "{0}";\nString x = P + "{1}";\n',
    "a.cs": 'const string P = "{0}";\nvar x = $"{{P}}{1}";\n',
    "a.go": 'const p = "{0}"\nvar x = p + "{1}"\n',
    "a.rb": 'P = "{0}"\nx = "#{{P}}{1}"\n',
    "a.php": "<?php\n$p = '{0}';\n$x = $p . '{1}';\n",
    "a.sh": 'P="{0}"\nexport X="${{P}}{1}"\n',
}


@pytest.mark.parametrize("name", FILLED_IN)
def test_a_constant_that_another_line_fills_in(name: str) -> None:
    text = FILLED_IN[name].format(TOKEN[:4], TOKEN[4:])
    ((rule, written),) = _found(name, text.encode())
    assert (rule, written.decode()) == ("github-pat", text[text.index(TOKEN[:4]) : text.index(TOKEN[4:]) + 36])


def test_a_constant_that_names_no_token_is_none() -> None:
    assert _found("a.py", b'PREFIX = "ghp_"\nif x.startswith(PREFIX + "abc"): pass\nprint(f"{PREFIX}...")\n') == []
