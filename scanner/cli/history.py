"""`redhanded history`: everything that a repository's refs reach."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from functools import partial

from scanner.cli.environment import Environment, cache_folder
from scanner.cli.memory import Recollection
from scanner.cli.options import scan_parser
from scanner.cli.run import Job, scan
from scanner.cli.scope import add_scope, chosen
from scanner.engine.batch import BatchResult
from scanner.engine.run import finding_order
from scanner.engine.scan import Scanner
from scanner.errors import UsageError
from scanner.git.command import Git
from scanner.git.command import environment as git_environment
from scanner.git.provenance import EVERYTHING
from scanner.git.range import Scope
from scanner.git.store import Store, limited, open_store
from scanner.globs import Globs
from scanner.model import BlobOrigin, Finding, Location, NameOrigin, Suppressed
from scanner.policy.config import load
from scanner.redact import printable
from scanner.sources.exposure import exposed
from scanner.sources.history import History, sized
from scanner.sources.incidents import NOTHING_TRACED, Traced, incidents, named, trace
from scanner.sources.names import locate
from scanner.sources.places import People, with_people, with_places
from scanner.sources.range import Range
from scanner.sources.refnames import hidden

_UNKNOWN_REACH = ("missing-object", "git-error")  # with these, nobody can say what is out of reach
_EXAMPLES = """\
  redhanded history                     this repository, every branch and tag, from the first commit on
  redhanded history ../app -v           another one, with all places of each secret
  redhanded history --since v1.4        what came after a release, on any branch
  redhanded history --range main..topic what a branch adds
  redhanded history --format json --output audit.json"""


def parser() -> ArgumentParser:
    made = scan_parser("history", "Scan every file, commit message and tag message that any ref reaches.", _EXAMPLES)
    made.add_argument("repository", metavar="REPO", nargs="?", default=".", help="the repository's folder (default: .)")
    made.add_argument(
        "--all-objects",
        action="store_true",
        help="report also what no branch, tag or reflog reaches any more, but is still stored",
    )
    made.add_argument(
        "--no-cache",
        action="store_true",
        help="read also the objects in which an earlier run found nothing, and remember nothing for a later one",
    )
    add_scope(made)
    return made


def run(options: Namespace, environment: Environment) -> int:
    folder = os.path.join(environment.folder, options.repository)
    if not os.path.isdir(folder):
        raise UsageError(f"{printable(options.repository)} is not a folder", "name the folder of a git repository")
    git = Git(folder, git_environment(environment.variables))
    git.run("rev-parse", "--git-dir")  # fails with git's own words when this is no repository
    top = git.try_run("rev-parse", "--show-toplevel")
    root = os.fsdecode(top.rstrip(b"\n")) if top else folder
    scope = chosen(git, options)
    excludes = load(root).excludes
    if scope:
        audit = _Audit(git, excludes, options, environment, scope)
        part = Range(git, scope)
        job = Job("history", part, root, "git cat-file", audit.incidents, audit.exposures, git=git)
        return scan(job, options, environment)
    store = open_store(git)
    git = limited(git, store.doubtful)
    remark = partial(_remark, options, environment)
    audit = _Audit(git, excludes, options, environment, None, store.circular)
    source = History(git, store)
    job = _of(Job("history", source, root, _readers(store, remark), git=git), source)
    if options.no_cache:
        return scan(job._replace(after=audit.incidents, last=audit.exposures), options, environment)
    memory = Recollection(git, store, cache_folder(environment.variables), remark)
    job = job._replace(
        after=lambda result: audit.incidents(memory.completed(result)),
        last=audit.exposures,
        choose=lambda job, compiled, wanted: _of(job, memory.source(source, compiled, wanted)),
    )
    return scan(job, options, environment)


def _of(job: Job, source: History) -> Job:
    """Return the job with this source, and with what only this one can tell of itself."""
    return job._replace(source=source, facts=partial(in_scope, source), total=source.expected())


def in_scope(source: History) -> dict[str, int]:
    """Return how many refs and objects of each kind there are."""
    return {kind: source.counts[kind] for kind in ("refs", "commits", "trees", "blobs", "tags")}


def _remark(options: Namespace, environment: Environment, text: str) -> None:
    if options.verbose:
        environment.err.write(f"redhanded: {printable(text)}\n")


def _readers(store: Store, remark: Callable[[str], None]) -> str:
    """Return the names of the object readers in use; say why git is among them, to those who want to know."""
    for text in store.remarks:
        remark(text)
    names = (*(["pack reader"] if store.packs else []), *(["git cat-file"] if store.others or not store.packs else []))
    return " and ".join(names)


def in_order(result: BatchResult) -> BatchResult:
    """Put in order what comes in that of the packs, or of the part of them that was left to read."""
    suppressed = sorted(result.suppressed, key=lambda s: finding_order(s.finding))
    skips = sorted(result.skips, key=lambda s: (getattr(s.origin, "oid", ""), s.origin.path, s.reason, s.detail))
    return result._replace(suppressed=tuple(suppressed), skips=tuple(skips))


def told(git: Git, result: BatchResult, excludes: Globs, walk: Sequence[str] = EVERYTHING) -> BatchResult:
    """Turn findings in objects into incidents in the part of history that `walk` goes through."""
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


def _located(git: Git, result: BatchResult, everything: bool) -> BatchResult:
    """Return the result with each finding in a name where that name stands in history."""
    allowed = {s.finding.fingerprint: s for s in result.suppressed}
    found, beyond = locate(git, result.findings, everything)
    inline, beyond_too = locate(git, [s.finding for s in result.suppressed], everything)
    suppressed = tuple(allowed[finding.fingerprint]._replace(finding=finding) for finding in inline)
    return result._replace(findings=found, suppressed=suppressed, skips=(*result.skips, *beyond, *beyond_too))


class _Audit:
    """Turns findings in objects and names into incidents in history; then, of those that stay, tells their exposure.

    `unreadable` are objects that git must not be asked for.
    """

    def __init__(
        self,
        git: Git,
        excludes: Globs,
        options: Namespace,
        environment: Environment,
        scope: Scope | None,
        unreadable: Sequence[str] = (),
    ) -> None:
        self._git = git
        self._excludes = excludes
        self._options = options
        self._environment = environment
        self._scope = scope
        self._unreadable = unreadable
        self._traced = NOTHING_TRACED
        self._people: People = {}

    def incidents(self, result: BatchResult) -> BatchResult:
        if not result.scope:
            why = "no commit is in this range" if self._scope else "this repository has no commits yet"
            self._environment.err.write(f"redhanded: {why}, so there was nothing to read\n")
        everything = self._options.all_objects or any(skip.reason in _UNKNOWN_REACH for skip in result.skips)
        result = _located(self._git, in_order(result), everything)
        walk = self._scope.walk if self._scope else EVERYTHING
        jobs = self._options.jobs or self._environment.cpus
        self._traced = trace(self._git, _all(result), result.skips, everything, walk, jobs)
        made, self._people = _told(self._git, self._traced, result, self._excludes, self._unreadable)
        return made

    def exposures(self, result: BatchResult, scanner: Scanner) -> BatchResult:
        found = _all(result)
        told, untold = exposed(self._git, self._traced, found, self._environment.now)
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
