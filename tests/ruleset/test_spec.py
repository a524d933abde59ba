"""What is wrong with a rule file is said with file and line; nothing that YAML could smuggle in passes."""

from __future__ import annotations

import re

import pytest

from scanner.errors import RuleError
from scanner.ruleset.load import rules, specs
from scanner.ruleset.resources import RuleFile

HEAD = """\
provider: Acme
rules:
  - id: acme-key
    name: Acme key
    description: Opens Acme.
    severity: high
"""
GOOD = HEAD + "    shape: 'acme_{base62:20}'\n"


def _file(text: str | bytes, name: str = "acme.yaml") -> RuleFile:
    return RuleFile(name, text.encode() if isinstance(text, str) else text)


def test_a_rule_is_read_as_written() -> None:
    text = GOOD + "    tags: [a, b]\n    min_entropy: 3\n    verify: {request: GET https://acme.test, live: '200'}\n"
    (spec,) = specs([_file(text)])
    assert (spec.id, spec.provider, spec.file, spec.line) == ("acme-key", "Acme", "acme.yaml", 3)
    assert (spec.tags, spec.min_entropy) == (("a", "b"), 3.0)
    assert spec.verify == (("request", "GET https://acme.test"), ("live", "200"))


def test_defaults_of_the_grade() -> None:
    (plain,) = rules([_file(GOOD)])
    (named,) = rules([_file(GOOD + "    context: [acme]\n")])
    (own,) = rules([_file(GOOD + "    evidence: statistical\n    confidence: 0.1\n")])
    assert (plain.evidence, plain.confidence) == ("structured", 0.95)
    assert (named.evidence, named.confidence) == ("contextual", 0.75)
    assert (own.evidence, own.confidence) == ("statistical", 0.1)


def _pattern(pattern: str) -> str:
    return f"{HEAD}    pattern: '{pattern}'\n"


BAD = {
    "not-yaml": (HEAD + "    tags: [a, b\n    shape: x\n", 8, "not valid YAML", None),
    "tab": ("provider: Acme\nrules:\n\t- id: x\n", 3, "not valid YAML", None),
    "not-utf8": (HEAD.encode() + b"    shape: 'acme\xff'\n", 7, "not UTF-8", "save the file as UTF-8"),
    "enabled-text": (GOOD + "    enabled: 'no'\n", 8, "`enabled` must be true or false", None),
    "unknown-key": (GOOD + "    entropy: 3\n", 8, "unknown key 'entropy'", "did you mean 'min_entropy'?"),
    "unknown-key-far": (GOOD + "    zzz: 3\n", 8, "unknown key 'zzz'", "known keys: id, name"),
    "unknown-top-key": (GOOD + "rule: 3\n", 8, "unknown key 'rule'", "did you mean 'rules'?"),
    "duplicate-key": (GOOD + "    name: Other\n", 8, "the key 'name' occurs twice", "keep one of them"),
    "duplicate-top-key": (GOOD + "provider: Other\n", 8, "the key 'provider' occurs twice", None),
    "duplicate-id": (
        GOOD + GOOD.partition("rules:\n")[2],
        8,
        "the id is taken by acme.yaml:3",
        "id of its own",
    ),
    "alias": (
        GOOD.replace("Opens", "&a Opens") + "    revoke: *a\n",
        8,
        "aliases (*name) are not allowed",
        None,
    ),
    "tag": (GOOD + "    revoke: !!python/name:os.system\n", 8, "tags (!name) are not allowed", None),
    "no-provider": (GOOD.replace("provider: Acme\n", ""), None, "`provider` is missing", None),
    "empty": ("", None, "`provider` is missing", None),
    "rules-not-a-list": ("provider: Acme\nrules: none\n", None, "`rules` is missing or is not a list", None),
    "rule-not-a-mapping": ("provider: Acme\nrules: [x]\n", 2, "a mapping (key: value) is expected", None),
    "not-a-mapping": ("- a\n- b\n", 1, "a mapping (key: value) is expected", None),
    "no-severity": (GOOD.replace("    severity: high\n", ""), 3, "the rule has no `severity`", None),
    "severity": (
        GOOD.replace("high", "urgent"),
        6,
        "`severity` is 'urgent'; it must be one of critical",
        None,
    ),
    "neither": (HEAD, 3, "either a `shape` or a `pattern`", None),
    "both": (GOOD + "    pattern: 'abc'\n", 3, "either a `shape` or a `pattern`", None),
    "list": (GOOD + "    tags: vcs\n", 8, "`tags` must be a list of texts", None),
    "text": (GOOD + "    revoke: 3\n", 8, "`revoke` must be text", None),
    "number": (GOOD + "    confidence: 2\n", 8, "`confidence` must be a number from 0 to 1", None),
    "no-boolean": (GOOD + "    min_entropy: true\n", 8, "`min_entropy` must be a number from 0 to 8", None),
    "verify": (GOOD + "    verify: {live: 200}\n", 8, "`verify` must be a mapping of texts", None),
    "id": (GOOD.replace("acme-key", "Acme_Key"), 3, "lower-case words joined by hyphens", None),
    "unbounded": (_pattern("(?P<secret>acme_[0-9]+)"), 3, "an unbounded repeat", "docs/writing-rules.md"),
    "no-group": (
        _pattern("acme_[0-9]{9}"),
        3,
        "exactly one named group, (?P<secret>...)",
        "docs/writing-rules.md",
    ),
    "other-group": (_pattern("(?P<key>acme_[0-9]{9})"), 3, "exactly one named group", None),
    "two-groups": (_pattern("(?P<a>acme)(?P<secret>[0-9]{9})"), 3, "exactly one named group", None),
    "no-literal": (_pattern("(?P<secret>[0-9]{32})"), 3, "no literal", None),
    "shape": (HEAD + "    shape: 'acme_{letters:9}'\n", 3, "unknown alphabet 'letters'", None),
    "checksum": (GOOD + "    checksum: md5\n", 3, "unknown checksum 'md5'", "known: crc32-base62"),
    "no-checksum": (
        HEAD + "    shape: 'acme_{base62:9}{checksum}'\n",
        3,
        "{checksum} needs the rule's",
        None,
    ),
    "allow": (GOOD + "    allow: ['(']\n", 3, "`allow` entry '(' is not a valid pattern", None),
}


@pytest.mark.parametrize(("text", "line", "message", "help"), BAD.values(), ids=BAD)
def test_bad_input(text: str | bytes, line: int | None, message: str, help: str | None) -> None:
    with pytest.raises(RuleError, match=re.escape(message)) as caught:
        rules([_file(text)])
    error = caught.value
    assert error.file == "acme.yaml"
    assert error.message.startswith("acme.yaml: " if line is None else f"acme.yaml:{line}: ")
    assert error.line == line
    assert help is None or (error.help is not None and help in error.help)


def test_duplicate_id_over_two_files() -> None:
    with pytest.raises(RuleError, match=r"^b\.yaml:3: rule 'acme-key': the id is taken by a\.yaml:3$"):
        specs([_file(GOOD, "a.yaml"), _file(GOOD, "b.yaml")])


def test_too_long_a_file() -> None:
    with pytest.raises(RuleError, match="the limit is"):
        specs([_file(b"#" * (5 << 20))])


def test_deep_nesting_is_an_error_not_a_crash() -> None:
    with pytest.raises(RuleError):
        specs([_file(GOOD + "    tags: " + "[" * 3000 + "]" * 3000 + "\n")])
