"""The rule check: a bad rule for every kind of problem that it reports, and good ones that it lets pass."""

from __future__ import annotations

import re

import pytest

from scanner.engine.rulecheck import check, file_name
from scanner.ruleset.check import Problem
from scanner.ruleset.checksums import CHECKSUMS
from scanner.ruleset.examples import Case, cases
from scanner.ruleset.load import specs
from scanner.ruleset.resources import RuleFile

RULE = """\
  - id: {id}
    name: A rule
    description: Opens something.
    severity: high
"""


def _file(*rules: str, name: str = "acme.yaml") -> RuleFile:
    text = "provider: Acme\nrules:\n"
    for number, keys in enumerate(rules):
        text += RULE.format(id=f"acme-{'abcdef'[number]}")
        text += "".join(f"    {line}\n" for line in keys.strip().split("\n"))
    return RuleFile(name, text.encode())


def _cases(keys: str, seed: int = 0) -> list[Case]:
    return cases(specs([_file(keys)])[0], seed)


GOOD = {
    "shape": "shape: 'acme_{base62:20}'",
    "range": "shape: 'acme_{base62:20-40}'",
    "checksum": "shape: 'acme_{base62:30}{checksum}'\nchecksum: crc32-base62",
    "choice": "shape: '{ak|as}_live_{hex:32}'",
    "optional-end": "shape: 'acme_{base64:30-60}{==|=|}'",
    "uuid": "shape: 'acme_{uuid}'",
    "context": "shape: '{hex:32}'\ncontext: [acme_key]\nmin_entropy: 2.5",
    "context-uuid": "shape: '{uuid}'\ncontext: [acme]",
    "no-boundary": "shape: 'acme_{base62:20}'\nboundary: none",
    "pattern": "pattern: '(?P<secret>acme_[0-9]{9})'\nexamples: ['key [[acme_{digit:9}]] end']",
    "paths": "shape: '{hex:32}'\ncontext: [acme]\npaths: ['conf/*.env', 'x']",
    "counter": "shape: 'acme_{base62:20}'\ncounter_examples: ['acme_{base62:5}', 'acme-{base62:20}']",
    "template": "shape: 'acme_{base62:20}'\nexamples: ['export ACME={shape};']",
}


@pytest.mark.parametrize("keys", GOOD.values(), ids=GOOD)
def test_good_rule(keys: str) -> None:
    assert check([_file(keys)]) == []


def test_no_rules() -> None:
    assert check([]) == []


SLOW = r"(?P<secret>acme_(?:[a-z0-9]{1,40}[a-z0-9_]{0,40}){1,60}-end)"

BAD = {
    "example-not-found": (
        ["pattern: '(?P<secret>acme_[0-9]{9})'\nexamples: ['[[acme_{digit:9}]]', '[[acme_{lower:9}]]']"],
        "does not find the secret in example '[[acme_{lower:9}]]': its pattern does not match",
    ),
    "other-span": (
        ["pattern: '(?P<secret>acme_[0-9]{9})'\nexamples: ['acme_[[{digit:9}]]']"],
        "does not find the secret in example 'acme_[[{digit:9}]]': it finds bytes 0 to 14 instead of 5 to 14",
    ),
    "only-shortest": (
        ["pattern: '(?P<secret>acme_[0-9]{9})(?![0-9])'\nexamples: ['[[acme_{digit:9-90}]]']"],
        "does not find the secret in example '[[acme_{digit:9-90}]]' (longest): its pattern does not match",
    ),
    "other-rule": (
        ["shape: 'acme_{hex:20}'\ncontext: [acme_key]", "shape: 'acme_{hex:20}'"],
        """in 'ACME_KEY = "{shape}"\\n': rule 'acme-b' takes it""",
    ),
    "dropped": (["shape: 'acme_{hex:20}'\nmin_entropy: 5"], "dropped (entropy)"),
    "counter-example": (
        ["shape: 'acme_{hex:20}'\ncounter_examples: ['a acme_{hex:20} b']"],
        "finds a secret in counter example 'a acme_{hex:20} b', where there is none",
    ),
    "near-miss": (["shape: 'acme_{[0-9\"]:20}'"], "finds a secret in one character less in"),
    "no-example": (["pattern: '(?P<secret>acme_[0-9]{9})'"], "needs at least one entry in `examples`"),
    "unmarked": (
        ["pattern: '(?P<secret>acme_[0-9]{9})'\nexamples: ['acme_{digit:9}']"],
        "example 'acme_{digit:9}' marks no secret: put [[ and ]] around it",
    ),
    "bad-template": (
        ["shape: 'acme_{digit:9}'\ncounter_examples: ['${ACME}']"],
        "unknown field {ACME}",
    ),
    "slow": (
        [f"pattern: '{SLOW}'\nexamples: ['[[acme_{{base36:900}}-end]]']"],
        "seconds for 100,000 bytes of its own example, cut short",
    ),
    "too-large": (
        ["pattern: '(?P<secret>acme(?:[a-z]{3}x[^y]{5}){2000})'\nexamples: ['[[acme{[x]:18000}]]']"],
        "Hyperscan cannot compile its pattern",
    ),
    "live-token": (
        ["shape: 'acme_{digit:20}'\nrevoke: Write acme_83629174650192837465 into the form."],
        "the file holds what looks like a live token (acme********): write a template instead",
    ),
    "no-hidden-token": (
        ["shape: 'acme_{digit:20}'\n# redhanded:allow\nrevoke: Write acme_83629174650192837465."],
        "the file holds what looks like a live token",
    ),
    "not-built": (["shape: 'acme_{nothing:20}'"], "unknown alphabet 'nothing'"),
}


