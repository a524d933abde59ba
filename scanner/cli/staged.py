"""`redhanded staged`: what `git commit` would record; the pre-commit hook."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from scanner.cli.allowed import of_repository
from scanner.cli.environment import Environment, cache_folder
from scanner.cli.harmless import Noted
from scanner.cli.options import scan_parser
from scanner.cli.quick import may_take_away
from scanner.cli.run import Job, scan
from scanner.cli.settings import InForce, applied, configure
from scanner.cli.small import is_small
from scanner.cli.unprotected import Staging, unprotected
from scanner.engine.batch import BatchResult
from scanner.engine.scan import Scanner
from scanner.errors import UsageError
from scanner.git.command import HOOK_VARIABLES, Git
from scanner.git.command import environment as git_environment
from scanner.git.index import Change, first_unknown, read_changes, start_changes
from scanner.model import Finding, ScanReport
from scanner.redact import printable
from scanner.sources.added import only_added
from scanner.sources.staged import Staged

if TYPE_CHECKING:
    from scanner.cli.takenaway import TakenAway

_EXAMPLES = """\
  redhanded staged                      what the next commit would record, the lines that it adds
  redhanded staged --whole-file         also the lines of those files that were there before
  redhanded staged app.py               only this file"""


def parser() -> ArgumentParser:
    made = scan_parser(
        "staged", "Scan what `git commit` would record. Only lines that it adds are reported.", _EXAMPLES
    )
    made.add_argument("files", metavar="FILE", nargs="*", help="only these files (default: all that is staged)")
    made.add_argument("--whole-file", action="store_true", help="also report lines that were there before")
    return made


def run(options: Namespace, environment: Environment) -> int:
    git = Git(environment.folder, git_environment(environment.variables, HOOK_VARIABLES))
    all_changes = read_changes(git, start_changes(git, options.files), gone=True)
    changes = tuple(change for change in all_changes if change.status != "D")
    if options.files:
        _reject_unknown(git, options.files)
    root = _root(git)
    is_bare = vars(options) == vars(parser().parse_args([]))  # as the hook's short cut knows it
    noted = Noted(root)
    paths = [os.path.join(root, os.fsdecode(change.path)) for change in changes]
    takes = any(may_take_away(change) for change in all_changes)
    found = configure(options, environment, [root], noted, paths=None if takes else paths)
    taken = _taken_away(git, root, all_changes, found, options) if takes else None
    options.at_once = lambda: taken is None and is_small(_sizes(root, changes))
    source = Staged(git, changes, found.left_out_of_git, found.max_bytes)

    unchanged: list[Finding] = []

    def after(result: BatchResult) -> BatchResult:
        if options.whole_file:
            return result
        added, others = only_added(git, changes, result)
        unchanged.extend(others)
        return added

    def last(result: BatchResult, scanner: Scanner) -> BatchResult:
        ruled = applied(BatchResult(tuple(unchanged)), found)
        notices = unprotected(Staging(git, changes, root), ruled, scanner, environment) if ruled.findings else []
        if taken:
            notices += taken.notices(git, changes, ruled, scanner, environment)
        return result._replace(notices=(*result.notices, *notices))

    def also(report: ScanReport) -> None:
        if is_bare and not report.incomplete:
            noted.note(found.whole, cache_folder(environment.variables), report.rules_digest)

    job = Job("staged", source, root, "git cat-file", after, git=git, unsaid="some of it may stand on unchanged lines")
    job = job._replace(settle=of_repository(root, environment), also=also, last=last)
    return scan(job, options, environment)


def _taken_away(git: Git, root: str, changes: Sequence[Change], found: InForce, options: Namespace) -> TakenAway | None:
    from scanner.cli.takenaway import taken_away  # reads YAML

    return taken_away(git, root, changes, found, options)


def _sizes(root: str, changes: Sequence[Change]) -> Iterator[tuple[bytes, int]]:
    """Yield paths with sizes on disk, which nearly always are those of what is staged."""
    for change in changes:
        size = 0
        with suppress(OSError, ValueError):
            size = os.lstat(os.path.join(os.fsencode(root), change.path)).st_size
        yield change.path, size


def _reject_unknown(git: Git, paths: list[str]) -> None:
    """Raise UsageError for a path that git does not know: a slip of the pen must not look like a clean file."""
    unknown = first_unknown(git, paths)
    if unknown is not None:
        help = "`git add` it first; `redhanded scan` reads files as they are on disk"
        raise UsageError(f"{printable(unknown)}: git has no such file", help)


def _root(git: Git) -> str:
    # A bare repository has no work tree; the folder where the command runs stands in for it.
    top = git.try_run("rev-parse", "--show-toplevel")
    return os.fsdecode(top.removesuffix(b"\n")) if top else git.folder
