"""`redhanded history`: everything that a repository's refs reach."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import partial
from typing import TYPE_CHECKING

from scanner.cli.allowed import of_repository
from scanner.cli.environment import Environment, cache_folder
from scanner.cli.memory import Recollection
from scanner.cli.options import scan_parser
from scanner.cli.run import Job, Plan, scan
from scanner.cli.scope import add_scope, chosen
from scanner.cli.settings import configure
from scanner.engine.batch import BatchResult
from scanner.engine.compiled import CompiledRules
from scanner.engine.scan import Scanner
from scanner.errors import UsageError
from scanner.git.command import Git
from scanner.git.command import environment as git_environment
from scanner.git.graph import Listing
from scanner.git.place import Place, limited, place_of
from scanner.redact import printable
from scanner.sources.audit import Audit
from scanner.sources.range import Range
from scanner.sources.unchanged import Unchanged
from scanner.sources.unplaced import UNSAID, unplaced

if TYPE_CHECKING:  # numpy takes longer to load than there is to do when nothing has changed
    from scanner.git.store import Store
    from scanner.sources.history import History

_EXAMPLES = """\
  redhanded history                     this repository, every branch and tag, from the first commit on
  redhanded history ../app -v           another one, with all places of each secret
  redhanded history --since v1.4        what came after a release, on any branch
  redhanded history --range main..topic what a branch adds
  redhanded history --format json --output audit.json"""


def parser() -> ArgumentParser:
    made = scan_parser(
        "history",
        "Scan the whole history: every version of every file, commit messages, tags, notes and stashes.",
        _EXAMPLES,
    )
    made.add_argument("repository", metavar="REPO", nargs="?", default=".", help="the repository's folder (default: .)")
    made.add_argument(
        "--all-objects",
        action="store_true",
        help="also report what is stored but no branch, tag or reflog reaches any more",
    )
    made.add_argument(
        "--no-cache",
        action="store_true",
        help="read everything again, also what an earlier run found clean, and remember nothing",
    )
    add_scope(made)
    return made


def run(options: Namespace, environment: Environment) -> int:
    folder = os.path.join(environment.folder, options.repository)
    if not os.path.isdir(folder):
        raise UsageError(f"{printable(options.repository)} is not a folder", "name the folder of a git repository")
    git = Git(folder, git_environment(environment.variables))
    place = place_of(git)  # fails with git's own words when this is no repository
    top = git.try_run("rev-parse", "--show-toplevel")
    root = os.fsdecode(top.rstrip(b"\n")) if top else folder
    scope = chosen(git, options)
    limit = configure(options, environment, [root]).max_bytes
    settle = of_repository(root, environment, whole=not scope)
    if scope:
        audit = Audit(git, options.all_objects, scope.walk, options.jobs or environment.cpus)
        source = Range(git, scope, max_bytes=limit)
        job = Job("history", source, root, "git cat-file", git=git, settle=settle)
        return scan(_audited(job, audit, options, environment, "no commit is in this range"), options, environment)

    def make(compiled: CompiledRules, wanted: frozenset[str]) -> Job:
        remark = partial(_remark, options, environment)
        folder = None if options.no_cache else cache_folder(environment.variables)
        gate = options.min_confidence
        memory = None if options.no_cache else Recollection(git, place, folder, compiled, wanted, remark, gate, limit)
        before = memory.before if memory else None
        jobs = options.jobs or environment.cpus
        audit_of = partial(Audit, everything=options.all_objects, jobs=jobs, before=before)
        job, audit = _planned(git, place, root, audit_of, memory, remark, limit, opened)
        job = _audited(job._replace(settle=settle), audit, options, environment, "this repository has no commits yet")
        if not memory:
            return job
        return job._replace(recall=memory.completed, keep=lambda: memory.remember(audit.story))

    with ExitStack() as opened:
        return scan(Plan(git, make), options, environment)


def _planned(
    git: Git,
    place: Place,
    root: str,
    audit_of: Callable[..., Audit],
    memory: Recollection | None,
    remark: Callable[[str], None],
    limit: int,
    opened: ExitStack,
) -> tuple[Job, Audit]:
    """Return the job of reading all, or what is left of it, and what tells where in history its findings are. What is
    begun is to be closed by `opened`.
    """
    source: History | Unchanged
    if memory and memory.is_unchanged:
        git = limited(git, False)
        source, reader = memory.again(), memory.past.reader
        audit = audit_of(git)
    else:
        from scanner.git.store import open_store
        from scanner.sources.history import History

        store = open_store(git, place)
        git = limited(git, store.doubtful)
        # The commits will be asked for once the objects are read. One that may be ended for its time should not wait.
        listing = None if store.doubtful else opened.enter_context(closing(Listing(git)))
        source, reader = History(git, store, limit), _readers(store, remark)
        audit = audit_of(git, unreadable=store.circular, listing=listing)
        if memory:
            source = memory.source(source, reader, listing)
    counts, total = partial(in_scope, source), source.expected()
    return Job("history", source, root, reader, git=git, facts=counts, total=total), audit


def _audited(job: Job, audit: Audit, options: Namespace, environment: Environment, nothing: str) -> Job:
    """Return the job with what turns its findings into incidents; `nothing` says why there was nothing to read."""

    def after(result: BatchResult) -> BatchResult:
        if not result.scope:
            environment.err.write(f"redhanded: {nothing}, so there was nothing to read\n")
        return audit.incidents(result)

    def last(result: BatchResult, scanner: Scanner) -> BatchResult:
        return audit.exposures(result, scanner, environment.now, options.show_secrets)

    return job._replace(after=after, last=last, cut=unplaced, unsaid=UNSAID)


def in_scope(source: History | Unchanged) -> dict[str, int]:
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
