"""The README names what there is, and only that; what it shows can be run."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from scanner import errors, scan_text
from scanner.cli.commands import COMMANDS
from scanner.policy.layer import parse
from tests.support import ROOT, redhanded, token

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        yield from action.option_strings
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from _options(below)


OPTIONS = sorted({o for command in COMMANDS.values() for o in _options(import_module(command.module).parser())})


@pytest.mark.parametrize("command", COMMANDS)
def test_the_readme_names_every_command(command: str) -> None:
    assert f"`redhanded {command}" in README


@pytest.mark.parametrize("action", ["list", "show", "check", "profile", "new", "import"])
def test_the_readme_names_what_can_be_done_with_rules(action: str) -> None:
    assert f"`redhanded rules {action}" in README


@pytest.mark.parametrize("option", OPTIONS)
def test_the_readme_names_every_option(option: str) -> None:
    assert re.search(rf"`{re.escape(option)}(?![\w-])", README)


def test_the_readme_names_no_option_that_does_not_exist() -> None:
    of_others = ("pip ", "pre-commit run", "pre-commit install")
    of_ours = [line for line in README.splitlines() if not any(command in line for command in of_others)]
    named = set(re.findall(r"(?<![\w-])--[a-z][\w-]*", "\n".join(of_ours)))
    assert named <= {*OPTIONS, "--version"}


def test_the_readme_names_every_exit_code() -> None:
    codes = {value for name, value in vars(errors).items() if name.isupper() and isinstance(value, int)}
    assert codes == {0, 1, 2, 3, 4, 130}
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)} == codes


@pytest.mark.parametrize("words", ["make audit", "make audit REPO=", "make test", "pre-commit", "redhanded: allow["])
def test_the_readme_says_how_to_begin(words: str) -> None:
    assert words in README


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself_with_examples(command: str, tmp_path: Path) -> None:
    result = redhanded(command, "--help", cwd=tmp_path)
    assert (result.code, result.err) == (0, "")
    assert "examples:" in result.out and f"  redhanded {command}" in result.out
    assert max(map(len, result.out.splitlines())) <= 104


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_between_pages_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8"))
    local = [link.partition("#")[0] for link in links if not link.startswith(("http", "mailto:", "#"))]
    assert not [link for link in local if not (path.parent / link).exists()]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_no_page_holds_what_looks_like_a_live_secret(path: Path) -> None:
    # In the table of rules, names of credentials stand beside words: a generic rule may take one for a value.
    found = scan_text(path.read_bytes(), path.name)
    assert [f for f in found if path.name != "rules.md" or not f.rule_id.startswith("generic-")] == []


def _examples(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def test_the_configuration_in_the_readme_is_a_valid_one() -> None:
    (config,) = [text for text in _examples("yaml") if text.startswith("exclude:")]
    assert parse(".redhanded.yaml", config.encode()).exclude


def test_the_hooks_in_the_readme_exist() -> None:
    (config,) = [text for text in _examples("yaml") if text.startswith("repos:")]
    offered = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    assert {hook["id"] for repo in yaml.safe_load(config)["repos"] for hook in repo["hooks"]} <= offered


def test_the_python_in_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = [text for text in _examples("python") if "import" in text]
    exec(code.replace("…", token()), {})
    assert "github-pat 1 ghp_********" in capsys.readouterr().out
