"""A configuration's bytes: what is read from them, and what is refused, with file and line."""

from __future__ import annotations

import json
import time
from typing import Any

import jsonschema
import pytest
import yaml

from scanner.errors import ConfigError
from scanner.policy.layer import FAIL_ON, KEYS, parse
from scanner.policy.values import OF_FOLDERS, TOOLS, At, Graded, Layer, Switch, Word
from tests.policy.configs import BAD, BEYOND_SCHEMA, GOOD
from tests.support import ROOT

SCHEMA: dict[str, Any] = json.loads((ROOT / "scanner/policy/redhanded-config.schema.json").read_text())


def valid(text: str) -> bool:
    return jsonschema.Draft202012Validator(SCHEMA).is_valid(yaml.safe_load(text.removeprefix("\ufeff")))


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD.keys())
def test_a_good_one_is_good_to_the_reader_and_to_the_schema(text: str) -> None:
    assert isinstance(parse(".redhanded.yaml", text.encode()), Layer)
    assert valid(text)


@pytest.mark.parametrize(("text", "problem"), [case[:2] for case in BAD.values()], ids=BAD.keys())
def test_a_bad_one_is_bad_to_the_reader_and_to_the_schema(text: str, problem: str) -> None:
    with pytest.raises(ConfigError) as raised:
        parse(".redhanded.yaml", text.encode())
    assert raised.value.message.startswith(f".redhanded.yaml{problem}")
    assert not valid(text)


@pytest.mark.parametrize("case", BAD.values(), ids=BAD.keys())
def test_the_help_says_what_to_write_instead(case: tuple[str, ...]) -> None:
    text, _, *help = case
    with pytest.raises(ConfigError) as raised:
        parse(".redhanded.yaml", text.encode())
    assert all(words in (raised.value.help or "") for words in help)


@pytest.mark.parametrize(("text", "problem"), BEYOND_SCHEMA.values(), ids=BEYOND_SCHEMA.keys())
def test_what_only_the_reader_can_tell(text: str, problem: str) -> None:
    with pytest.raises(ConfigError) as raised:
        parse(".redhanded.yaml", text.encode())
    assert problem in raised.value.message
    assert raised.value.message.startswith(".redhanded.yaml:")


@pytest.mark.parametrize(
    "data",
    [b"skip:\n  - caf\xe9\n", "skip: [a]\n".encode("utf-16"), b"\xff\xfe\x00"],
    ids=["latin-1", "utf-16", "bom"],
)
def test_a_bad_encoding_is_an_error_with_its_line(data: bytes) -> None:
    with pytest.raises(ConfigError, match=r"^\.redhanded\.yaml:[12]: is not UTF-8 text"):
        parse(".redhanded.yaml", data)


def test_too_much_is_refused_before_it_is_read() -> None:
    began = time.monotonic()
    with pytest.raises(ConfigError, match=r"is 100,000,000 bytes long; the limit is 262,144"):
        parse(".redhanded.yaml", b"#" * 100_000_000)
    assert time.monotonic() - began < 1


def test_a_list_of_a_million_is_refused_at_once() -> None:
    began = time.monotonic()
    with pytest.raises(ConfigError, match="is 2,000,007 bytes long"):
        parse(".redhanded.yaml", b"skip: [" + b"a," * 1_000_000)
    with pytest.raises(ConfigError, match="`skip` has 100,000 patterns; the limit is 1,000"):
        parse(".redhanded.yaml", b"skip: [" + b"a," * 100_000 + b"]")
    assert time.monotonic() - began < 10


def test_the_schema_knows_the_keys_and_words_that_the_reader_knows() -> None:
    assert tuple(SCHEMA["properties"]) and set(SCHEMA["properties"]) == set(KEYS)
    assert SCHEMA["properties"]["fail-on"]["enum"] == list(FAIL_ON)
    assert list(SCHEMA["properties"]["markers"]["properties"]) == list(TOOLS)


def test_each_value_knows_its_file_and_line() -> None:
    text = "# why\nskip:\n  - a\n  - b\nseverity:\n  c: low\nbuiltin-rules: off\n"
    layer = parse("sub/.redhanded.yaml", text.encode())
    assert layer.skip == (Word("a", At("sub/.redhanded.yaml", 3)), Word("b", At("sub/.redhanded.yaml", 4)))
    assert layer.severity == (Graded("c", "low", At("sub/.redhanded.yaml", 6)),)
    assert layer.builtin_rules == Switch(False, At("sub/.redhanded.yaml", 7))
    assert str(layer.skip[1].at) == "sub/.redhanded.yaml:4"


@pytest.mark.parametrize("key", [key for key in KEYS if key not in OF_FOLDERS])
def test_a_folder_may_not_set_what_holds_for_a_whole_run(key: str) -> None:
    (text,) = [text for text in GOOD.values() if text.startswith(f"{key}:")][:1]
    with pytest.raises(ConfigError) as raised:
        parse("sub/.redhanded.yaml", text.encode(), "folder", "sub/")
    assert f"`{key}` holds for a whole run" in raised.value.message
    assert raised.value.help == "in a folder below it, a file may set exclude, include, skip, severity, allow"


@pytest.mark.parametrize("key", OF_FOLDERS)
def test_a_folder_may_set_the_rest(key: str) -> None:
    (text,) = [text for text in GOOD.values() if key in text][:1]
    assert parse("sub/.redhanded.yaml", text.encode(), "folder", "sub/").folder == "sub/"
