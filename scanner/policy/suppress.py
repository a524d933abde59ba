"""Suppressions applied: which findings the team has accepted, and which entries have had their day.

A finding is hidden when the same rule has found the same value as an entry says, in places that the entry covers; a
credential of several parts, when each part is. Nothing else of a finding counts: not its line, not its file's name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from scanner.globs import Globs
from scanner.model import Finding, Location, Suppressed
from scanner.policy.allowfile import Entry
from scanner.policy.keyed import derive_all

PathOf = Callable[[Location], "str | None"]  # from the repository's root; None for what has no path


class Applied(NamedTuple):
    """`used` are the entries that hide something, or would if it were not hidden otherwise."""

    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]
    used: frozenset[Entry] = frozenset()


class Secret(NamedTuple):
    """One value that a rule found. `paths` are those of its places from the repository's root, None for what has none;
    they need not be told when no entry has a scope.
    """

    rule: str
    fingerprint: str
    paths: tuple[str | None, ...] = ()


def apply(
    entries: Sequence[Entry],
    findings: Iterable[Finding],
    today: date,
    path_of: PathOf,
    hidden: Iterable[Finding] = (),
    threads: int = 4,
) -> Applied:
    """Sort the findings into those that stay and those that are hidden. `hidden` are findings that something else has
    hidden already: they only tell which entries are in use.
    """
    open_ones, others = tuple(findings), tuple(hidden)
    if not entries or not (open_ones or others):
        return Applied(open_ones, ())
    scoped = any(entry.paths for entry in entries)
    secrets = [[*_secrets(finding, path_of if scoped else None)] for finding in (*open_ones, *others)]
    matching = Matching(entries, (secret for group in secrets for secret in group), threads)
    kept: list[Finding] = []
    gone: list[Suppressed] = []
    used: set[Entry] = set()
    for number, group in enumerate(secrets):
        valid = [[entry for entry in matching.of(secret) if not entry.is_over(today)] for secret in group]
        used.update(entry for found in valid for entry in found)
        if number < len(open_ones) and all(valid):
            entry = valid[0][0]
            gone.append(Suppressed(open_ones[number], "allowed", entry.reason, owner=entry.owner))
        elif number < len(open_ones):
            kept.append(open_ones[number])
    return Applied(tuple(kept), tuple(gone), frozenset(used))


def _secrets(finding: Finding, path_of: PathOf | None) -> Iterator[Secret]:
    places = (finding.location, *finding.also) if path_of else ()
    yield Secret(finding.rule_id, finding.fingerprint, tuple(map(path_of, places)) if path_of else ())
    for part in finding.parts:
        yield Secret(part.rule_id, part.fingerprint, (path_of(part.location),) if path_of else ())


class Matching:
    """Finds the entries for secrets that are named beforehand: each is derived once for each salt of its rule."""

    def __init__(self, entries: Iterable[Entry], secrets: Iterable[Secret], threads: int = 4) -> None:
        self._entries: dict[tuple[str, str, str], list[Entry]] = {}
        salts: dict[str, set[str]] = {}
        for entry in entries:
            self._entries.setdefault((entry.rule, entry.salt, entry.hash), []).append(entry)
            salts.setdefault(entry.rule, set()).add(entry.salt)
        wanted: dict[str, set[str]] = {}
        for secret in secrets:
            if secret.rule in salts:
                wanted.setdefault(secret.fingerprint, set()).update(salts[secret.rule])
        self._derived = derive_all({key: sorted(found) for key, found in wanted.items()}, threads)

    def of(self, secret: Secret) -> list[Entry]:
        """Return the entries that are about this secret and cover all its places, those that have expired included."""
        return [entry for entry in self.about(secret) if _covers(entry, secret.paths)]

    def about(self, secret: Secret) -> list[Entry]:
        """Return the entries that are about this secret, wherever it stands."""
        derived = self._derived.get(secret.fingerprint, ())
        return [entry for salt, name in derived for entry in self._entries.get((secret.rule, salt, name), ())]


def _covers(entry: Entry, paths: Sequence[str | None]) -> bool:
    globs = Globs(entry.paths)
    return not entry.paths or all(path is not None and globs.match(path) for path in paths)
