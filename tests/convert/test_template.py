"""Examples made from expressions: the expression finds in them exactly what is marked."""

from __future__ import annotations

from random import Random

import pytest
import regex

from scanner.convert.bounds import bounded
from scanner.convert.goregex import parse
from scanner.convert.ourregex import write
from scanner.convert.template import template
from scanner.ruleset.shape import expand
from scanner.ruleset.shape import parse as parse_template

TEMPLATES = {
    "fixed-length": (r"acme_[0-9a-f]{32}", 0, "[[acme_{hex:32}]]"),
    "choice": (r"acme_(?:live|test)_[A-Z]{4}", 0, "[[acme_{live|test}_{upper:4}]]"),
    "group": (r'key\s*=\s*"([a-z0-9]{20})"', 1, 'key="[[{base36:20}]]"'),
    "any-space": (r"key\s+(\d{9})", 1, "key [[{digit:9}]]"),
    "any-length": (r"k=(\w+)", 1, "k=[[{word:24-48}]]"),
    "own-class": (r"k=([A-C_-]{20})", 1, r"k=[[{[\-ABC_]:20}]]"),
    "any-but": (r'k="([^"\s]{8,})"', 1, 'k="[[{base62:24-48}]]"'),
    "braces": (r"\{(a{3})\}", 1, "{{[[aaa]]}}"),
    "brackets": (r"\[\[(a)\]", 1, r"{[\[]:1}{[\[]:1}[[a]]{[\]]:1}"),
    "optional-around": (r"(?:x(a{3}))?", 1, "x[[aaa]]"),
    "other-branch": (r"x|y(z)", 1, "y[[z]]"),
    "ends": (r"^(abc)(?:[;\n]|$)", 1, "[[abc]];"),
    "repeated-group": (r"((?:ab){3})", 1, "[[ababab]]"),
}


@pytest.mark.parametrize(("go", "secret", "expected"), TEMPLATES.values(), ids=TEMPLATES.keys())
def test_a_template_is_made(go: str, secret: int, expected: str) -> None:
    assert template(parse(go).root, secret) == expected


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize(("go", "secret", "expected"), TEMPLATES.values(), ids=TEMPLATES.keys())
def test_the_expression_finds_what_is_marked(go: str, secret: int, expected: str, long: bool) -> None:
    root = parse(go).root
    for seed in range(3):
        text, span = expand(parse_template(template(root, secret, long)), (), None, Random(seed))
        found = regex.search(write(bounded(root, secret, 1000), secret).encode("latin-1"), text)
        assert found and found.span("secret") == span
