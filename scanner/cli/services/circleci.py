"""CircleCI: its variables name what is built, and not what it is to be compared with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from scanner.cli.services.change import DEFAULT_BRANCH, Change, Service, commit_id

_DEEPEN: Final = """\
steps:
  - checkout:
      method: full"""


def change(variables: Mapping[str, str]) -> Change:
    head = commit_id(variables.get("CIRCLE_SHA1", ""), "CIRCLE_SHA1")
    return Change(head, target=DEFAULT_BRANCH, may_be_target=False)


SERVICE: Final = Service("CircleCI", lambda variables: variables.get("CIRCLECI") == "true", change, _DEEPEN)
