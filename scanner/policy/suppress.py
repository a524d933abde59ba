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
    """`used` are the entries that hid something, or would if it were not hidden otherwise; `over` those that match
    something and have expired.
    """

    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]
    used: frozenset[Entry] = frozenset()
    over: frozenset[Entry] = frozenset()


class _Secret(NamedTuple):
    """One value that a rule found, with its places."""

    rule: str
    fingerprint: str
    places: tuple[Location, ...]


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
    matching = _Matching(entries, (*open_ones, *others), threads)
    kept: list[Finding] = []
    gone: list[Suppressed] = []
    used: set[Entry] = set()
    over: set[Entry] = set()
    for number, finding in enumerate((*open_ones, *others)):
        valid: list[list[Entry]] = []
        for secret in _secrets(finding):
            found = matching.of(secret)
            over.update(entry for entry in found if entry.is_over(today))
            fitting = [entry for entry in found if not entry.is_over(today) and _covers(entry, secret, path_of)]
            used.update(fitting)
            valid.append(fitting)
        if number < len(open_ones) and all(valid):
            gone.append(Suppressed(finding, "allowed", valid[0][0].reason, valid[0][0].owner))
        elif number < len(open_ones):
            kept.append(finding)
    return Applied(tuple(kept), tuple(gone), frozenset(used), frozenset(over))


def _secrets(finding: Finding) -> Iterator[_Secret]:
    yield _Secret(finding.rule_id, finding.fingerprint, (finding.location, *finding.also))
    for part in finding.parts:
        yield _Secret(part.rule_id, part.fingerprint, (part.location,))


class _Matching:
    """Finds the entries for a secret. Every fingerprint is derived once for each salt that its rule's entries have."""

    def __init__(self, entries: Sequence[Entry], findings: Iterable[Finding], threads: int) -> None:
        self._entries: dict[tuple[str, str, str], list[Entry]] = {}
        salts: dict[str, set[str]] = {}
        for entry in entries:
            self._entries.setdefault((entry.rule, entry.salt, entry.hash), []).append(entry)
            salts.setdefault(entry.rule, set()).add(entry.salt)
        wanted: dict[str, set[str]] = {}
        for secret in (secret for finding in findings for secret in _secrets(finding)):
            if secret.rule in salts:
                wanted.setdefault(secret.fingerprint, set()).update(salts[secret.rule])
        self._derived = derive_all({key: sorted(found) for key, found in wanted.items()}, threads)

    def of(self, secret: _Secret) -> list[Entry]:
        derived = self._derived.get(secret.fingerprint, ())
        return [entry for salt, name in derived for entry in self._entries.get((secret.rule, salt, name), ())]


def _covers(entry: Entry, secret: _Secret, path_of: PathOf) -> bool:
    """Whether every place of the secret is within the paths of the entry."""
    if not entry.paths:
        return True
    globs = Globs(entry.paths)
    return all((path := path_of(place)) is not None and globs.match(path) for place in secret.places)
