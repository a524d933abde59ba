"""Whole configurations through the real command, and the rules that come out in a real scan."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
import yaml

from scanner.convert.gitleaks import Imported, convert_file
from scanner.engine.compiled import prepare
from scanner.engine.rulecheck import check
from scanner.engine.scan import Scanner
from scanner.ruleset.resources import RuleFile
from tests.support import redhanded, token

CONFIG = """\
title = "Acme"

[extend]
useDefault = true

[[rules]]
id = "Acme_Live.Key"
description = "Acme API key."
regex = '''\\b(acme_(?:live|test)_[a-z0-9]{32})(?:['"\\s]|$)'''
keywords = ["acme_live", "acme_test"]
entropy = 3.0
tags = ["acme"]
path = '''(?i)\\.(?:py|env)$'''

[[rules.allowlists]]
regexes = ['''^acme_test_''']
stopwords = ["sandbox"]

[[rules]]
id = "acme-password"
description = "Acme password in a setting"
regex = '''(?i)acme_pass(?:word)?\\s*[:=]\\s*["']?([^\\s"']{8,})["']?'''
keywords = ["acme"]

[[rules.required]]
id = "acme-user"
withinLines = 5

[[rules]]
id = "acme-user"
regex = '''acme_user=([a-z]{4,20})'''
skipReport = true

[[rules]]
id = "any-hash"
regex = '''[0-9a-f]{40}'''

[allowlist]
stopwords = ["fixture"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".gitleaks.toml").write_text(CONFIG)
    return tmp_path


def test_the_rules_come_out_sound(folder: Path) -> None:
    result = redhanded("rules", "import", ".gitleaks.toml", "--output", "acme.yaml", cwd=folder)
    assert (result.code, result.out) == (0, "")
    assert "redhanded: 3 of 4 rules carried over into acme.yaml" in result.err
    checked = redhanded("rules", "check", "--rules", "acme.yaml", "--no-builtin-rules", cwd=folder)
    assert (checked.code, checked.out) == (0, "3 rules in 1 file: no problems\n")
    text = (folder / "acme.yaml").read_text()
    assert [rule["id"] for rule in yaml.safe_load(text)["rules"]] == ["acme-live-key", "acme-password", "acme-user"]
    assert "# Left out: rule 'any-hash' (.gitleaks.toml:34): has no literal" in text


def test_the_notes_name_file_line_rule_and_what_to_do(folder: Path) -> None:
    result = redhanded("rules", "import", ".gitleaks.toml", cwd=folder)
    assert result.err.splitlines()[:3] == [
        ".gitleaks.toml:4: `useDefault`: their own rules are not carried over",
        "    by hand: nothing: redhanded's own rules run beside those of --rules",
        ".gitleaks.toml:6: rules without a severity, which their format does not ask for, were given `high`",
    ]
    for part in (
        ".gitleaks.toml:7: rule 'Acme_Live.Key': its id is 'acme-live-key' now",
        ".gitleaks.toml:22: rule 'acme-password': repeats without an end have one now: `*` is {0,1000}, `{8,}` is",
        ".gitleaks.toml:25: rule 'acme-password': required rule 'acme-user': within 12 lines both are one finding",
        ".gitleaks.toml:32: rule 'acme-user': `skipReport`: found alone it is reported, but as `info`",
        ".gitleaks.toml:34: rule 'any-hash': left out: has no literal",
    ):
        assert part in result.err
    assert yaml.safe_load(result.out)["provider"] == "Acme"


