"""Which commit's policy a change is judged by: never that of the change itself, unless a person has approved it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import NamedTuple

from scanner.cli.review import Review
from scanner.errors import GitError, UsageError
from scanner.git.command import Git
from scanner.git.commitfiles import newest_first
from scanner.git.range import Scope, boundary
from scanner.git.revision import resolve, resolve_ref
from scanner.redact import printable


class Ground(NamedTuple):
    """`base` is the commit with whose policy a change is compared, None for what is built in, and `why` says which it
    is. `heads` are the last commits of the change.
    """

    base: str | None
    why: str
    heads: tuple[str, ...] = ()


def trust_options(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("trust")
    group.add_argument(
        "--policy-from",
        metavar="REV",
        help="judge by the policy of this commit or branch (default: of the branch that it is for)",
    )
    group.add_argument(
        "--trust-suppressions",
        action="store_true",
        help="suppressions and comments that the change brings count, and are listed; its configuration does not",
    )
    group.add_argument(
        "--approve-policy",
        action="store_true",
        help="a person approved what the change does to the policy: judge by its own",
    )


def of_review(git: Git, review: Review, options: Namespace) -> Ground:
    """Return the ground of a change in CI: what it is compared with, the target branch as it is now. Raises UsageError
    for a --policy-from that is no commit.

    Not the merge base: who writes a change chooses what to build it on, and so could choose a commit of the days when
    the policy let more pass.
    """
    heads = review.scope.revisions[:1]
    if options.policy_from is not None:
        return _chosen(git, options.policy_from, heads)
    if not review.trusted:
        return Ground(None, "", heads)
    return Ground(newest_first(git, review.trusted)[0], "what the change is compared with", heads)


def of_push(git: Git, remote: str, scope: Scope, options: Namespace) -> Ground:
    """Return the ground of a push to `remote`: its default branch as last seen, or what the push is built on."""
    heads = _heads(git, scope)
    if options.policy_from is not None:
        return _chosen(git, options.policy_from, heads)
    if tip := resolve_ref(git, f"refs/remotes/{remote}/HEAD"):
        return Ground(tip, f"the default branch of {printable(remote)}", heads)
    return _built_on(git, scope, heads)


def of_received(git: Git, scope: Scope, options: Namespace) -> Ground:
    """Return the ground of what was pushed here: the default branch, which is still as it was."""
    heads = _heads(git, scope)
    if options.policy_from is not None:
        return _chosen(git, options.policy_from, heads)
    if tip := resolve(git, "HEAD"):
        return Ground(tip, "the default branch", heads)
    return _built_on(git, scope, heads)


def _built_on(git: Git, scope: Scope, heads: tuple[str, ...]) -> Ground:
    try:
        found = newest_first(git, boundary(git, scope))
    except GitError:  # the history is broken, which the scan meets too
        found = []
    if not found:
        return Ground(None, "", heads)
    return Ground(found[0], "what the push is built on", heads)


def _chosen(git: Git, name: str, heads: tuple[str, ...]) -> Ground:
    return Ground(named(git, name), printable(name), heads)


def named(git: Git, name: str) -> str:
    """Return the commit that --policy-from names. Raises UsageError."""
    commit = resolve(git, name)
    if commit is None:
        help = "name a branch or a commit that is in this repository, for example origin/main"
        raise UsageError(f"--policy-from: there is no commit {printable(name) or repr(name)} here", help)
    return commit


def _heads(git: Git, scope: Scope) -> tuple[str, ...]:
    """Return the commits that are pushed, each once; what is pushed may be a tag, or no commit at all."""
    news: Sequence[str] = scope.revisions[: scope.revisions.index("--not")] if "--not" in scope.revisions else ()
    commits = (resolve(git, new) for new in news)
    return tuple(dict.fromkeys(commit for commit in commits if commit))
