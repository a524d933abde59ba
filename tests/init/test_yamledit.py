"""Adding to YAML as text: what was there stays to the letter, and what the parser reads is the old plus ours."""

from __future__ import annotations

import pytest
import yaml

from scanner.cli.init.yamledit import CannotEditError, with_item, with_keys

ITEM = "- repo: new\n  hooks:\n    - id: x\n"

# Before and after.
CASES = {
    "nothing": ("", "repos:\n  - repo: new\n    hooks:\n      - id: x\n"),
    "only a comment": ("# mine\n", "# mine\nrepos:\n  - repo: new\n    hooks:\n      - id: x\n"),
    "indented": (
        "repos:\n  - repo: a  # why\n    hooks:\n      - id: b  # c\n",
        "repos:\n  - repo: a  # why\n    hooks:\n      - id: b  # c\n  - repo: new\n    hooks:\n      - id: x\n",
    ),
    "not indented": (
        "repos:\n- repo: a\n  hooks:\n  - id: b\n",
        "repos:\n- repo: a\n  hooks:\n  - id: b\n- repo: new\n  hooks:\n    - id: x\n",
    ),
    "no newline at the end": (
        "repos:\n- repo: a",
        "repos:\n- repo: a\n- repo: new\n  hooks:\n    - id: x\n",
    ),
    "keys and comments after": (
        "repos:\n- repo: a\n\n# last\nfail_fast: true\n",
        "repos:\n- repo: a\n- repo: new\n  hooks:\n    - id: x\n\n# last\nfail_fast: true\n",
    ),
    "a block of text at the end": (
        "repos:\n- repo: a\n  text: |\n    one\n    two\nci: {}\n",
        "repos:\n- repo: a\n  text: |\n    one\n    two\n- repo: new\n  hooks:\n    - id: x\nci: {}\n",
    ),
    "an empty list": (
        "repos: []  # none yet\na: 1\n",
        "repos:   # none yet\n  - repo: new\n    hooks:\n      - id: x\na: 1\n",
    ),
    "an empty value": ("repos:\na: 1\n", "repos:\n  - repo: new\n    hooks:\n      - id: x\na: 1\n"),
    "an anchor": (
        "x: &x [a]\nrepos:\n- repo: a\n  args: *x\n",
        "x: &x [a]\nrepos:\n- repo: a\n  args: *x\n- repo: new\n  hooks:\n    - id: x\n",
    ),
    "a tag": (
        "repos:\n- repo: !mine a\n",
        "repos:\n- repo: !mine a\n- repo: new\n  hooks:\n    - id: x\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES.keys())
def test_an_item_more(before: str, after: str) -> None:
    assert with_item(before, "repos", ITEM) == after
    assert with_item(before.replace("\n", "\r\n"), "repos", ITEM) == (after if before == "" else crlf(after, before))


def crlf(after: str, before: str) -> str:
    return after.replace("\n", "\r\n") if "\n" in before else after


BOMB = "a: &a [x]\n" + "".join(f"{n}: &n{n} [{', '.join([f'*n{n - 1}'] * 9) if n else '*a'}]\n" for n in range(12))

REFUSED = {
    "a list in one line": "repos: [{repo: a}]\n",
    "all in one line": "{repos: []}\n",
    "a list": "- a\n",
    "a word": "repos: none\n",
    "two documents": "repos: []\n---\nrepos: []\n",
    "an end of the document": "repos: []\n...\n",
    "no YAML": "repos: [\n",
    "a circle": "repos: &a [*a]\n",
    "a bomb": BOMB,
    "a hole": "repos:\n" + "- " * 500 + "a\n",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_certain_is_refused(text: str) -> None:
    try:
        changed = with_item(text, "repos", ITEM)
    except CannotEditError as error:
        assert str(error)
    else:
        old, new = yaml.safe_load(text), yaml.safe_load(changed)
        assert new == {**old, "repos": [*(old["repos"] or []), *yaml.safe_load(ITEM)]}
        assert text.partition("\n")[0][:5] in changed


def test_keys_more() -> None:
    assert with_keys("a: 1\n", "b: 2\n") == "a: 1\n\nb: 2\n"
    assert with_keys("a: 1", "b: 2\n") == "a: 1\n\nb: 2\n"
    assert with_keys("", "b: 2\n") == "b: 2\n"
    assert with_keys("a: !reference [b, c]\r\n", "b: 2\n") == "a: !reference [b, c]\r\n\r\nb: 2\r\n"
    for text in ("- a\n", "{a: 1}\n", "a: 1\n...\n", "a: |\n  text\n  more\n---\nb: 1\n"):
        with pytest.raises(CannotEditError):
            with_keys(text, "b: 2\n")