def test_a_scan_finds_what_the_rules_look_for(folder: Path) -> None:
    redhanded("rules", "import", ".gitleaks.toml", "--output", "acme.yaml", "--provider", "Acme Inc", cwd=folder)
    live, sandbox = token("acme_live_{base36:32}"), token("acme_live_{base36:12}sandbox{base36:13}")
    tested, fixture = token("acme_test_{base36:32}"), token("acme_live_{base36:12}FIXTURE{base36:13}").lower()
    lines = [f'KEY = "{value}"' for value in (live, sandbox, tested, fixture)]
    password = token("{base62:20}")
    (folder / "app.py").write_text("\n".join([*lines, "acme_user=maria", f"ACME_PASSWORD = '{password}'"]) + "\n")
    (folder / "app.txt").write_text(lines[0] + "\n")
    options = ["--rules", "acme.yaml", "--no-builtin-rules", "--show-secrets", "--format", "json"]
    result = redhanded("scan", "app.py", "app.txt", *options, cwd=folder)
    assert result.code == 1
    found = yaml.safe_load(result.out)["findings"]  # JSON is YAML
    assert [(one["rule_id"], one["secret"]) for one in found] == [
        ("acme-live-key", live),
        ("acme-password", password),
    ]
    assert found[1]["parts"][0]["rule_id"] == "acme-user"


BUILTIN = """\
provider: Apex
rules:
  - id: apex-key
    name: Apex key
    description: Opens Apex.
    severity: high
    shape: 'apex_{hex:32}'
"""


def _convert(text: str) -> Imported:
    compiled = prepare([RuleFile("apex.yaml", BUILTIN.encode())], None)
    return convert_file("x.toml", text.encode(), "", Scanner(compiled.rules, compiled.prefilter, 0.0))


RULE = "[[rules]]\nid = 'acme-key'\nregex = '''acme_[0-9a-f]{32}'''\n"
KEYED = "[[rules]]\nid = 'acme-key'\nregex = '''acme_key=([0-9a-f]{32})'''\n"
# What stands behind the rule of three lines: the line and the words of the note.
NOTES = {
    "keywords": (RULE + "keywords = ['apex']\n", 4, "`keywords` (apex) not carried over"),
    "cel-filter": (RULE + "filter = '''entropy(finding.secret) < 3'''\n", 4, "`filter` not carried over"),
    "cel-validate": (RULE + "validate = 'true'\n", 4, "`validate` not carried over"),
    "cel-prefilter": ("prefilter = 'true'\n" + RULE, 1, "`prefilter` not carried over"),
    "token-efficiency": (RULE + "tokenEfficiency = true\n", 4, "`tokenEfficiency` not carried over"),
    "entropy": (RULE + "entropy = 12\n", 4, "`entropy` 12 not carried over"),
    "severity": (RULE + "severity = 'urgent'\n", 4, "`severity` 'urgent' is none of redhanded's"),
    "tag": (RULE + "tags = ['jwt']\n", 4, "the tag 'jwt' not carried over"),
    "path": (RULE + "path = '''[a-z]+/x'''\n", 4, "`path` not carried over, so the rule looks at all files"),
    "top-path": (RULE + "path = '''^Makefile$'''\n", 4, "`path` as globs takes more"),
    "unknown-key": (RULE + "entropie = 3\n", 4, "the key `entropie` is unknown"),
    "unknown-table": (RULE + "[other]\na = 1\n", 4, "the key `other` is unknown"),
    "extend-path": (RULE + "[extend]\npath = 'base.toml'\n", 5, "`path`: the configuration that it names"),
    "extend-url": (RULE + "[extend]\nurl = 'https://x.test'\n", 5, "`url`: the configuration that it names"),
    "disabled": (RULE + "[extend]\ndisabledRules = ['a']\n", 5, "`disabledRules`: the ids are of their rules"),
    "commits": (RULE + "[rules.allowlist]\ncommits = ['a1']\n", 5, "1 allowed commit not carried over"),
    "paths": (RULE + "[[rules.allowlists]]\npaths = ['a', 'b']\n", 5, "2 allowed paths not carried over"),
    "and": (
        RULE + "[[rules.allowlists]]\ncondition = 'AND'\npaths = ['a']\nregexes = ['b']\n",
        4,
        "all of its criteria must hold at once",
    ),
    "condition": (RULE + "[[rules.allowlists]]\ncondition = 'XOR'\nregexes = ['b']\n", 5, "is neither OR nor AND"),
    "line-target": (
        RULE + "[[rules.allowlists]]\nregexTarget = 'line'\nregexes = ['b']\n",
        5,
        "1 allowed regex for the line not carried over",
    ),
    "match-target": (
        KEYED + "[[rules.allowlists]]\nregexTarget = 'match'\nregexes = ['b', 'c']\n",
        5,
        "2 allowed regexes for the whole match not carried over",
    ),
    "allowed-regex": (RULE + "[[rules.allowlists]]\nregexes = ['b', '(?=c)']\n", 5, "allowed regex 2 not carried"),
    "empty-stopword": (RULE + "[[rules.allowlists]]\nstopwords = ['']\n", 5, "an empty stopword not carried over"),
    "global-paths": (RULE + "[allowlist]\npaths = ['a']\n", 5, "1 allowed path not carried over"),
    "unknown-target": (
        RULE + "[[allowlists]]\ntargetRules = ['other']\nregexes = ['a']\n",
        4,
        "rules that are not in this file: other",
    ),
    "required-missing": (RULE + "[[rules.required]]\nid = 'other'\n", 4, "the required rule 'other' not carried over"),
    "component": (
        RULE + "components = [{ id = 'acme-key', within = '5L' }]\n",
        4,
        "within 12 lines both are one finding (within = 5L not carried over)",
    ),
    "letters": ("[[rules]]\nid = 'a'\nregex = '''acme_\\pL{20}'''\n", 3, r"\pL knows ASCII only here"),
    "absent-group": ("[[rules]]\nid = 'a'\nregex = '''acme_(?:x([a-z]{20}))?'''\n", 3, "is not part of every match"),
    "repeat-of-nothing": ("[[rules]]\nid = 'a'\nregex = 'acme(?:a*b?)*'\n", 3, "`*` repeats what may be empty"),
    "taken": (RULE.replace("acme-key", "apex-key"), 2, "this one is 'imported-apex-key' now"),
    "known": (RULE.replace("acme_", "apex_"), 1, "redhanded's own rule 'apex-key' finds the same"),
}


