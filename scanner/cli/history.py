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
from scanner.errors import UsageError
from scanner.git.command import Git
from scanner.git.command import environment as git_environment
from scanner.git.provenance import EVERYTHING
from scanner.git.store import Store, open_store
from scanner.globs import Globs
from scanner.model import BlobOrigin, Finding, Location, Suppressed
from scanner.policy.config import load
from scanner.redact import printable
from scanner.sources.history import History
from scanner.sources.incidents import incidents, named, trace
from scanner.sources.range import Range

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
    excludes = load(root).excludes
    scope = chosen(git, options)

    def after(result: BatchResult) -> BatchResult:
        result = in_order(result)
        if not result.scope:
            why = "no commit is in this range" if scope else "this repository has no commits yet"
            environment.err.write(f"redhanded: {why}, so there was nothing to read\n")
        return told(git, result, excludes, options.all_objects, scope.walk if scope else EVERYTHING)

    if scope:
        return scan(Job("history", Range(git, scope), root, "git cat-file", after), options, environment)
    store = open_store(git)
    remark = partial(_remark, options, environment)
    job = Job("history", History(git, store), root, _readers(store, remark), after)
    if not options.no_cache:
        memory = Recollection(git, store, cache_folder(environment.variables), remark)
        job = job._replace(choose=memory.source, after=lambda result: after(memory.completed(result)))
    return scan(job, options, environment)


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
    suppressed = sorted(result.suppressed, key=lambda s: (s.finding.location[:2], s.finding.rule_id))
    skips = sorted(result.skips, key=lambda s: (getattr(s.origin, "oid", ""), s.origin.path, s.reason, s.detail))
    return result._replace(suppressed=tuple(suppressed), skips=tuple(skips))


def told(
    git: Git, result: BatchResult, excludes: Globs, everything: bool = False, walk: Sequence[str] = EVERYTHING
) -> BatchResult:
    """Turn findings in objects into incidents in history, or in the part of it that `walk` goes through.

    With `everything`, what no ref reaches is told, too.
    """
    allowed = {s.finding.fingerprint: s for s in result.suppressed}
    inline = [s.finding for s in result.suppressed]
    everything = everything or any(skip.reason in _UNKNOWN_REACH for skip in result.skips)
    traced = trace(git, (*result.findings, *inline), result.skips, everything, walk)
    kept, excluded = _split(incidents(traced, result.findings), excludes)
    suppressed = (*(allowed[f.fingerprint]._replace(finding=f) for f in incidents(traced, inline)), *excluded)
    return result._replace(findings=kept, suppressed=suppressed, skips=(*named(traced, result.skips), *traced.skips))


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
    if not isinstance(place.origin, BlobOrigin) or place.provenance is None:
        return None
    return excludes.match(printable(place.origin.path))
