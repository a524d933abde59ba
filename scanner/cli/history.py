"""`redhanded history`: everything that a repository's refs reach."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace

from scanner.cli.environment import Environment
from scanner.cli.options import scan_parser
from scanner.cli.run import Job, scan
from scanner.engine.batch import BatchResult
from scanner.errors import UsageError
from scanner.git.command import Git, environment as git_environment
from scanner.globs import Globs
from scanner.model import Finding, Suppressed
from scanner.policy.config import load
from scanner.redact import printable
from scanner.sources.history import History
from scanner.sources.incidents import incidents

_EXAMPLES = """\
  redhanded history                     this repository, every branch and tag, from the first commit on
  redhanded history ../app -v           another one, with all places of each secret
  redhanded history --format json --output audit.json"""


def parser() -> ArgumentParser:
    made = scan_parser("history", "Scan every file, commit message and tag message that any ref reaches.", _EXAMPLES)
    made.add_argument("repository", metavar="REPO", nargs="?", default=".", help="the repository's folder (default: .)")
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
        allowed = incidents(git, [s.finding for s in result.suppressed])
        reasons = {s.finding.fingerprint: s for s in result.suppressed}
        kept, excluded = _split(incidents(git, result.findings), excludes)
        inline = tuple(reasons[f.fingerprint]._replace(finding=f) for f in allowed)
        return result._replace(findings=kept, suppressed=(*inline, *excluded))

    return scan(Job("history", History(git), root, "git cat-file", after), options, environment)


def _split(found: tuple[Finding, ...], excludes: Globs) -> tuple[tuple[Finding, ...], tuple[Suppressed, ...]]:
    """Set aside the secrets of which every place is excluded: only now is each place's path known."""
    kept: list[Finding] = []
    excluded: list[Suppressed] = []
    for finding in found:
        patterns = [excludes.match(printable(place.origin.path)) for place in (finding.location, *finding.also)]
        if all(patterns):
            excluded.append(Suppressed(finding, "excluded", f"by {patterns[0]} in .redhanded.yaml"))
        else:
            kept.append(finding)
    return tuple(kept), tuple(excluded)
