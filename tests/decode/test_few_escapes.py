"""Values of which a letter or two are escaped, or the tags and quotes around them: found once, at their own place."""

from __future__ import annotations

import json

import pytest

from scanner.engine.scan import Scanner
from scanner.model import Blob, FileOrigin
from tests.engine.corpus import builtin
from tests.support import Repo, pem, token

PASSWORD = "hunter2-prod"
T = token()
U = {letter: f"\\u{ord(letter):04x}" for letter in T + PASSWORD}

# What a file holds, and what of it is the secret.
FILES: dict[str, tuple[str, str]] = {
    "first letter of a token.properties": (f"k=\\u0067{T[1:]}\n", f"\\u0067{T[1:]}"),
    "first letter of a value.properties": ("db.password=\\u0068unter2-prod\n", "\\u0068unter2-prod"),
    "behind a space.properties": ("db.password \\u0068unter2-prod\n", "\\u0068unter2-prod"),
    "behind a colon.properties": ("db.password: \\u0068unter2-prod\n", "\\u0068unter2-prod"),
    "every letter.properties": (
        f"db.password:{''.join(U[letter] for letter in PASSWORD)}\n",
        "".join(U[letter] for letter in PASSWORD),
    ),
    "sign first.properties": ("db.password=\\=hunter2-prod\n", "\\=hunter2-prod"),
    "signs.properties": ("db.password=\\:hunter2\\:prod\n", "\\:hunter2\\:prod"),
    "hash first.properties": ("db.password=\\#hunter2-prod\n", "\\#hunter2-prod"),
    "over two lines.properties": ("db.password=hunter2-\\\n    prod\nx=y\n", "hunter2-\\\n    prod"),
    "over two lines, CRLF.properties": ("db.password=hunter2-\\\r\n    prod\r\n", "hunter2-\\\r\n    prod"),
    "over two lines.yaml": ('password: "hunter2-\\\n  prod"\n', "hunter2-\\\n  prod"),
    "first letter.json": (f'{{"k": "\\u0067{T[1:]}"}}', f"\\u0067{T[1:]}"),
    "third letter.json": (f'{{"k": "gh\\u0070{T[3:]}"}}', f"gh\\u0070{T[3:]}"),
    "underscore.js": (f"k = 'ghp\\x5f{T[4:]}'", f"ghp\\x5f{T[4:]}"),
    "braces.js": (f"k = '\\u{{67}}{T[1:]}'", f"\\u{{67}}{T[1:]}"),
    "in the middle.js": (f"k = '{T[:20]}{U[T[20]]}{T[21:]}'", f"{T[:20]}{U[T[20]]}{T[21:]}"),
    "octal.c": (f'k = "\\147{T[1:]}";', f"\\147{T[1:]}"),
    "percent.txt": (f"/?k=%67{T[1:]}&x=1", f"%67{T[1:]}"),
    "percent, in the middle.txt": (f"/?k={T[:20]}%{ord(T[20]):02X}{T[21:]}&x", f"{T[:20]}%{ord(T[20]):02X}{T[21:]}"),
    "entity.html": (f"<p>&#103;{T[1:]}</p>", f"&#103;{T[1:]}"),
    "entity, hex.html": (f"<p>gh&#x70;{T[3:]}</p>", f"gh&#x70;{T[3:]}"),
    "tags.html": (f"<pre>&lt;password&gt;{PASSWORD}&lt;/password&gt;</pre>", PASSWORD),
    "tags by number.html": (f"<pre>&#60;password&#62;{PASSWORD}&#60;/password&#62;</pre>", PASSWORD),
    "tags by hex.html": (f"<pre>&#x3C;password&#x3E;{PASSWORD}&#x3C;/password&#x3E;</pre>", PASSWORD),
    "tags twice.html": (f"<p>&amp;lt;password&amp;gt;{PASSWORD}&amp;lt;/password&amp;gt;</p>", PASSWORD),
    "attribute.html": (f"&lt;add key=&quot;DbPassword&quot; value=&quot;{PASSWORD}&quot;/&gt;", PASSWORD),
    "quotes by hex.html": (f"password = &#x22;{PASSWORD}&#x22;", PASSWORD),
    "tags in JSON.json": (
        json.dumps({"x": f"<password>{PASSWORD}</password>"}).replace("<", "\\u003c").replace(">", "\\u003e"),
        PASSWORD,
    ),
    "quotes in JSON.json": (f'{{"x": "password=\\u0027{PASSWORD}\\u0027"}}', PASSWORD),
    "quotes in a cell.csv": (f'7,"{{""user"": """", ""db_password"": ""{PASSWORD}"", ""port"": 5432}}",ok\n', PASSWORD),
    "quotes in a text.sql": (f"INSERT INTO t VALUES (1, 'password = ''{PASSWORD}''');\n", PASSWORD),
    "quotes in a text.vb": (f'conn = "user=""app"";password=""{PASSWORD}"""\n', PASSWORD),
    "query in a query.txt": (f"/login?next=%2Fx%3Fpassword%3D{PASSWORD}", PASSWORD),
    "run behind plain letters.py": (
        f'k = "{T[:6]}{"".join(f"{chr(92)}x{ord(c):02x}" for c in T[6:])}"',
        T[:6] + "".join(f"\\x{ord(c):02x}" for c in T[6:]),
    ),
}


