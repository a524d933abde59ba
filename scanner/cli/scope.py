"""Which part of a history to read: the options of `history`, and ranges `A..B` wherever one is given."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from typing import Final

from scanner.errors import UsageError
from scanner.git.command import Git
from scanner.git.history import is_shallow
from scanner.git.range import Scope
from scanner.git.revision import resolve
from scanner.redact import printable

_DEEPEN: Final = "`git fetch --unshallow` gets the rest"


def add_scope(parser: ArgumentParser) -> None:
    scope = parser.add_argument_group("scope", "Without these, everything that any ref reaches. They can be combined.")
    scope.add_argument("--since", metavar="REV", help="only what came after REV (a commit, tag or branch)")
    scope.add_argument("--range", metavar="A..B", help="only the commits of B that A lacks")
    scope.add_argument("--branches", action="store_true", help="local branches only: no tags, no remote branches")
    scope.add_argument("--max-count", metavar="N", type=_count, default=0, help="only the newest N commits")


def chosen(git: Git, options: Namespace) -> Scope | None:
    """Return the scope that the options of `add_scope` ask for, None when they do not. Raises UsageError."""
    if options.since is None and options.range is None and not options.branches and not options.max_count:
        return None
    if options.range is not None and options.branches:
        raise UsageError("--range and --branches exclude each other", "give one of them")
    revisions: tuple[str, ...] = ("--branches",) if options.branches else ("--all",)
    if options.range is not None:
        revisions = ends(git, options.range)
    if options.since is not None:
        help = "it takes a commit, a tag or a branch (not a date): `git log --oneline` lists commits"
        revisions += (f"^{_known(git, options.since, '--since', help)}",)
    return Scope(revisions, options.max_count)


def ends(git: Git, text: str, deepen: str = _DEEPEN) -> tuple[str, str]:
    """Return the revisions of a range `A..B` for git: what B reaches, less what A does.

    Raises UsageError, which says how to `deepen` a shallow clone.
    """
    first, dots, last = text.partition("..")
    problem = f"--range {printable(text)}"
    if last.startswith("."):
        raise UsageError(f"{problem}: three dots are not supported", "write A..B: what B reaches and A does not")
    if not (first and dots and last):
        help = "write A..B with a revision on both sides; is a variable in it empty?"
        raise UsageError(f"{problem}: two revisions are needed", help)
    help = "`git log --oneline` lists commits"
    start, end = (_known(git, name, problem, help, deepen) for name in (first, last))
    return end, f"^{start}"


def _known(git: Git, name: str, where: str, help: str, deepen: str = _DEEPEN) -> str:
    """Return the commit that a revision names. Raises UsageError, which says `where` that stood, and `help`."""
    oid = resolve(git, name)
    if oid is None:
        if is_shallow(git):
            help = f"this clone is shallow, and may lack it; {deepen}"
        raise UsageError(f"{where}: there is no commit {printable(name) or repr(name)} here", help)
    return oid


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10) or not int(text):
        raise ArgumentTypeError(f"{text!r} is not a number from 1 on")
    return int(text)
