"""`redhanded history`: everything that a repository's refs reach."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace

from scanner.cli.environment import Environment
from scanner.cli.options import scan_parser
from scanner.cli.run import Job, scan
from scanner.engine.batch import BatchResult
from scanner.errors import UsageError
from scanner.git.command import Git
from scanner.git.command import environment as git_environment
from scanner.git.store import Store, open_store
from scanner.globs import Globs
from scanner.model import BlobOrigin, Finding, Location, NameOrigin, Suppressed
from scanner.policy.config import load
from scanner.redact import printable
from scanner.sources.history import History, sized
from scanner.sources.incidents import incidents, named, trace
from scanner.sources.names import locate
from scanner.sources.places import with_places

_UNKNOWN_REACH = ("missing-object", "git-error")  # with these, nobody can say what is out of reach
_EXAMPLES = """\
  redhanded history                     this repository, every branch and tag, from the first commit on
  redhanded history ../app -v           another one, with all places of each secret
  redhanded history --format json --output audit.json"""


def parser() -> ArgumentParser:
    made = scan_parser("history", "Scan every file, commit message and tag message that any ref reaches.", _EXAMPLES)
    made.add_argument("repository", metavar="REPO", nargs="?", default=".", help="the repository's folder (default: .)")
    made.add_argument(
        "--all-objects",
        action="store_true",
        help="report also what no branch, tag or reflog reaches any more, but is still stored",
    )
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

    def after(result: BatchResult) -> BatchResult:
        if not result.scope:
            environment.err.write("redhanded: this repository has no commits yet, so there was nothing to read\n")
        return _told(git, result, excludes, options.all_objects)

    store = open_store(git)
    readers = _readers(store, options.verbose, environment)
    source = History(git, store)
    job = Job("history", source, root, readers, after, facts=lambda: in_scope(source), git=git)
    return scan(job, options, environment)


def in_scope(source: History) -> dict[str, int]:
    """Return how many refs and objects of each kind there are."""
    return {kind: source.counts[kind] for kind in ("refs", "commits", "trees", "blobs", "tags")}


def _readers(store: Store, verbose: bool, environment: Environment) -> str:
    """Return the names of the object readers in use; say why git is among them, to those who want to know."""
    for remark in store.remarks if verbose else ():
        environment.err.write(f"redhanded: {printable(remark)}\n")
    names = (*(["pack reader"] if store.packs else []), *(["git cat-file"] if store.others or not store.packs else []))
    return " and ".join(names)


def _told(git: Git, result: BatchResult, excludes: Globs, everything: bool) -> BatchResult:
    """Turn findings in objects into incidents in history."""
    allowed = {s.finding.fingerprint: s for s in result.suppressed}
    everything = everything or any(skip.reason in _UNKNOWN_REACH for skip in result.skips)
    found, beyond = locate(git, result.findings, everything)
    inline, beyond_too = locate(git, [s.finding for s in result.suppressed], everything)
    traced = trace(git, (*found, *inline), result.skips, everything)
    kept, excluded = _split(with_places(git, incidents(traced, found)), excludes)
    silenced = with_places(git, incidents(traced, inline))
    suppressed = (*(allowed[f.fingerprint]._replace(finding=f) for f in silenced), *excluded)
    skips = (*named(traced, result.skips), *traced.skips, *beyond, *beyond_too)
    return result._replace(findings=kept, suppressed=suppressed, skips=sized(git, skips))


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
