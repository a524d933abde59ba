"""The steps from findings in objects to incidents: where in history they are, how far they spread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from scanner.engine.batch import BatchResult, Scans
from scanner.engine.run import finding_order
from scanner.git.command import Git
from scanner.git.graph import Listing
from scanner.git.provenance import EVERYTHING
from scanner.model import Finding, Suppressed
from scanner.sources.exposure import exposed
from scanner.sources.incidents import NOTHING_TRACED, Traced, incidents, named, trace
from scanner.sources.names import locate
from scanner.sources.past import Story
from scanner.sources.places import People, with_people, with_places
from scanner.sources.refnames import hidden
from scanner.sources.sizes import sized
from scanner.sources.story import Before

_UNKNOWN_REACH: Final = ("missing-object", "git-error")  # with these, nobody can say what is out of reach


def in_order(result: BatchResult) -> BatchResult:
    """Put in order what comes in that of the packs, or of the part of them that was left to read."""
    suppressed = sorted(result.suppressed, key=lambda s: finding_order(s.finding))
    skips = sorted(result.skips, key=lambda s: (getattr(s.origin, "oid", ""), s.origin.path, s.reason, s.detail))
    return result._replace(suppressed=tuple(suppressed), skips=tuple(skips))


def told(git: Git, result: BatchResult, walk: Sequence[str] = EVERYTHING) -> BatchResult:
    """Turn findings in objects and names into incidents in the part of history that `walk` goes through."""
    result = _located(git, result, True, walk)
    return _told(git, trace(git, _all(result), result.skips, True, walk), result)[0]


def _all(result: BatchResult) -> tuple[Finding, ...]:
    return (*result.findings, *(entry.finding for entry in result.suppressed))


def _told(git: Git, traced: Traced, result: BatchResult, unreadable: Sequence[str] = ()) -> tuple[BatchResult, People]:
    allowed = _Allowed(result.suppressed)
    found, inline = incidents(traced, result.findings), incidents(traced, [s.finding for s in result.suppressed])
    placed, people = with_places(git, (*found, *inline), traced.introduced.links)
    kept = placed[: len(found)]
    suppressed = tuple(allowed.entry(f) for f in placed[len(found) :])
    skips = sized(git, (*named(traced, result.skips), *traced.skips), unreadable)
    return result._replace(findings=kept, suppressed=suppressed, skips=skips), people


def _located(git: Git, result: BatchResult, everything: bool, walk: Sequence[str]) -> BatchResult:
    """Return the result with each finding in a name where that name stands in history."""
    allowed = _Allowed(result.suppressed)
    found, beyond = locate(git, result.findings, everything, walk)
    inline, beyond_too = locate(git, [s.finding for s in result.suppressed], everything, walk)
    suppressed = tuple(allowed.entry(finding) for finding in inline)
    return result._replace(findings=found, suppressed=suppressed, skips=(*result.skips, *beyond, *beyond_too))


class _Allowed:
    """What is allowed, to be found again when findings have become incidents."""

    def __init__(self, suppressed: Sequence[Suppressed]) -> None:
        self._by_secret = {(s.finding.rule_id, s.finding.fingerprint): s for s in reversed(suppressed)}
        self._by_place = {self._place(s.finding): s for s in suppressed}

    def entry(self, finding: Finding) -> Suppressed:
        """Return the entry of an incident's first place, as its marker is shown beside that."""
        entry = self._by_place.get(self._place(finding)) or self._by_secret[finding.rule_id, finding.fingerprint]
        return entry._replace(finding=finding)

    @staticmethod
    def _place(finding: Finding) -> tuple[object, ...]:
        origin, span, *_ = finding.location
        return finding.rule_id, finding.fingerprint, getattr(origin, "oid", origin), span


class Audit:
    """Turns findings in objects and names into incidents in history; then, of those that stay, tells their exposure.

    With `everything`, what nothing reaches is told, too. `unreadable` are objects that git must not be asked for;
    `walk`, `jobs`: see scanner.git.provenance. `before` says what is known of an earlier run, given the result and what
    else decides which findings are asked about. `listing` are the commits of the walk, being listed. `story` is what to
    remember, when exposures have been told.
    """

    def __init__(
        self,
        git: Git,
        everything: bool = False,
        walk: Sequence[str] = EVERYTHING,
        jobs: int = 1,
        unreadable: Sequence[str] = (),
        before: Callable[[BatchResult, str], Before] | None = None,
        listing: Listing | None = None,
    ) -> None:
        self.story: Story | None = None
        self._git = git
        self._everything = everything
        self._walk = walk
        self._jobs = jobs
        self._unreadable = unreadable
        self._before = before
        self._listing = listing
        self._traced = NOTHING_TRACED
        self._people: People = {}

    def incidents(self, result: BatchResult) -> BatchResult:
        everything = self._everything or any(skip.reason in _UNKNOWN_REACH for skip in result.skips)
        result = _located(self._git, in_order(result), everything, self._walk)
        before = self._before(result, f"{everything}") if self._before else None
        self._traced = trace(
            self._git, _all(result), result.skips, everything, self._walk, self._jobs, before, self._listing
        )
        made, self._people = _told(self._git, self._traced, result, self._unreadable)
        return made

    def exposures(self, result: BatchResult, scanner: Scans, now: float, show_secrets: bool) -> BatchResult:
        """`now` is Unix time in seconds; without `show_secrets`, those in names of refs are masked."""
        found = _all(result)
        told, untold, story = exposed(self._git, self._traced, found, now, self._jobs)
        told = with_people(told, self._people)
        if not show_secrets:
            told = hidden(told, scanner)
        count = len(result.findings)
        suppressed = tuple(s._replace(finding=f) for s, f in zip(result.suppressed, told[count:], strict=True))
        self.story = story
        return result._replace(findings=told[:count], suppressed=suppressed, skips=(*result.skips, *untold))
