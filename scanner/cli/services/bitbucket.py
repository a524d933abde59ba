"""Bitbucket Pipelines: pull requests name their target branch; other builds do not say what was there before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from scanner.cli.services.change import DEFAULT_BRANCH, Change, Service, branch, commit_id

_DEEPEN: Final = """\
clone:
  depth: full"""


def change(variables: Mapping[str, str]) -> Change:
    head = commit_id(variables.get("BITBUCKET_COMMIT", ""), "BITBUCKET_COMMIT")
    name = "BITBUCKET_PR_DESTINATION_BRANCH"
    target = branch(variables.get(name, ""), name)
    return Change(head, target=target) if target else Change(head, target=DEFAULT_BRANCH, may_be_target=False)


SERVICE: Final = Service(
    "Bitbucket Pipelines", lambda variables: bool(variables.get("BITBUCKET_BUILD_NUMBER")), change, _DEEPEN
)
