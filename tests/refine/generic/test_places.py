"""Places where only passwords stand: there, words that somebody chose are enough."""

from __future__ import annotations

import pytest

from scanner.engine.scan import Scanner
from scanner.model import Span
from scanner.refine.generic.judge import judge
from tests.refine.support import rules, scan

_CHOSEN = "Winter.Rain42"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("run.sh", "echo {} | kinit ops@CORP.INTERNAL\n"),
        ("run.sh", "echo -n {} | podman secret create db -\n"),
        ("run.sh", 'printf "{0}\\n{0}\\n" | passwd ops\n'),
        ("run.sh", "sqlplus ops/{}@orcl\n"),
        ("run.sh", "etcdctl --user root:{} get /\n"),
        ("run.sh", "ansible-vault view x --vault-password-file <(echo {})\n"),
        ("run.sh", "evil-winrm -i 10.0.0.1 -u ops -p '{}'\n"),
        ("stack.ts", "SecretValue.unsafePlainText('{}')\n"),
        ("main.tf", '  type  = "SecureString"\n  value = "{}"\n'),
        ("login.robot", "    Input Password    id:password    {}\n"),
        ("me.http", "Authorization: Basic ops:{}\n"),
        ("users.acl", "user ops on >{} ~* +@all\n"),
        ("a.js", "headers.auth = 'Basic ' + btoa('ops:{}')\n"),
    ],
)
def test_a_chosen_password_is_found_where_only_passwords_stand(scanner: Scanner, name: str, text: str) -> None:
    (finding,) = scan(scanner, text.format(_CHOSEN), name).findings
    at = text.format(_CHOSEN).index(_CHOSEN)
    assert finding.location.span == Span(at, at + len(_CHOSEN))


@pytest.mark.parametrize(
    "text",
    [
        "echo $PASSWORD | kinit ops@CORP.INTERNAL\n",
        "echo hello | docker run -i app\n",
        "echo 'CREATE DATABASE orders77' | su postgres -c psql\n",
        "docker run --link my-mongo:mongo -p 1337:1337 app\n",
        "etcdctl --user root:$PW get /\n",
        "evil-winrm -i 10.0.0.1 -u ops -p '<password>'\n",
        "# requirepass foobared\n",
    ],
)
def test_what_stands_for_a_password_is_quiet(scanner: Scanner, text: str) -> None:
    assert rules(scan(scanner, text, "run.sh")) == []


def test_the_place_counts_as_a_name_and_a_name_of_its_own_stays() -> None:
    text = f"echo {_CHOSEN} | kinit ops\n".encode()
    secret = Span(5, 5 + len(_CHOSEN))
    bare, placed = judge(text, secret, b"run.sh"), judge(text, secret, b"run.sh", placed=True)
    assert placed.confidence > bare.confidence
    assert "key: password" in dict(placed.reasons) and "key: password" not in dict(bare.reasons)
    named = f"token: {_CHOSEN}".encode()
    assert judge(named, Span(7, len(named)), b"") == judge(named, Span(7, len(named)), b"", placed=True)
