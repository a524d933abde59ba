"""GitLab CI/CD: merge request pipelines name the merge base, branch pipelines the commit before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from scanner.cli.services.change import ANYWHERE, Change, Service, branch, commit_id, is_nothing, pushed
from scanner.errors import UsageError
from scanner.redact import printable

_DEEPEN: Final = """\
variables:
  GIT_DEPTH: "0\""""


def change(variables: Mapping[str, str]) -> Change:
    """Return the change of a pipeline. Raises UsageError for one that has none."""
    head = commit_id(variables.get("CI_COMMIT_SHA", ""), "CI_COMMIT_SHA")
    if variables.get("CI_MERGE_REQUEST_IID"):
        return _merge_request(variables, head)
    default = branch(variables.get("CI_DEFAULT_BRANCH", ""), "CI_DEFAULT_BRANCH")
    own = branch(variables.get("CI_COMMIT_BRANCH", ""), "CI_COMMIT_BRANCH")
    before = variables.get("CI_COMMIT_BEFORE_SHA", "")
    source = variables.get("CI_PIPELINE_SOURCE", "push")
    if is_nothing(before) and own == default and source != "push":
        problem = f"a pipeline of the default branch by {printable(source[:100])} brings no change"
        raise UsageError(problem, f"run this in merge request or push pipelines; {ANYWHERE}")
    return pushed(head, "" if is_nothing(before) else commit_id(before, "CI_COMMIT_BEFORE_SHA"), own, default)


def _merge_request(variables: Mapping[str, str], head: str) -> Change:
    # A pipeline for merged results builds a commit that merges the target; this is what was to be merged.
    source = variables.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "")
    if not is_nothing(source):
        head = commit_id(source, "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA")
    base = variables.get("CI_MERGE_REQUEST_DIFF_BASE_SHA", "")
    if not is_nothing(base):
        base = commit_id(base, "CI_MERGE_REQUEST_DIFF_BASE_SHA")
    name = "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"
    target = branch(variables.get(name, ""), name)
    if not base.strip("0") and not target:
        raise UsageError(f"neither CI_MERGE_REQUEST_DIFF_BASE_SHA nor {name} is set", ANYWHERE)
    return Change(head, base if base.strip("0") else "", target)


SERVICE: Final = Service("GitLab", lambda variables: variables.get("GITLAB_CI") == "true", change, _DEEPEN)
