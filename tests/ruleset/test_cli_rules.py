"""What `redhanded rules` prints."""

from __future__ import annotations

import io
import json

import pytest

from scanner.cli.rules.actions import find_spec, list_rules, profile, run_check, show
from scanner.errors import CLEAN, USAGE, UsageError
from scanner.ruleset.load import rules, specs
from scanner.ruleset.resources import RuleFile

TEXT = """\
provider: Acme
rules:
  - id: acme-key
    name: Acme key
    description: Opens Acme.
    severity: high
    shape: 'acme_{digit:20}'
    revoke: Press the red button.
    references: [https://acme.test/keys]
    tags: [demo]
  - id: acme-password-legacy
    name: Acme password
    description: Opens old Acme.
    severity: low
    shape: '{hex:32}'
    context: [acme_password]
    min_entropy: 2.5
"""
FILE = RuleFile("rules/acme.yaml", TEXT.encode())


def test_list_as_a_table() -> None:
    out = io.StringIO()
    list_rules(rules([FILE]), "text", out)
    assert out.getvalue().splitlines() == [
        "id                    severity  evidence    name",
        "acme-key              high      structured  Acme key",
        "acme-password-legacy  low       contextual  Acme password",
    ]


def test_list_as_json() -> None:
    out = io.StringIO()
    list_rules(rules([FILE]), "json", out)
    first, second = json.loads(out.getvalue())
    assert list(first) == [
        *("id", "name", "description", "severity", "evidence", "provider"),
        *("pattern", "tags", "references", "revoke", "enabled", "in_use", "said"),
    ]
    assert first["references"] == ["https://acme.test/keys"]
    assert first["tags"] == ["demo"]
    assert "acme_[0-9]{20}" in first["pattern"]
    assert second["evidence"] == "contextual"


def test_show() -> None:
    out = io.StringIO()
    show(specs([FILE])[0], out, seed=1)
    text = out.getvalue()
    for part in (
        "acme-key: Acme key",
        "Opens Acme.",
        "Press the red button.",
        "https://acme.test/keys",
        "demo",
    ):
        assert part in text
    assert "shape           acme_{digit:20}\n" in text
    assert "defined in      rules/acme.yaml:3\n" in text
    assert text.rstrip().rpartition("\n")[2].startswith('    token = "acme_')


def test_show_makes_its_example_afresh() -> None:
    seen = set()
    for _ in range(3):
        out = io.StringIO()
        show(specs([FILE])[0], out)
        seen.add(out.getvalue())
    assert len(seen) == 3


def test_show_context() -> None:
    out = io.StringIO()
    show(find_spec(specs([FILE]), "acme-password-legacy"), out, seed=1)
    assert "context         acme_password\n" in out.getvalue()
    assert "at least 2.5 bits a character" in out.getvalue()


def test_find_spec_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="there is no rule 'acme-kee'") as caught:
        find_spec(specs([FILE]), "acme-kee")
    assert caught.value.help == "did you mean acme-key?"


def test_check_without_problems() -> None:
    out = io.StringIO()
    assert run_check([FILE], out) == CLEAN
    assert out.getvalue() == "2 rules in 1 file: no problems\n"


def test_check_with_problems() -> None:
    out = io.StringIO()
    bad = RuleFile("rules/acme.yaml", TEXT.replace("digit:20", "digits:20").encode())
    assert run_check([bad], out) == USAGE
    assert out.getvalue().startswith("rules/acme.yaml:3: rule 'acme-key': unknown alphabet 'digits'")


def test_check_output_cannot_forge_the_terminal() -> None:
    out = io.StringIO()
    assert run_check([RuleFile("a\x1b[2J.yaml", b"x: 1\n")], out) == USAGE
    assert "\x1b" not in out.getvalue()


def test_profile() -> None:
    pytest.importorskip("hyperscan")
    out = io.StringIO()
    profile(rules([FILE]), [b"acme_12345678901234567890\n" * 1000, b"nothing\n" * 1000], out)
    head, *rows = out.getvalue().splitlines()
    assert head.split() == ["MB/s", "automaton", "bytes", "hits/MB", "rule"]
    assert {row.split()[-1] for row in rows} == {"acme-key", "acme-password-legacy"}
    speeds = [float(row.split()[0].replace(",", "")) for row in rows]
    assert speeds == sorted(speeds)
    hits = next(row.split()[2] for row in rows if row.endswith("acme-key"))
    assert float(hits.replace(",", "")) == pytest.approx(1000 / 0.034, rel=0.01)


def test_profile_without_data() -> None:
    with pytest.raises(UsageError, match="sample data is empty"):
        profile(rules([FILE]), [b""], io.StringIO())
