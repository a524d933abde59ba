"""`redhanded init`: a hook, a CI workflow and a configuration for a repository; shows them, and asks first."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from typing import Final

from scanner.cli.asking import agreed, can_ask, show
from scanner.cli.doctor.hooks import PRE_COMMIT
from scanner.cli.environment import Environment
from scanner.cli.init.files import write_text
from scanner.cli.init.plan import Change, Note, Wish, plan
from scanner.cli.options import new_parser
from scanner.errors import CLEAN, USAGE, UsageError
from scanner.git.command import Git
from scanner.git.command import environment as git_environment
from scanner.redact import printable

_EXAMPLES: Final = """\
  redhanded init                        ask for each file, with the change that it would make
  redhanded init --dry-run              only show
  redhanded init --yes                  write all that is missing"""
_DESCRIPTION: Final = """\
Write what a repository needs: the hook in .pre-commit-config.yaml, a workflow for GitHub Actions or
GitLab, and .redhanded.yaml. What is there is kept as it is, with its comments; a second run has nothing
to do. Exit codes: 0 done, or nothing to do; 2 something is left to be done: nobody could be asked, or a
file needs a hand."""


def parser() -> ArgumentParser:
    made = new_parser("init", _DESCRIPTION, _EXAMPLES)
    how = made.add_mutually_exclusive_group()
    how.add_argument("--yes", action="store_true", help="write without asking")
    how.add_argument("--dry-run", action="store_true", help="only show what would be written")
    made.add_argument(
        "--ci",
        choices=("github", "gitlab", "none"),
        help="the CI service (default: told by the remote and the files here; where nothing tells, github)",
    )
    made.add_argument(
        "--hook-repo", metavar="URL", default="", help="where pre-commit gets redhanded, such as a fork or a path"
    )
    made.add_argument("--hook-rev", metavar="REV", default="", help="the revision to pin")
    return made


def run(options: Namespace, environment: Environment) -> int:
    wish = _wish(options, environment)
    proposed = plan(wish)
    changes = [entry for entry in proposed if isinstance(entry, Change)]
    is_open, may_ask = False, can_ask(environment)
    for entry in proposed:
        if isinstance(entry, Note):
            _write(environment, f"{entry.name}: {entry.text}")
            is_open = is_open or entry.is_open
            continue
        show(entry, environment)
        if options.dry_run:
            continue
        if options.yes or (may_ask and agreed(f"write {entry.name}?", environment)):
            write_text(wish.root, entry.name, entry.old, entry.new)
            _write(environment, f"{entry.name}: written")
        elif not may_ask:
            is_open = True
    if options.dry_run:
        _write(environment, f"nothing was written: --dry-run; {len(changes)} to write")
        return CLEAN
    if changes and not options.yes and not may_ask:
        environment.err.write("redhanded: nothing was written: there is no terminal to ask on (--yes does not ask)\n")
    elif changes:
        first = "`pip install pre-commit`, `pre-commit install`, then " if any(map(_is_hook, changes)) else ""
        _write(environment, f"next: {first}`redhanded doctor` tells whether all is well")
    return USAGE if is_open else CLEAN


def _wish(options: Namespace, environment: Environment) -> Wish:
    git = Git(environment.folder, git_environment(environment.variables))
    git.run("rev-parse", "--git-dir")  # fails with git's own words when this is no repository
    top = git.try_run("rev-parse", "--show-toplevel")
    if not top:
        raise UsageError("this is a bare repository: it has no files to write", "run this in a clone with a work tree")
    origin = git.try_run("config", "--get", "remote.origin.url") or b""
    root = os.fsdecode(top.removesuffix(b"\n"))
    return Wish(root, os.fsdecode(origin.strip()), options.ci, options.hook_repo, options.hook_rev)


def _is_hook(change: Change) -> bool:
    return change.name == PRE_COMMIT


def _write(environment: Environment, text: str) -> None:
    environment.out.write("".join(f"{printable(line)}\n" for line in text.splitlines()))