@pytest.mark.parametrize(("text", "line", "words"), NOTES.values(), ids=NOTES.keys())
def test_what_is_lost_is_noted_with_its_line(text: str, line: int, words: str) -> None:
    made = _convert(text)
    assert [note for note in made.notes if note.line == line and words in note.what], made.notes
    assert made.carried == 1


LEFT_OUT = {
    "path-only": ("[[rules]]\nid = 'a'\npath = '''\\.pem$'''\n", "files by their names"),
    "extension": ("[[rules]]\nid = 'a'\nentropy = 3\n", "it changes a rule of another configuration"),
    "no-id": ("[[rules]]\nregex = 'acme'\n", "it has no `id`"),
    "odd-id": ("[[rules]]\nid = '…'\nregex = 'acme'\n", "it has no `id`"),
    "twice": (RULE, "the id is that of line 1"),
    "no-such-group": (
        "[[rules]]\nid = 'a'\nregex = 'acme'\nsecretGroup = 2\n",
        "`secretGroup` is 2, and the regex has 0",
    ),
    "lookahead": ("[[rules]]\nid = 'a'\nregex = 'acme(?=x)'\n", "lookarounds"),
    "no-literal": ("[[rules]]\nid = 'a'\nregex = '[a-z]+'\n", "has no literal"),
    "empty-match": ("[[rules]]\nid = 'a'\nregex = '(?:acme)?'\n", "matches the empty string"),
    "too-wide": ("[[rules]]\nid = 'a'\nregex = 'acme(?:(?:[a-z]{1000}){1000}){1000}'\n", "65,536 bytes"),
}


