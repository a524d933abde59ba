"""Jenkins: multibranch jobs name the target of a change; others the commit of the last build that went well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from scanner.cli.services.change import Change, Service, branch, commit_id, is_nothing

_DEEPEN: Final = """\
in the job's Git settings, under Advanced clone behaviours, untick Shallow clone; or as a step before this one:
sh 'git fetch --unshallow'"""


def change(variables: Mapping[str, str]) -> Change:
    """Return the change. A first build that follows none that went well reads all of the branch's history."""
    target = branch(variables.get("CHANGE_TARGET", ""), "CHANGE_TARGET")
    if target:
        return Change("HEAD", target=target)  # what is checked out: the change, or the change merged with its target
    before = variables.get("GIT_PREVIOUS_SUCCESSFUL_COMMIT", "")
    if is_nothing(before):
        return Change("HEAD")
    was = commit_id(before, "GIT_PREVIOUS_SUCCESSFUL_COMMIT")
    return Change("HEAD", was, otherwise=Change("HEAD"))


def _is_here(variables: Mapping[str, str]) -> bool:
    # The first is there only when the administrator has told Jenkins its own address.
    return bool(variables.get("JENKINS_URL")) or variables.get("BUILD_TAG", "").startswith("jenkins-")


SERVICE: Final = Service("Jenkins", _is_here, change, _DEEPEN)
