"""`redhanded history`: everything that a repository's refs reach."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from functools import partial

from scanner.cli.environment import Environment, cache_folder
from scanner.cli.memory import Recollection
from scanner.cli.options import scan_parser
from scanner.cli.run import Job, scan
from scanner.cli.scope import add_scope, chosen
from scanner.engine.batch import BatchResult
from scanner.engine.scan import Scanner
from scanner.errors import UsageError
from scanner.git.command import Git
from scanner.git.command import environment as git_environment
from scanner.git.provenance import EVERYTHING
from scanner.git.store import Store, limited, open_store
from scanner.policy.config import load
from scanner.redact import printable
from scanner.sources.audit import Audit
from scanner.sources.history import History
from scanner.sources.range import Range
from scanner.sources.unplaced import UNSAID, unplaced

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
        audit = Audit(git, excludes, options.all_objects, scope.walk, options.jobs or environment.cpus)
        job = Job("history", Range(git, scope), root, "git cat-file", git=git)
        return scan(_audited(job, audit, options, environment, "no commit is in this range"), options, environment)
    store = open_store(git)
    git = limited(git, store.doubtful)
    remark = partial(_remark, options, environment)
    jobs = options.jobs or environment.cpus
    audit = Audit(git, excludes, options.all_objects, EVERYTHING, jobs, store.circular)
    source = History(git, store)
    job = _of(Job("history", source, root, _readers(store, remark), git=git), source)
    job = _audited(job, audit, options, environment, "this repository has no commits yet")
    if options.no_cache:
        return scan(job, options, environment)
    memory = Recollection(git, store, cache_folder(environment.variables), remark, options.min_confidence)
    job = job._replace(
        recall=memory.completed,
        choose=lambda job, compiled, wanted: _of(job, memory.source(source, compiled, wanted)),
    )
    return scan(job, options, environment)


def _audited(job: Job, audit: Audit, options: Namespace, environment: Environment, nothing: str) -> Job:
    """Return the job with what turns its findings into incidents; `nothing` says why there was nothing to read."""

    def after(result: BatchResult) -> BatchResult:
        if not result.scope:
            environment.err.write(f"redhanded: {nothing}, so there was nothing to read\n")
        return audit.incidents(result)

    def last(result: BatchResult, scanner: Scanner) -> BatchResult:
        return audit.exposures(result, scanner, environment.now, options.show_secrets)

    return job._replace(after=after, last=last, cut=unplaced, unsaid=UNSAID)


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