@pytest.mark.parametrize(("text", "reason"), LEFT_OUT.values(), ids=LEFT_OUT.keys())
def test_a_rule_that_cannot_be_one_of_ours_is_left_out_with_the_reason(text: str, reason: str) -> None:
    made = _convert(RULE + text)
    assert (made.carried, made.total) == (1, 2)
    assert [note for note in made.notes if note.what.startswith("left out: ") and reason in note.what]
    (comment,) = [line for line in made.text.splitlines() if "# Left out: " in line]
    assert reason in comment
    assert len(yaml.safe_load(made.text)["rules"]) == 1


def _rules(made: Imported) -> list[dict[str, object]]:
    rules: list[dict[str, object]] = yaml.safe_load(made.text)["rules"]
    return rules


def test_allowlists_become_patterns_for_the_whole_secret() -> None:
    lists = "[[rules.allowlists]]\nregexes = ['^acme_0+$', 'f{4}$']\nstopwords = ['A.b', 'c']\n"
    everywhere = "[[allowlists]]\nregexTarget = 'match'\nregexes = ['dead']\n"
    (rule,) = _rules(_convert(RULE + lists + everywhere))
    any_text = "(?s:.{0,65535})"
    assert rule["allow"] == [
        f"{any_text}(?i:a\\.b|c){any_text}".replace("a", "A", 1),
        "acme_0{1,65536}",
        f"{any_text}f{{4}}",
        f"{any_text}dead{any_text}",
    ]


@pytest.mark.parametrize(
    "header", ["[rules.allowlist]", "[[rules.allowlist]]", "[rules.allowlists]", "[[rules.allowlists]]"]
)
def test_every_way_of_writing_an_allowlist_is_read(header: str) -> None:
    made = _convert(f"{RULE}{header}\nregexes = ['^dead$']\npaths = ['a']\n")
    assert _rules(made)[0]["allow"] == ["dead"]
    assert [note.line for note in made.notes if "1 allowed path" in note.what] == [6]


def test_targeted_allowlists_reach_their_rules_alone() -> None:
    other = RULE.replace("acme", "axle")
    listed = "[[allowlists]]\ntargetRules = ['axle-key']\nregexes = ['dead']\n"
    first, second = _rules(_convert(RULE + other + listed))
    assert "allow" not in first and "allow" in second


def test_a_pair_whose_other_half_was_left_out_is_none() -> None:
    other = "[[rules]]\nid = 'other'\nregex = '[a-z]+'\n"
    made = _convert(RULE + "[[rules.required]]\nid = 'other'\n" + other)
    assert "pair" not in _rules(made)[0]
    assert any("for they were left out: other" in note.what for note in made.notes)


def test_what_has_a_form_of_its_own_is_structured_and_the_rest_contextual() -> None:
    first, second = _rules(_convert(RULE + KEYED.replace("acme-key", "b")))
    assert (first["evidence"], second["evidence"]) == ("structured", "contextual")


def test_a_pattern_that_takes_too_long_is_bounded_more_tightly() -> None:
    made = _convert("[[rules]]\nid = 'slow'\nregex = '''ab(?:[a-z]*[0-9]*)*x(?:[a-z]*)*y=([a-z]{20})'''\n")
    assert "1000" not in made.text
    if made.carried:
        assert not check([RuleFile("x.yaml", made.text.encode())])


def test_notes_hold_no_value_that_may_be_a_secret() -> None:
    secret = token("{base62:30}", Random(5))
    lists = f"[[rules.allowlists]]\nregexes = ['{secret}(?=x)']\nstopwords = ['{secret}']\nregexTarget = 'line'\n"
    assert not [note for note in _convert(RULE + lists).notes if secret in note.what + note.by_hand]


def test_texts_survive_whatever_they_hold() -> None:
    text = (
        "[[rules]]\nid = 'a'\ndescription = \"it's: #1 \\u0007 \\U0001F600\\n'''\"\nregex = '''acme_\"#'{1,2}: \\n'''\n"
    )
    (rule,) = _rules(_convert(text))
    assert rule["description"] == "it's: #1 \a \U0001f600\n'''"
    assert rule["pattern"] == "(?P<secret>acme_\"#'{1,2}: \\n)"