@pytest.mark.parametrize(("rules", "message"), BAD.values(), ids=BAD)
def test_bad_rule(rules: list[str], message: str) -> None:
    if "Hyperscan" in message:
        pytest.importorskip("hyperscan")
    problems = check([_file(*rules)])
    assert [problem for problem in problems if message in problem.message] != [], problems
    assert {problem.rule_id for problem in problems} <= {"acme-a", "acme-b"}
    assert all(problem.file == "acme.yaml" and problem.line >= 3 for problem in problems)


def test_live_token_is_reported_at_its_line_and_masked() -> None:
    (problem,) = check([_file(BAD["live-token"][0][0])])
    assert problem.line == 8
    assert "8362" not in str(problem)


def test_every_file_speaks() -> None:
    problems = check(
        [
            RuleFile("a.yaml", b"provider: A\nrulez: []\n"),
            _file("shape: 'a_{x:1}'", "shape: 'acme_{digit:9}'", name="b.yaml"),
            RuleFile("c.yaml", b"\xff"),
            _file("pattern: '(?P<secret>acme+)'", "shape: 'acme_{digit:9}'", name="d.yaml"),
        ]
    )
    assert [(p.file, p.line, p.rule_id) for p in problems] == [
        ("a.yaml", 2, ""),
        ("b.yaml", 3, "acme-a"),
        ("c.yaml", 1, ""),
        ("d.yaml", 3, "acme-a"),
        ("d.yaml", 8, "acme-b"),
    ]
    assert problems[0].message == "unknown key 'rulez' (did you mean 'rules'?)"
    assert problems[4].message == "the id is taken by b.yaml:8"


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem("a.yaml", 12, "acme-a", "is bad"), "a.yaml:12: rule 'acme-a': is bad"),
        (Problem("a.yaml", 12, "", "is bad"), "a.yaml:12: is bad"),
        (Problem("a.yaml", 0, "", "is bad"), "a.yaml: is bad"),
    ],
)
def test_problem_text(problem: Problem, text: str) -> None:
    assert str(problem) == text


def test_one_bad_round_of_three_is_chance() -> None:
    """About one in seven of these has too little entropy; the check must not cry wolf."""
    assert check([_file("shape: 'acme_{digit:10}'\nmin_entropy: 3.1")]) == []


def test_cases_of_a_fixed_shape() -> None:
    made = _cases("shape: 'acme_{digit:9}'")
    assert [(case.what, case.secret_span) for case in made] == [
        ("""its shape in 'token = "{shape}"\\n'""", (9, 23)),
        ("its shape in '{shape}\\n'", (0, 14)),
        ("its shape in 'https://host.internal/?t={shape}&x=1\\n'", (25, 39)),
        ("""one character less in 'token = "{shape}"\\n'""", None),
        ("""one character more in 'token = "{shape}"\\n'""", None),
        ("""a wrong character in 'token = "{shape}"\\n'""", None),
    ]
    for case, pattern in zip(made[3:], (r"[0-9]{8}", r"[0-9]{10}", r"[0-9]{4}[A-Za-z][0-9]{4}"), strict=True):
        assert re.fullmatch(rf'token = "acme_{pattern}"\n', case.text.decode())


def test_cases_of_a_range_go_to_its_ends() -> None:
    made = _cases("shape: 'acme_{digit:9-90}'\nexamples: ['({shape})']")
    assert [case.what for case in made[:3]] == [
        f"example '({{shape}})'{end}" for end in (" (shortest)", " (longest)", "")
    ]
    assert [len(case.text) for case in made[:2]] == [16, 97]
    assert [len(case.text) for case in made[3:6]] == [24, 107, 25]


def test_cases_of_a_context_rule() -> None:
    made = _cases("shape: '{hex:8}'\ncontext: [acme_key, zeta, third, fourth]")
    found = [case.text.decode() for case in made if case.secret_span]
    assert len(found) == 12
    for text, pattern in zip(
        found,
        (r'ACME_KEY = "\w{8}"\n', r"acme_key: \w{8}\n", r'\{"acme_key": "\w{8}"\}\n', r"ACME_KEY=\w{8}\n"),
        strict=False,
    ):
        assert re.fullmatch(pattern, text)


def test_wrong_checksum() -> None:
    made = _cases(GOOD["checksum"])
    holds = CHECKSUMS["crc32-base62"].holds
    assert holds(made[0].text[9:-2])
    assert made[-1].what.startswith("a wrong checksum")
    assert not holds(made[-1].text[9:-2])
    assert made[-1].secret_span is None


def test_no_character_more_without_a_boundary() -> None:
    assert not any("more" in case.what for case in _cases(GOOD["no-boundary"]))


def test_cases_are_the_same_for_the_same_seed() -> None:
    keys = "shape: 'acme_{base62:20-40}'"
    assert _cases(keys, 1) == _cases(keys, 1)
    assert [case.text for case in _cases(keys, 1)] != [case.text for case in _cases(keys, 2)]
    assert [case.what for case in _cases(keys, 1)] == [case.what for case in _cases(keys, 2)]


def test_repr_of_a_case_hides_its_text() -> None:
    assert "acme_" not in repr(_cases("shape: 'acme_{digit:9}'")[0]).replace("acme-a", "")


@pytest.mark.parametrize(
    ("glob", "name"),
    [
        ("*.env", b"x.env"),
        (".env*", b".envx"),
        ("a?/[Dd]ocker[!x]", b"ax/Dockerx"),
        ("Makefile", b"Makefile"),
    ],
)
def test_file_name(glob: str, name: bytes) -> None:
    (spec,) = specs([_file(f"shape: 'acme_{{digit:9}}'\npaths: ['{glob}']")])
    assert file_name(spec) == name
