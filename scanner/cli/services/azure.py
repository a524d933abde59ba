"""Azure Pipelines: pull requests name their target branch; other builds do not say what was there before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from scanner.cli.services.change import DEFAULT_BRANCH, Change, Service, branch, commit_id

_DEEPEN: Final = """\
steps:
- checkout: self
  fetchDepth: 0"""


def change(variables: Mapping[str, str]) -> Change:
    name = "SYSTEM_PULLREQUEST_TARGETBRANCH"
    target = branch(variables.get(name, ""), name)
    if not target:
        head = commit_id(variables.get("BUILD_SOURCEVERSION", ""), "BUILD_SOURCEVERSION")
        return Change(head, target=DEFAULT_BRANCH, may_be_target=False)
    name = (
        "SYSTEM_PULLREQUEST_SOURCECOMMITID"
        if variables.get("SYSTEM_PULLREQUEST_SOURCECOMMITID")
        else "BUILD_SOURCEVERSION"
    )
    return Change(commit_id(variables.get(name, ""), name), target=target)


def _quote(text: str) -> str:
    """Return text that holds none of the agent's commands, which begin with this anywhere in a line."""
    return text.replace("##vso[", "## vso[").replace("##[", "## [")


SERVICE: Final = Service(
    "Azure Pipelines", lambda variables: variables.get("TF_BUILD", "").lower() == "true", change, _DEEPEN, quote=_quote
)
