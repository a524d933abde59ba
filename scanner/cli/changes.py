"""What `ci` and `push` have in common: a range of commits, of which only the secrets count that are new."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import NamedTuple

from scanner.cli.environment import Environment
from scanner.cli.run import Job
from scanner.cli.trust.judge import Judge
from scanner.engine.batch import BatchResult
from scanner.engine.source import Source
from scanner.errors import GitError
from scanner.git.command import Git
from scanner.git.command import environment as git_environment
from scanner.git.range import Scope, boundary
from scanner.sources.audit import told
from scanner.sources.range import Range, Trees
from scanner.sources.unplaced import UNSAID, unplaced


class Repository(NamedTuple):
    """`root` is where its files are; the repository's own folder when it is a bare one."""

    git: Git
    root: str


def open_repository(environment: Environment, keep: frozenset[str] = frozenset()) -> Repository:
    """Return the repository around the working folder. `keep`: variables of git's that count. Raises GitError."""
    git = Git(environment.folder, git_environment(environment.variables, keep))
    git.run("rev-parse", "--git-dir")  # fails with git's own words when this is no repository
    top = git.try_run("rev-parse", "--show-toplevel")
    return Repository(git, os.fsdecode(top.removesuffix(b"\n")) if top else environment.folder)


def job(
    command: str,
    repository: Repository,
    scope: Scope,
    judge: Judge,
    finish: Callable[[BatchResult], BatchResult] = lambda r: r,
) -> Job:
    """Return the scan of what the commits in scope bring in. `finish` has the last word on where what was found is,
    and `judge` on what of it is allowed.

    What was there before is scanned only when something was found: all files of the commits that the scope is built on.
    """
    git = repository.git

    def before(result: BatchResult) -> Source | None:
        if not (result.findings or result.suppressed):
            return None
        try:
            return Trees(git, tuple(boundary(git, scope)))
        except GitError:  # in a broken history, which the scan has met too, all that was found is new
            return None

    def after(result: BatchResult) -> BatchResult:
        return judge.unmarked(finish(told(git, result, walk=scope.walk)))

    def cut(result: BatchResult) -> BatchResult:
        return judge.unmarked(unplaced(result))

    source = Range(git, scope, True, judge.found.max_bytes)
    job = Job(command, source, repository.root, "git cat-file", after, before=before, git=git, settle=judge.settle)
    return job._replace(cut=cut, unsaid=f"{UNSAID}; some of it may not be new")
