"""The suppressions of the repositories in question, applied to what a scan has found."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime, timezone
from typing import NamedTuple

from scanner.cli.environment import Environment
from scanner.engine.batch import BatchResult
from scanner.model import BlobOrigin, FileOrigin, Finding, IndexOrigin, Location, NameOrigin, Notice, Suppressed
from scanner.policy.allowfile import Entry
from scanner.policy.allowfolder import load
from scanner.policy.config import find_root
from scanner.policy.suppress import apply

Settle = Callable[[BatchResult, Collection[str]], BatchResult]


class Allowed(NamedTuple):
    """The suppressions of one repository, or of a folder that is in none. `root` is absolute.

    `whole`: everything that they may be about is in scope, so that what matches nothing is of no use any more;
    `unsure` when something else may still need them, and they are only mentioned.
    """

    root: str
    entries: tuple[Entry, ...]
    whole: bool = False
    unsure: bool = False

    def holds(self, location: Location) -> bool:
        """Whether a place is in this repository. Only files on disk may be in another one."""
        if not isinstance(location.origin, FileOrigin):
            return True
        return self.path_of(location) is not None

    def path_of(self, location: Location) -> str | None:
        """Return the path from the root, with / between folders; None for what has none, or is elsewhere."""
        match location.origin:
            case FileOrigin(path):
                return _below(self.root, os.path.abspath(os.fsdecode(path)))
            case IndexOrigin(path) | BlobOrigin(path=path) | NameOrigin(path):
                return os.fsdecode(path) or None
            case _:
                return None


def _below(root: str, path: str) -> str | None:
    within = path.startswith(root if root.endswith(os.sep) else root + os.sep)
    return os.path.relpath(path, root).replace(os.sep, "/") if within else None


def today(now: float) -> date:
    """Return the day in UTC, on which an entry expires for everybody at once. `now`: Unix time in seconds."""
    return datetime.fromtimestamp(now, timezone.utc).date()


def of_repository(root: str, environment: Environment, whole: bool = False) -> Settle:
    """Return what applies the suppressions of the repository at `root`. Raises ConfigError for a wrong file.

    `whole`: the scan is of all that they may be about.
    """
    return of_entries(root, load(root), environment, whole)


def of_entries(root: str, entries: tuple[Entry, ...], environment: Environment, whole: bool = False) -> Settle:
    """Likewise with entries that were read elsewhere, for example from a commit."""
    return _settling([Allowed(root, entries, whole)], environment.now, environment.cpus)


def of_paths(paths: Iterable[str], now: float, threads: int) -> Settle:
    """Return what applies to each file the suppressions of its repository, as `excludes_of` does with excludes.

    What is not used any more is told of where the whole of a folder is in scope; its history may still need it.
    """
    given = [os.path.abspath(path) for path in paths]
    roots = dict.fromkeys(find_root(path) for path in given)
    found = [(root, load(root)) for root in roots]
    return _settling(
        [Allowed(root, entries, root in given, os.path.lexists(os.path.join(root, ".git"))) for root, entries in found],
        now,
        threads,
    )


def _settling(parts: Sequence[Allowed], now: float, threads: int) -> Settle:
    parts = [part for part in parts if part.entries]
    day = today(now)

    def settle(result: BatchResult, rules: Collection[str]) -> BatchResult:
        for part in parts:
            result = _settled(part, result, rules, day, threads)
        return result

    return settle


def _settled(part: Allowed, result: BatchResult, rules: Collection[str], day: date, threads: int) -> BatchResult:
    whole = part.whole and not any(skip.incomplete for skip in result.skips)
    ours = [finding for finding in result.findings if part.holds(finding.location)]
    hidden = [entry.finding for entry in result.suppressed] if whole else []
    applied = apply(part.entries, ours, day, part.path_of, hidden, threads)
    notices = [_expired(entry) for entry in part.entries if entry.is_over(day)]
    if whole:
        unused = (e for e in part.entries if e not in applied.used and not e.is_over(day) and e.rule in rules)
        notices += (_unused(entry, part.unsure) for entry in unused)
    return result._replace(
        findings=_in_place(result.findings, applied.findings, applied.suppressed),
        suppressed=(*result.suppressed, *applied.suppressed),
        notices=(*result.notices, *notices),
    )


def _in_place(
    all_of_them: tuple[Finding, ...], kept: tuple[Finding, ...], gone: tuple[Suppressed, ...]
) -> tuple[Finding, ...]:
    """Return the findings less those that are gone, in their order, those of other repositories included."""
    if not gone:
        return all_of_them
    away = {id(entry.finding) for entry in gone}
    return tuple(finding for finding in all_of_them if id(finding) not in away)


def _expired(entry: Entry) -> Notice:
    what = f"{entry.place}: the suppression of [{entry.rule}] has expired on {entry.expires}, and hides nothing"
    return Notice("expired", f"{what}: {entry.reason} ({entry.owner})")


def _unused(entry: Entry, unsure: bool) -> Notice:
    what = f"{entry.place}: the suppression of [{entry.rule}] matches nothing"
    if unsure:
        what += " in these files (it may be for the history)"
    return Notice("unused", f"{what}: {entry.reason} ({entry.owner})", not unsure)
