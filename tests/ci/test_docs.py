"""docs/ci.md: each workflow can be read, runs the command, and fetches what the command asks for."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

import pytest
import yaml

from scanner.cli.ci import parser
from scanner.cli.services import SERVICES
from tests.support import ROOT

PAGE = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
NAMES = [import_module(name).SERVICE.name for name in SERVICES]


def _section(name: str) -> str:
    _, _, rest = PAGE.partition(f"\n## {name}\n")
    return rest.partition("\n## ")[0]


@pytest.mark.parametrize("module", SERVICES)
def test_each_service_has_a_workflow_with_what_it_needs(module: str) -> None:
    service = import_module(module).SERVICE
    section = _section(service.name)
    assert "redhanded ci" in section
    lines = [line.strip("- ") for line in service.deepen.splitlines()]
    if service.name != "Jenkins":
        assert all(line in section for line in lines)


def _workflows() -> list[Any]:
    return [yaml.safe_load(text) for text in re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)]


def test_the_workflows_are_yaml() -> None:
    assert len(_workflows()) == len(NAMES) - 1  # Jenkins has a language of its own
    assert all(isinstance(workflow, dict) for workflow in _workflows())


def test_the_options_on_the_page_exist() -> None:
    options = {option for action in parser()._actions for option in action.option_strings}
    assert set(re.findall(r"(?<![\w-])--[a-z][\w-]*", PAGE)) <= {*options, "--unshallow"}


def test_the_workflow_in_the_readme_fetches_all() -> None:
    (text,) = re.findall(r"^```yaml\n(on: .*?)^```", README, re.MULTILINE | re.DOTALL)
    steps = yaml.safe_load(text)["jobs"]["redhanded"]["steps"]
    assert steps[0]["with"] == {"fetch-depth": 0}
    assert steps[-1]["run"] == "redhanded ci"
