"""Configurations that are none: exit code 2, with file, line and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.support import assert_error
from tests.support import redhanded

RULE = "[[rules]]\nid = 'a'\n"
BAD = {
    "not-toml": ("[[rules]\n", "x.toml:1: not valid TOML", "gitleaks or betterleaks"),
    "half-a-string": ("title = 'a'\nx = 'b", "x.toml:2: not valid TOML", "gitleaks"),
    "no-rules": ("title = 'a'\n", "x.toml: has no [[rules]]", "nothing to import"),
    "empty": ("", "x.toml: has no [[rules]]", "nothing to import"),
    "rules-of-another-kind": ("rules = 'all'\n", "x.toml:1: `rules` must be an array of tables", "correct it"),
    "rules-of-two-kinds": ("rules = [{}, 1]\n", "x.toml:1: `rules` must be an array of tables", "correct it"),
    "regex-number": (RULE + "regex = 3\n", "x.toml:3: `regex` must be a text", "correct it"),
    "keywords-text": (RULE + "\nkeywords = 'a'\n", "x.toml:4: `keywords` must be a list of texts", "correct it"),
    "entropy-text": (RULE + "entropy = '3'\n", "x.toml:3: `entropy` must be a number", "correct it"),
    "entropy-nan": (RULE + "entropy = nan\n", "x.toml:3: `entropy` must be a number", "correct it"),
    "group-negative": (RULE + "secretGroup = -1\n", "x.toml:3: `secretGroup` must be a whole number", "correct it"),
    "skip-text": (RULE + "skipReport = 'yes'\n", "x.toml:3: `skipReport` must be true or false", "correct it"),
    "allow-number": (
        RULE + "[[rules.allowlists]]\nstopwords = [1]\n",
        "x.toml:4: `stopwords` must be a list of texts",
        "correct it",
    ),
    "extend-text": ("extend = 'a'\n" + RULE, "x.toml:1: `extend` must be a table", "correct it"),
    "nothing-carried-over": (RULE + "regex = '[a-z]+'\n", "x.toml: no rule could be carried over", "say why"),
    "deep": ("a = " + "[" * 5000 + "]" * 5000 + "\n", "x.toml", "gitleaks"),
}


@pytest.mark.parametrize(("text", "problem", "advice"), BAD.values(), ids=BAD.keys())
def test_a_wrong_configuration_is_refused(tmp_path: Path, text: str, problem: str, advice: str) -> None:
    (tmp_path / "x.toml").write_text(text)
    result = redhanded("rules", "import", "x.toml", "--output", "out.yaml", cwd=tmp_path)
    at = result.err.index("error: ")
    assert_error(result._replace(err=result.err[at:]), f"error: {problem}", advice)
    assert not (tmp_path / "out.yaml").exists()


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes(b"title = 'a'\nx = '\xff'\n")
    assert_error(redhanded("rules", "import", "x.toml", cwd=tmp_path), "x.toml:2: is not UTF-8 text", "UTF-8")
    (tmp_path / "x.toml").write_bytes(b"#" * (5 << 20))
    assert_error(redhanded("rules", "import", "x.toml", cwd=tmp_path), "x.toml: is longer than", "split")


@pytest.mark.parametrize(("name", "problem"), [("gone.toml", "No such file"), ("", "No such file"), (".", "Is a dir")])
def test_a_file_that_cannot_be_read_is_said(tmp_path: Path, name: str, problem: str) -> None:
    assert_error(redhanded("rules", "import", name, cwd=tmp_path), problem, "name a gitleaks")


@pytest.mark.parametrize(
    ("output", "problem"), [("x.toml", "exists already"), ("no/out.yaml", "there is no folder"), (".", "is a folder")]
)
@pytest.mark.parametrize("command", [("import", "x.toml"), ("new", "Acme")], ids=["import", "new"])
def test_nothing_is_written_over(tmp_path: Path, command: tuple[str, str], output: str, problem: str) -> None:
    (tmp_path / "x.toml").write_text(RULE)
    assert_error(redhanded("rules", *command, "--output", output, cwd=tmp_path), problem)
    assert (tmp_path / "x.toml").read_text() == RULE
    assert [path.name for path in tmp_path.iterdir()] == ["x.toml"]


def test_a_byte_order_mark_and_windows_line_ends_are_no_trouble(tmp_path: Path) -> None:
    text = RULE + "regex = '''acme_[a-z]{30}'''\nfoo = 1\n"
    (tmp_path / "x.toml").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    result = redhanded("rules", "import", "x.toml", cwd=tmp_path)
    assert result.code == 0 and "x.toml:4: rule 'a': the key `foo`" in result.err


def test_a_hostile_name_cannot_forge_the_terminal(tmp_path: Path) -> None:
    name = "x\x1b[2J.toml"
    (tmp_path / name).write_text(RULE.replace("'a'", '"a\\u001b"') + "regex = '''acme_[a-z]+'''\n")
    result = redhanded("rules", "import", name, cwd=tmp_path)
    assert result.code == 0 and "\x1b" not in result.out + result.err
