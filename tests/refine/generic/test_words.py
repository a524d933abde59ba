"""What keys, values, paths and lines are taken for."""

from __future__ import annotations

import pytest

from scanner.refine.generic.keys import read_key, read_verb
from scanner.refine.generic.letters import surprise
from scanner.refine.generic.lines import says
from scanner.refine.generic.places import read_place
from scanner.refine.generic.standins import is_stand_in
from scanner.refine.generic.values import read_value
from tests.support import token


@pytest.mark.parametrize(
    ("name", "kind", "strength", "tail"),
    [
        ("password", "password", "", ""),
        ("DB_PASSWORD", "password", "", ""),
        ("dbPasswd", "password", "", ""),
        ("mysql-root-pwd", "password", "", ""),
        ("passwordHash", "password", "", "hash"),
        ("password_reset_url", "password", "", "url"),
        ("clientSecret", "secret", "", ""),
        ("secretName", "secret", "", "name"),
        ("X-Auth-Token", "token", "", ""),
        ("api_key", "key", "strong", ""),
        ("apikey", "key", "strong", ""),
        ("SECRET_KEY", "key", "strong", ""),
        ("primaryKey", "key", "weak", ""),
        ("key", "key", "bare", ""),
        ("username", "user", "", ""),
        ("bypass", "", "", ""),
        ("passenger", "", "", ""),
        ("", "", "", ""),
    ],
)
def test_a_key_is_read_by_its_words(name: str, kind: str, strength: str, tail: str) -> None:
    key = read_key(name.encode())
    assert (key.kind, key.strength, key.tail) == (kind, strength, tail)


@pytest.mark.parametrize(
    ("name", "heads"),
    [("publicKey", ("public",)), ("next_page_token", ("paging",)), ("invalidPassword", ("wrong",)), ("pw", ())],
)
def test_words_before_the_kind_are_known(name: str, heads: tuple[str, ...]) -> None:
    assert read_key(name.encode()).heads == heads


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("12", "number"),
        ("20240131", "digits"),
        ("2024-01-31", "date"),
        ("2016-04-30-preview", "date"),
        ("30000-32767", "number"),
        ("aws.auth#sigv4", "dotted"),
        ("^1.2.3", "version"),
        (token("{uuid}"), "uuid"),
        ("https://host/path", "url"),
        ("ada@acme.dev", "email"),
        ("/etc/ssl/key", "path"),
        ("server.key", "file"),
        ("db.internal:5432", "host"),
        ("#ff8800", "colour"),
        ("AES/CBC/PKCS5Padding", "algorithm"),
        ("PBKDF2WithHMAC-SHA256", "algorithm"),
        ("org.acme:lib:1.2.3", "coordinates"),
        ("getToken()", "call"),
        ("$variable", "variable"),
        ("a{{b}}", "template"),
        ("secret", "lowerword"),
        ("getAccessToken", "camelCase"),
        ("AccessToken", "PascalCase"),
        ("access_token", "snake"),
        ("ACCESS_TOKEN", "SNAKE"),
        ("access-token", "kebab"),
        ("settings.token", "dotted"),
        ("Please enter it", "prose"),
        ("summer24", "wordnumber"),
        (token("{hex:38}7a"), "hex"),
        (token("{base62:38}7a"), "base62"),
        (token("{base64:36}+/=="), "base64"),
        ("a#b!c", "symbols"),
    ],
)
def test_a_value_has_a_form(value: str, form: str) -> None:
    assert read_value(value.encode()).form == form


def test_a_long_value_is_told_by_its_beginning() -> None:
    assert read_value(b"a1" * 100_000).length == "1024+"


def test_words_surprise_less_than_random_letters() -> None:
    assert surprise(b"correcthorsebattery") < 4 < 5.5 < surprise(b"xqzvkjwpfgbh")
    assert surprise(b"1234") == surprise(b"") == 0


@pytest.mark.parametrize(
    "value", ["my_test_token", "notasecret", "newpassword1", "FAKE-SECRET-KEY", "yourStrongPassword"]
)
def test_words_that_stand_for_a_secret_are_known(value: str) -> None:
    assert is_stand_in(value.encode())


@pytest.mark.parametrize("value", ["hunter2-prod", "Summer2024!", "correct-horse-battery", "passionfruit", "a" * 200])
def test_chosen_passwords_are_no_stand_ins(value: str) -> None:
    assert not is_stand_in(value.encode())


@pytest.mark.parametrize(
    ("path", "kind", "marks"),
    [
        ("deploy/settings.yml", "settings", ("config",)),
        (".env.local", "settings", ("config",)),
        ("src/tests/test_x.py", "code", ("test",)),
        ("locales/de.json", "json", ("locale",)),
        ("package-lock.json", "lock", ()),
        ("docs/guide.md", "documents", ("example",)),
        ("crypto/ml_kem/kat/mlkem512.txt", "documents", ("vectors",)),
        ("node_modules/x/dist/x.min.js", "code", ("foreign",)),
        ("tests/a/b/c/d/e/app.py", "code", ()),
    ],
)
def test_a_path_tells_what_a_file_is_for(path: str, kind: str, marks: tuple[str, ...]) -> None:
    place = read_place(path.encode())
    assert (place.kind, place.marks) == (kind, marks)


def test_lines_and_functions_are_read_by_their_words() -> None:
    assert says(b'raise ValueError("', b'")') == {"reports"}
    assert says(b"assert user.", b" # example") == {"asserts", "example"}
    assert [read_verb(name) for name in (b"os.getenv", b"setPassword", b"x.frobnicate")] == ["lookup", "set", "other"]
