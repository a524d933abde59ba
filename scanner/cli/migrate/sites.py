"""Where our own findings stand: every place of every secret, in the files on disk or in the history."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterator
from typing import Any, NamedTuple

from scanner.cli.environment import Environment
from scanner.cli.present import Found, found_of, path_of, report_of


class Site(NamedTuple):
    """One place of one secret of a finding: `number` is that of the secret within it, 0 the finding's own.

    `blob` is the object that it stands in, empty for a file on disk; `first` and `last` are lines; `start` and `end`
    byte offsets. `is_plain`: the offsets are of the file, and not of a member of it.
    """

    found: Found
    number: int
    path: str
    blob: str
    first: int
    last: int
    start: int
    end: int
    is_plain: bool

    @property
    def rule(self) -> str:
        return self.found.secrets[self.number].rule


class Sites(NamedTuple):
    """`is_whole`: everything was read."""

    all: tuple[Site, ...]
    is_whole: bool


def of_tree(root: str, rules: Namespace, environment: Environment) -> Sites:
    return _sites(report_of("scan", [os.path.relpath(root, environment.folder)], rules, environment), root)


def of_history(root: str, rules: Namespace, environment: Environment) -> Sites:
    return _sites(report_of("history", [root], rules, environment), root)


def _sites(report: Any, root: str) -> Sites:
    found: list[Site] = []
    for finding in report["findings"]:
        found += _of_finding(finding, "", root)
    for finding in report["suppressed"]:
        found += _of_finding(finding, finding["reason"], root)
    return Sites(tuple(found), not report["summary"]["incomplete"])


def _of_finding(finding: Any, hidden: str, root: str) -> Iterator[Site]:
    found = found_of(finding, hidden, root)
    places = [(0, place) for place in (finding["location"], *finding["also"])]
    places += [(number, part["location"]) for number, part in enumerate(finding["parts"], 1)]
    for number, place in places:
        if place["kind"] in ("file", "blob") and place["place"] == "file":
            span = place["span"]
            yield Site(
                found,
                number,
                path_of(place, root) or "",
                place["object"] or "",
                place["start"]["line"],
                place["end"]["line"],
                span["start"],
                span["end"],
                place["inside"] is None,
            )
