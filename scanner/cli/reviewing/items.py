"""What there is to decide on: one item a secret, with all its places, what must be rotated first in front."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Sequence
from typing import NamedTuple

from scanner.cli.allowed import today
from scanner.cli.environment import Environment
from scanner.cli.present import Found, Present, look, of_history, of_report, of_tree
from scanner.cli.reviewing.rebuilt import finding_of
from scanner.errors import UsageError
from scanner.model import Finding
from scanner.policy.allowfolder import load
from scanner.policy.suppress import Matching, Secret
from scanner.redact import printable
from scanner.report._place import by_weight


class Item(NamedTuple):
    """A secret that a rule has found. `secrets` are it and its parts, once for each place, as `allow` wants them.

    `hidden` says what hides it already, empty when nothing does.
    """

    finding: Finding
    secrets: tuple[Secret, ...]
    hidden: str = ""

    @property
    def id(self) -> str:
        return self.finding.fingerprint


class Items(NamedTuple):
    """`whole` is false when not everything in scope was read."""

    open: tuple[Item, ...]
    hidden: tuple[Item, ...]
    whole: bool


def gather(options: Namespace, root: str, environment: Environment) -> Items:
    """Return the findings of a report, of the history, or of the files. Raises UsageError, ConfigError."""
    try:
        return _items(_present(options, root, environment), root, environment)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        if options.report is None:
            raise
        problem = f"--report {printable(options.report)}: this is not a JSON report of redhanded"
        raise UsageError(problem, "make one with --format json --output FILE") from None


def _present(options: Namespace, root: str, environment: Environment) -> Present:
    if options.report is not None:
        present = _unless_allowed(of_report(options.report, root), root, environment)
    elif options.history:
        present = of_history(root, options, environment)
    elif options.paths:
        paths = [f"./{path}" if path.startswith("-") else path for path in options.paths]
        return look("scan", ["--no-stdin", *paths], root, options, environment)
    else:
        return of_tree(root, options, environment)
    return _within(present, options.paths, root, environment) if options.paths else present


def _unless_allowed(present: Present, root: str, environment: Environment) -> Present:
    """Return the findings of a report less those that have been accepted since it was made."""
    day = today(environment.now)
    entries = [entry for entry in load(root) if not entry.is_over(day)]
    matching = Matching(entries, [secret for one in present.found for secret in one.secrets], environment.cpus)
    found = [one._replace(hidden="allowed") if all(map(matching.of, one.secrets)) else one for one in present.found]
    return present._replace(found=tuple(found))


def _within(present: Present, paths: Sequence[str], root: str, environment: Environment) -> Present:
    """Return the findings with a place at or below one of the paths."""
    below = [os.path.relpath(os.path.join(environment.folder, path), root).replace(os.sep, "/") for path in paths]

    def is_there(path: str | None) -> bool:
        return path is not None and any(one in (".", path) or path.startswith(f"{one}/") for one in below)

    found = tuple(one for one in present.found if any(map(is_there, one.secret.paths)))
    return present._replace(found=found)


def _items(present: Present, root: str, environment: Environment) -> Items:
    groups: dict[str, list[tuple[Finding, Found]]] = {}
    for one in present.found:
        groups.setdefault(one.secret.fingerprint, []).append((finding_of(one.told), one))
    made = [_item(group) for group in groups.values()]
    made.sort(key=lambda item: by_weight(item.finding))
    shut = tuple(item for item in made if item.hidden)
    return Items(tuple(item for item in made if not item.hidden), shut, present.whole)


def _item(group: list[tuple[Finding, Found]]) -> Item:
    """Return what has one fingerprint as one item; where a part of its places is hidden, of the other places."""
    shown = [pair for pair in group if not pair[1].hidden] or group
    shown.sort(key=lambda pair: by_weight(pair[0]))
    (first, told), *others = shown
    also = (*first.also, *(place for other, _ in others for place in (other.location, *other.also)))
    secrets = tuple(secret for _, one in shown for secret in one.secrets)
    return Item(first._replace(also=also), secrets, told.hidden)