def _found(name: str, text: str, gate: float | None = None) -> list[tuple[str, str]]:
    ready = builtin()
    scanner = Scanner(ready.rules, ready.hyperscan, 0.0, show_secrets=True, gate=gate)
    data = text.encode()
    found = scanner.scan_blob(Blob(FileOrigin(name.encode()), data)).findings
    return [(one.secret.reveal().decode(), data[slice(*one.location.span)].decode()) for one in found]


def _notebook(line: str) -> str:
    return json.dumps({"cells": [{"cell_type": "code", "source": ["import ftplib\n", f"{line}\n"]}]}, indent=1)


CALLS = (
    f'ftp = FTP("ftp.corp.internal", "ops", "{PASSWORD}")',
    f'client.login("ops", "{PASSWORD}")',
    f'answer = requests.get(url, auth=("ops", "{PASSWORD}"))',
    f'db = mysqli_connect("db.corp.internal", user="ops", password="{PASSWORD}")',
)


@pytest.mark.parametrize("call", CALLS)
def test_a_call_in_a_notebook_is_read_as_code(call: str) -> None:
    assert _found("a.py", call) == _found("a.ipynb", _notebook(call)) == [(PASSWORD, PASSWORD)]
    in_one_line = json.dumps({"source": f'import x\n{call}\nprint("done", 1)\n' * 3})
    assert _found("a.json", in_one_line) == [(PASSWORD, PASSWORD)] * 3


@pytest.mark.parametrize("times", [1, 2])
def test_a_value_of_a_vendors_form_is_found_in_a_text_within_a_text(times: int) -> None:
    key = token("{hex:32}")
    text = json.dumps({"DATADOG_API_KEY": key})
    for _ in range(times):
        text = json.dumps({"body": text})
    assert _found("a.json", text) == [(key, key)]


def test_a_value_of_a_vendors_form_is_found_between_quotes_that_are_entities() -> None:
    key = token("{hex:32}")
    for quote in ("&quot;", "&#34;", "&#39;"):
        for text in (f"DATADOG_API_KEY = {quote}{key}{quote}", f"{{{quote}datadog_key{quote}: {quote}{key}{quote}}}"):
            assert _found("a.html", f"<pre>{text}</pre>\n") == [(key, key)]


@pytest.mark.parametrize("name", FILES)
def test_found_once_at_its_place(name: str) -> None:
    text, written = FILES[name]
    ((said, place),) = _found(name, f"# é\n{text}")
    assert place == written
    assert said in (T, PASSWORD, f"={PASSWORD}", f"#{PASSWORD}", ":hunter2:prod")


@pytest.mark.parametrize("name", FILES)
def test_found_in_a_long_line_with_much_else(name: str) -> None:
    text, written = FILES[name]
    noise = "const a = [1,2,3]; " * 3000
    assert written in [place for _, place in _found(name, f"{noise}\n{text}\n{noise}")]
    if name.endswith((".js", ".html", ".json")) and name != "attribute.html":  # in one line with code it is no setting
        # The judge has doubts about a password in so long a line.
        assert written in [place for _, place in _found(name, f"{noise} {text} {noise}", gate=0.5)]


def test_what_stands_plain_beside_an_escape_is_told_as_plain(repo: Repo) -> None:
    repo.write("a.js", f"k = '{T}'; re = /[\\u0041-\\u005a]x\\u0041bc/;\n")
    (finding,) = json.loads(repo.run("scan", "a.js", "--format", "json").out)["findings"]
    assert finding["location"]["via"] == []


@pytest.mark.parametrize(
    "text",
    [
        'printf("%4d items, %64d more", password, secret);',
        "if (c >= '\\u0041' && c <= '\\u005a') return token;",
        "export PASSWORD=$1\\\n  --verbose",
        "see &lt;token&gt; and &lt;password&gt; of the element",
        "List&lt;SecretKey&gt; keys = find(&#39;a&#39;)",
        'var empty = {password:"",user:"",token:""};',
        "password=''\n",
        'password = """The password that opens it."""',
    ],
)
def test_none(text: str) -> None:
    assert _found("a.txt", text) == []


def test_padding_at_the_end_of_a_line_is_no_soft_break(repo: Repo) -> None:
    body = token("{base64:60}", seed="padded")
    text = pem("RSA PRIVATE KEY", f"{body}{body[:50]}==", size=len(body))
    repo.write("k.pem", f"{text}x=3D\n")
    (finding,) = json.loads(repo.run("scan", "k.pem", "--format", "json").out)["findings"]
    assert finding["location"]["via"] == []
