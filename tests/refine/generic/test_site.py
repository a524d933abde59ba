"""Where a value stands: key, form and what joins them, for each form of assignment. `[[` and `]]` mark the value."""

from __future__ import annotations

import pytest

from scanner.refine.generic.site import Site, lines_around, read_site


def _site(text: str) -> Site:
    start = text.index("[[")
    end = text.index("]]") - 2
    return read_site(text.replace("[[", "").replace("]]", "").encode(), start, end)


_SITES = [
    ('password = "[[x]]"', "password", "assigned", "="),
    ('  "client_secret": "[[x]]",', "client_secret", "quoted", ":"),
    ("self.passwd: str = '[[x]]'", "passwd", "typed", "="),
    ('var token string = "[[x]]"', "token", "typed", "="),
    ('config["db"]["password"] = "[[x]]"', "password", "index", "="),
    ("'password' => '[[x]]',", "password", "quoted", "=>"),
    (':password => "[[x]]"', "password", "assigned", "=>"),
    ('if password == "[[x]]":', "password", "assigned", "=="),
    ('{\\"password\\":\\"[[x]]\\"}', "password", "quoted", ":"),
    ("{&quot;password&quot;: &quot;[[x]]&quot;}", "password", "quoted", ":"),
    ("export API_KEY=[[x]]", "API_KEY", "assigned", "="),
    ("Server=db;Password=[[x]];", "Password", "assigned", "="),
    ("Authorization: Basic [[x]]", "Authorization", "basic", ":"),
    ('"Authorization": "Bearer [[x]]"', "Authorization", "bearer", ":"),
    ("psql -U app -W [[x]] -h db", "W", "flag", " "),
    ("mysql -u root -p[[x]]", "p", "flag", ""),
    ("run --api-key '[[x]]' --all", "api-key", "flag", " "),
    ("aws acm list --next-token [[x]]", "next-token", "flag", " "),
    ("curl -u admin:[[x]] https://host", "user-password", "flag", ":"),
    ('print("time:[[x]]")', "time", "assigned", ":"),
    ("web: DB_PASSWORD=[[x]] node app.js", "DB_PASSWORD", "assigned", "="),
    ('password: SecretStr = "[[x]]"', "password", "typed", "="),
    ("env[DB_PASSWORD] = [[x]]", "DB_PASSWORD", "index", "="),
    ('errors[CONF_PASSWORD] = "[[x]]"', "errors", "index", "="),
    ("postgres://user:[[x]]@host/db", "", "url", "@"),
    ("<password>[[x]]</password>", "password", "element", ">"),
    ("<td>Password:</td><td>[[x]]</td>", "Password", "element", ">"),
    ('<th>API key</th>\n   <td class="v"><code>[[x]]</code>', "API_key", "element", ">"),
    ("<dt>Password</dt> <dd>[[x]]</dd>", "Password", "element", ">"),
    ("<b>Password:</b> [[x]]<br>", "Password", "element", ">"),
    ("<strong>Password</strong>: <code>[[x]]</code>", "Password", "element", ">"),
    ("Password: <code>[[x]]</code>", "Password", "assigned", ":"),
    ("**Password:** [[x]]", "Password", "assigned", ":"),
    ('<entry key="db.password">[[x]]</entry>', "db.password", "element", ">"),
    ('<add key="DbPassword" value="[[x]]" />', "DbPassword", "named", "="),
    ('<input name="password" type="password" value="[[x]]"/>', "password", "named", "="),
    ('"args": ["--password", "[[x]]"]', "password", "flag", ","),
    ("- name: DB_PASSWORD\n  value: [[x]]", "DB_PASSWORD", "named", ":"),
    ('{"name": "DB_PASSWORD", "value": "[[x]]"}', "DB_PASSWORD", "named", ":"),
    ('p.add_argument("--password", default="[[x]]")', "password", "named", "="),
    ('@click.option("--token", help=H, default="[[x]]")', "token", "named", "="),
    ('.option("password", { default: "[[x]]" })', "password", "named", ":"),
    ("password: |\n    [[x]]", "password", "named", " "),
    ('secret = (\n    "[[x]]"', "secret", "named", " "),
    ('"tokens": ["[[x]]", "y"]', "tokens", "quoted", ":"),
    ('"tokens": ["y", "[[x]]"]', "tokens", "listed", ","),
    ("CREATE USER app IDENTIFIED BY '[[x]]';", "IDENTIFIED BY", "sql", " "),
    ('setPassword("[[x]]")', "setPassword", "argument", "("),
    ("machine host login app password [[x]]", "password", "assigned", " "),
    ("[[x]]", "", "none", " "),
]


@pytest.mark.parametrize(("text", "key", "form", "join"), _SITES, ids=[text for text, *_ in _SITES])
def test_key_form_and_join_are_read(text: str, key: str, form: str, join: str) -> None:
    site = _site(text)
    assert (site.key.decode(), site.form, site.join) == (key, form, join)


def test_the_function_that_takes_the_value_is_known() -> None:
    assert _site('client.login("ada", "[[x]]")').called == b"client.login"
    assert _site('x = os.environ.get("[[x]]")').called == b"os.environ.get"
    assert _site('x = "[[x]]"').called == b""


def test_quotes_are_told_apart() -> None:
    quotes = [_site(text).quote for text in ('k = "[[x]]"', "k = '[[x]]'", "k = [[x]]", "k: &quot;[[x]]&quot;")]
    assert quotes == ['"', "'", "", "entity"]


def test_lines_around_are_there_and_bounded() -> None:
    text = "".join(f"line {n}\n" for n in range(50)) + 'k = "[[x]]"\n' + "z" * 5000
    site = _site(text)
    above, below = lines_around(text.replace("[[", "").replace("]]", "").encode(), site.line)
    assert above.endswith(b"line 48\nline 49\n")
    assert len(above) + len(below) < 1000
