"""Passwords that only the head of their column betrays."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scanner.decode.tables import SIGNS, of_html, of_lines
from scanner.engine.scan import Scanner
from scanner.model import Blob, FileOrigin
from tests.decode.support import scan
from tests.engine.corpus import builtin
from tests.support import Repo

ONE, TWO = "kestrel-Dune_47", "Xw7nQ2pLm9Rt"

FOUND = {
    "users.csv": f"username,password,role\nbob,{ONE},admin\neve,{TWO},user\n",
    "quoted.csv": f'"username","password"\r\n"bob, jr.","{ONE}"\r\n"eve ""e"" e","{TWO}"\r\n',
    "semicolons.csv": f"id;name;db passwd\n1;Bob;{ONE}\n2;Eve;{TWO}\n",
    "tabs.tsv": f"host\tDB_PASSWORD\ndb1\t{ONE}\ndb2\t{TWO}",
    "bom.csv": f"\ufeffuser,client_secret\nbob,{ONE}\neve,{TWO}\n",
    "short-rows.csv": f"user,password\n# of last year\nbob,{ONE}\n\neve,{TWO}\n",
    "a.md": f"# Logins\n\n| password | user |\n|---|:---:|\n| `{ONE}` | bob |\n| **{TWO}** | eve |\n\nEnd.\n",
    "open.md": f"User | Password | Note\n--- | --- | ---\nbob | {ONE} | main\neve | {TWO} |\n",
    "comment.py": f"# | user | password |\n# |------|----------|\n# | bob  | {ONE} |\n# | eve  | {TWO} |\nx = 1\n",
    "mysql.log": (
        "mysql> select id, password from users;\n+----+-----------------+\n| id | password        |\n"
        f"+----+-----------------+\n|  1 | {ONE} |\n|  2 | {TWO}    |\n+----+-----------------+\n2 rows in set\n"
    ),
    "psql.txt": f" id |    password     \n----+-----------------\n  1 | {ONE}\n  2 | {TWO}\n(2 rows)\n",
    "page.wiki": f"h1. Logins\n||user||password||\n|bob|{ONE}|\n|eve|{TWO}|\n",
    "grid.rst": (
        "+------+-----------------+\n| user | password        |\n+======+=================+\n"
        f"| bob  | {ONE} |\n+------+-----------------+\n| eve  | {TWO}    |\n+------+-----------------+\n"
    ),
    "login.feature": (
        "Scenario: log in\n    Given these users:\n      | user | password |\n"
        f"      | bob  | {ONE} |\n      | eve  | {TWO} |\n    Then all is well\n"
    ),
    "a.html": (
        "<table><thead><tr><th>User</th><th class='wide'>Password</th></tr></thead>\n<tbody>\n"
        f"<tr><td>bob</td><td>{ONE}</td></tr>\n<tr><td>eve</td>\n<td class='x'>\n  <code>{TWO}</code>\n</td></tr>"
        "\n</tbody></table><table><tr><td>a</td><td>none-Of_it12</td></tr></table>\n"
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_each_value_of_the_column_is_found_at_its_place(name: str) -> None:
    data = FOUND[name].encode()
    findings = scan(name, data).findings
    assert [finding.secret.reveal().decode() for finding in findings] == [ONE, TWO]
    assert [data[slice(*finding.location.span)].decode() for finding in findings] == [ONE, TWO]
    assert {finding.location.via for finding in findings} == {("table",)}


NONE = {
    "code.js": f'const a = password || "x"\nlet b = "{ONE}"\n',
    "args.py": f"login(user, password)\nprint('{ONE}', 1)\n",
    "data.sql": f"INSERT INTO user (username, password)\nVALUES\n  ('eve', md5('{TWO}'))\n",
    "prose.txt": f"Name, password and mail\nare asked for, {ONE}\n",
    "placeholders.csv": "user,password\nbob,changeme\neve,${PASSWORD}\n",
    "empty.csv": "user,password\nbob,\neve,\n",
    "other.csv": f"user,city,note\nbob,{ONE},x\n",
    "requirements.md": "| Field | Password |\n|---|---|\n| type | string |\n| required | true |\n",
    "words.md": "| Field | Secrets |\n|---|---|\n| a | everything |\n| b | optional |\n| c | nothing-at-all |\n",
    "sentences.md": "| Field | Password |\n|---|---|\n| a | the one you chose |\n| b | at least 8 letters |\n",
    "titanic.csv": f"PassengerId,Class\n1,{ONE}\n",
    "below.md": f"| password | user |\nthat is no table\n| {ONE} | bob |\n",
}


@pytest.mark.parametrize("name", NONE)
def test_what_is_no_table_of_passwords(name: str) -> None:
    assert not scan(name, NONE[name].encode()).findings


def test_the_last_column_of_a_text_is_found_once() -> None:
    (finding,) = scan("a.md", f"| user | password |\n|------|----------|\n| bob | {ONE} |\n".encode()).findings
    assert finding.secret.reveal() == ONE.encode()


def test_words_count_among_others() -> None:
    data = f"user,password\nbob,{ONE}\neve,sunflowers\nkim,{TWO}\n".encode()
    assert [finding.secret.reveal() for finding in scan("a.csv", data).findings] == [
        ONE.encode(),
        b"sunflowers",
        TWO.encode(),
    ]


def test_of_more_rows_than_are_read_the_rest_is_said_to_be_unread() -> None:
    data = b"user,password\n" + b"bob,changeme\n" * 100_001
    result = scan("a.csv", data)
    assert [skip.reason for skip in result.skips]
    assert not scan("a.csv", data[:-100]).skips


def test_a_table_that_grows_is_found_in_every_version(repo: Repo) -> None:
    rows = [f"user{number},none\n" for number in range(300)]
    for number, value in enumerate((ONE, TWO), start=1):
        rows[100 * number] = f"bob{number},{value}\n"
        repo.add("users.csv", "user,password\n" + "".join(rows))
        repo.commit()
    repo.git("gc", "-q")
    out = repo.run("history", "--no-cache", "--show-secrets").out
    assert ONE in out and TWO in out


HOSTILE: dict[str, Callable[[], bytes]] = {
    "pipes in one line": lambda: b"password||" * 300_000,
    "long lines": lambda: (b"x" * 2100 + b" password || y\n") * 3_000,
    "tables in HTML": lambda: b"<th>password</th></table>" * 60_000,
    "heads": lambda: b"| password |\n|---|\n" * 60_000,
    "heads in HTML": lambda: b"<th>password</th>" * 60_000,
    "rows in HTML": lambda: b"<tr><th>password</th></tr>" + b"<td>" * 300_000,
    "quotes": lambda: b"user,password\n" + b'"' * 900_000,
    "commas": lambda: b"user,password\n" + b"," * 900_000,
    "columns": lambda: b",".join([b"password"] * 180) + b"\n" + (b",".join([b"aB3-xyz9"] * 180) + b"\n") * 300,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_tables_are_bounded(name: str) -> None:
    began = time.process_time()
    scan("x.md", HOSTILE[name]())
    assert time.process_time() - began < 20


_PARTS = (
    *(b"user", b"password", b"pwd", b"|", b"||", b",", b";", b"\t", b"\n", b"\r\n", b"---", b"|-|-|\n", b'"', b'""'),
    *(b"<table>", b"<tr>", b"<th>", b"</th>", b"<td>", b"</td>", b"</tr>", b"</table>", b"# ", b"\xef\xbb\xbf", b"\\"),
    *(ONE.encode(), TWO.encode(), b" ", b"\0", b"\xff"),
)


@settings(derandomize=True, deadline=None, max_examples=500)
@given(
    data=st.lists(st.sampled_from(_PARTS), max_size=60).map(b"".join), low=st.integers(0, 80), size=st.integers(0, 80)
)
@example(data=b"", low=0, size=0)
def test_all_that_is_read_leads_back_to_itself(data: bytes, low: int, size: int) -> None:
    low = min(low, len(data))
    for table in (of_lines(data, low, min(len(data), low + size)), of_html(data, low)):
        assert table.end >= low - 1
        for column in table.found:
            for line in column.data.splitlines():
                quote = line[-1:]
                value = line[line.index(b": " + quote) + 3 : -1]
                at = column.data.index(line) + line.index(b": " + quote) + 3
                start, end = column.way.back(type(column.region)(at, at + len(value)))
                assert data[start:end] == value


def test_signs_say_how_long_they_are() -> None:
    assert all(0 < least < most < 300 for _, least, most in SIGNS.values())


def test_a_table_in_html_that_is_too_long_is_said_to_be_cut() -> None:
    row = b"<tr><td>eve</td><td>none-Of_it12</td></tr>"
    data = b"<table><tr><th>user</th><th>password</th></tr>" + row * 40_000
    assert of_html(data, data.index(b"<th>password")).is_cut
    assert not of_html(data[:100_000], data.index(b"<th>password")).is_cut


@pytest.mark.parametrize("name", FOUND)
def test_the_portable_prefilter_finds_them_too(name: str) -> None:
    ready = builtin()
    scanner = Scanner(ready.rules, ready.portable, 0.0, show_secrets=True)
    findings = scanner.scan_blob(Blob(FileOrigin(name.encode()), FOUND[name].encode())).findings
    assert [finding.secret.reveal().decode() for finding in findings] == [ONE, TWO]
