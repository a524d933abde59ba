"""Comments that allow a finding, and those that do not."""

from __future__ import annotations

import pytest

from scanner.engine.scan import Scanner
from scanner.model import Marker
from tests.refine.support import rules, scan
from tests.support import token

_ID = "github-pat"
_LINE = f"key = '{token()}'"
_MARK = f"redhanded: allow[{_ID}] used by the tests"

_COMMENTS = [
    "{line}  # {mark}",
    "{line}; // {mark}",
    "{line} /* {mark} */",
    "{line} -- {mark}",
    "{line} ; {mark}",
    "{line} <!-- {mark} -->",
    "{line} % {mark}",
    "# {mark}\n{line}",
    "    # {mark}\r\n    {line}",
    "# {mark}\r{line}",
    "// {mark}\n{line}",
    "/* {mark} */\n{line}",
    " * {mark}\n{line}",
    "-- {mark}\n{line}",
    "; {mark}\n{line}",
    "<!-- {mark} -->\n{line}",
    "{{# {mark} #}}\n{line}",
    "(* {mark} *)\n{line}",
    "rem {mark}\n{line}",
    "REM {mark}\n{line}",
    ":: {mark}\n{line}",
    "@rem {mark}\n{line}",
    "dnl {mark}\n{line}",
    '"// {mark}",\n{line}',
    "% {mark}\n{line}",
    "' {mark}\n{line}",
    "{{/* {mark} */}}\n{line}",
]


@pytest.mark.parametrize("form", _COMMENTS)
def test_a_marker_in_any_comment_allows_its_rule_and_keeps_the_reason(scanner: Scanner, form: str) -> None:
    result = scan(scanner, "a\n" + form.format(line=_LINE, mark=_MARK) + "\nb\n")
    assert result.findings == ()
    (entry,) = result.suppressed
    assert (entry.finding.rule_id, entry.reason, entry.detail) == (_ID, "inline", "used by the tests")
    marked = result.suppressed[0].finding.location.start.line - (form.endswith("{line}"))
    assert entry.marker == Marker("redhanded", marked, (_ID,), "used by the tests")


_NOT_ALLOWED = [
    "{line}  # redhanded: allow[aws-access-key-id] another rule",
    "{line}  # redhanded: allow[github]",
    "{line}  # redhanded: allow[github-pat",
    "{line}  # redhanded: allow[]",
    "{line}  # redhanded: allowed in tests",
    "{line}  # redhanded: allow-list",
    "{line}  # redhanded allow[github-pat]",
    "{line}  # Redhanded: allow[github-pat]",
    "# redhanded: allow[github-pat]\n\n{line}",  # two lines before
    "{line}\n# redhanded: allow[github-pat]",  # the line after
    "other = 1  # redhanded: allow[github-pat]\n{line}",  # belongs to the code on its own line
    "# redhanded: allow[github-pat] " + "x" * 5000 + "\n{line}",
]


@pytest.mark.parametrize("form", _NOT_ALLOWED)
def test_a_marker_for_something_else_allows_nothing(scanner: Scanner, form: str) -> None:
    result = scan(scanner, "a\n" + form.format(line=_LINE) + "\nb\n")
    assert (rules(result), result.suppressed) == ([_ID], ())


@pytest.mark.parametrize(
    "mark",
    [
        "redhanded: allow",
        "redhanded:allow why not",
        "redhanded: allow[aws-x, github-pat] two",
        "redhanded: allow[aws-x github-pat]",
    ],
)
def test_a_marker_may_name_several_rules_or_none(scanner: Scanner, mark: str) -> None:
    result = scan(scanner, f"{_LINE}  # {mark}\n")
    assert (len(result.findings), len(result.suppressed)) == (0, 1)
