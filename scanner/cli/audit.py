"""From what was found in objects and names to incidents in history, and what there is to be told of them."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

from scanner.cli.environment import Environment
from scanner.cli.memory import Recollection
from scanner.engine.batch import BatchResult
from scanner.engine.run import finding_order
from scanner.engine.scan import Scanner
from scanner.git.command import Git
from scanner.git.provenance import EVERYTHING
from scanner.git.range import Scope
from scanner.globs import Globs
from scanner.model import BlobOrigin, Finding, Location, NameOrigin, Suppressed
from scanner.redact import printable
from scanner.sources.exposure import exposed
from scanner.sources.incidents import NOTHING_TRACED, Traced, incidents, named, trace
from scanner.sources.names import locate
from scanner.sources.places import People, with_people, with_places
from scanner.sources.refnames import hidden
from scanner.sources.sizes import sized

_UNKNOWN_REACH = ("missing-object", "git-error")  # with these, nobody can say what is out of reach


def in_order(result: BatchResult) -> BatchResult:
    """Put in order what comes in that of the packs, or of the part of them that was left to read."""
    suppressed = sorted(result.suppressed, key=lambda s: finding_order(s.finding))
    skips = sorted(result.skips, key=lambda s: (getattr(s.origin, "oid", ""), s.origin.path, s.reason, s.detail))
    return result._replace(suppressed=tuple(suppressed), skips=tuple(skips))


def told(git: Git, result: BatchResult, excludes: Globs, walk: Sequence[str] = EVERYTHING) -> BatchResult:
    """Turn findings in objects and names into incidents in the part of history that `walk` goes through."""
    result = _located(git, result, True, walk)
    return _told(git, trace(git, _all(result), result.skips, True, walk), result, excludes)[0]


def _all(result: BatchResult) -> tuple[Finding, ...]:
    return (*result.findings, *(entry.finding for entry in result.suppressed))


def _told(
    git: Git, traced: Traced, result: BatchResult, excludes: Globs, unreadable: Sequence[str] = ()
) -> tuple[BatchResult, People]:
    allowed = {s.finding.fingerprint: s for s in result.suppressed}
    found, inline = incidents(traced, result.findings), incidents(traced, [s.finding for s in result.suppressed])
    placed, people = with_places(git, (*found, *inline), traced.introduced.links)
    kept, excluded = _split(placed[: len(found)], excludes)
    suppressed = (*(allowed[f.fingerprint]._replace(finding=f) for f in placed[len(found) :]), *excluded)
    skips = sized(git, (*named(traced, result.skips), *traced.skips), unreadable)
    return result._replace(findings=kept, suppressed=suppressed, skips=skips), people


def _located(git: Git, result: BatchResult, everything: bool, walk: Sequence[str] = EVERYTHING) -> BatchResult:
    """Return the result with each finding in a name where that name stands in history."""
    allowed = {s.finding.fingerprint: s for s in result.suppressed}
    found, beyond = locate(git, result.findings, everything, walk)
    inline, beyond_too = locate(git, [s.finding for s in result.suppressed], everything, walk)
    suppressed = tuple(allowed[finding.fingerprint]._replace(finding=finding) for finding in inline)
    return result._replace(findings=found, suppressed=suppressed, skips=(*result.skips, *beyond, *beyond_too))


class Audit:
    """Turns findings in objects and names into incidents in history; then, of those that stay, tells their exposure.

    `unreadable` are objects that git must not be asked for.
    """

    def __init__(
        self,
        git: Git,
        excludes: Globs,
        options: Namespace,
        environment: Environment,
        scope: Scope | None = None,
        unreadable: Sequence[str] = (),
        memory: Recollection | None = None,
    ) -> None:
        self._git = git
        self._excludes = excludes
        self._options = options
        self._environment = environment
        self._scope = scope
        self._unreadable = unreadable
        self._memory = memory
        self._traced = NOTHING_TRACED
        self._people: People = {}

    def incidents(self, result: BatchResult) -> BatchResult:
        if self._memory:
            result = self._memory.completed(result)
        if not result.scope:
            why = "no commit is in this range" if self._scope else "this repository has no commits yet"
            self._environment.err.write(f"redhanded: {why}, so there was nothing to read\n")
        everything = self._options.all_objects or any(skip.reason in _UNKNOWN_REACH for skip in result.skips)
        walk = self._scope.walk if self._scope else EVERYTHING
        result = _located(self._git, in_order(result), everything, walk)
        jobs = self._options.jobs or self._environment.cpus
        before = self._memory.before(result, f"{everything} {self._excludes!r}") if self._memory else None
        self._traced = trace(self._git, _all(result), result.skips, everything, walk, jobs, before)
        made, self._people = _told(self._git, self._traced, result, self._excludes, self._unreadable)
        return made

    def exposures(self, result: BatchResult, scanner: Scanner) -> BatchResult:
        found = _all(result)
        told, untold, story = exposed(self._git, self._traced, found, self._environment.now)
        if self._memory:
            self._memory.remember(story)
        told = with_people(told, self._people)
        if not self._options.show_secrets:
            told = hidden(told, scanner)
        count = len(result.findings)
        suppressed = tuple(s._replace(finding=f) for s, f in zip(result.suppressed, told[count:], strict=True))
        return result._replace(findings=told[:count], suppressed=suppressed, skips=(*result.skips, *untold))


def _split(found: tuple[Finding, ...], excludes: Globs) -> tuple[tuple[Finding, ...], tuple[Suppressed, ...]]:
    """Set aside the secrets of which every place is excluded: only now is each place's path known."""
    kept: list[Finding] = []
    excluded: list[Suppressed] = []
    for finding in found:
        patterns = [_pattern(place, excludes) for place in (finding.location, *finding.also)]
        if all(patterns):
            excluded.append(Suppressed(finding, "excluded", f"by {patterns[0]} in .redhanded.yaml"))
        else:
            kept.append(finding)
    return tuple(kept), tuple(excluded)


def _pattern(place: Location, excludes: Globs) -> str | None:
    """Return what excludes the place. Messages have no path; and a path that no commit is known to have is a guess."""
    if not isinstance(place.origin, BlobOrigin | NameOrigin) or place.provenance is None:
        return None
    return excludes.match(printable(place.origin.path))
