"""`redhanded history`: everything that a repository's refs reach."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence

from scanner.cli.environment import Environment
from scanner.cli.options import scan_parser
from scanner.cli.run import Job, scan
from scanner.cli.scope import add_scope, chosen
from scanner.engine.batch import BatchResult
from scanner.errors import UsageError
from scanner.git.command import Git
from scanner.git.command import environment as git_environment
from scanner.git.provenance import EVERYTHING
from scanner.globs import Globs
from scanner.model import BlobOrigin, Finding, Location, Suppressed
from scanner.policy.config import load
from scanner.redact import printable
from scanner.sources.history import History
from scanner.sources.incidents import incidents, trace
from scanner.sources.range import Range

_EXAMPLES = """\
  redhanded history                     this repository, every branch and tag, from the first commit on
  redhanded history ../app -v           another one, with all places of each secret
  redhanded history --since v1.4        what came after a release, on any branch
  redhanded history --range main..topic what a branch adds
  redhanded history --format json --output audit.json"""


def parser() -> ArgumentParser:
    made = scan_parser("history", "Scan every file, commit message and tag message that any ref reaches.", _EXAMPLES)
    made.add_argument("repository", metavar="REPO", nargs="?", default=".", help="the repository's folder (default: .)")
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
        if not result.scope:
            why = "no commit is in this range" if scope else "this repository has no commits yet"
            environment.err.write(f"redhanded: {why}, so there was nothing to read\n")
        return told(git, result, excludes, scope.walk if scope else EVERYTHING)

    source = Range(git, scope) if scope else History(git)
    return scan(Job("history", source, root, "git cat-file", after), options, environment)


def told(git: Git, result: BatchResult, excludes: Globs, walk: Sequence[str] = EVERYTHING) -> BatchResult:
    """Turn findings in objects into incidents in history, or in the part of it that `walk` goes through."""
    allowed = {s.finding.fingerprint: s for s in result.suppressed}
    inline = [s.finding for s in result.suppressed]
    traced = trace(git, (*result.findings, *inline), walk)
    kept, excluded = _split(incidents(traced, result.findings), excludes)
    suppressed = (*(allowed[f.fingerprint]._replace(finding=f) for f in incidents(traced, inline)), *excluded)
    return result._replace(findings=kept, suppressed=suppressed, skips=(*result.skips, *traced.skips))


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
