"""From what a CI service says about a change to its commits; or the reason why they are not here."""

from __future__ import annotations

from typing import NamedTuple

from scanner.cli.environment import Environment
from scanner.cli.scope import ends
from scanner.cli.services.change import ANYWHERE, DEFAULT_BRANCH, Change, Service
from scanner.errors import UsageError
from scanner.git.command import Git
from scanner.git.history import is_shallow
from scanner.git.range import Scope, is_cut_short
from scanner.git.revision import resolve, resolve_ref
from scanner.redact import printable


class Review(NamedTuple):
    """A change: its commits, the first of `scope.revisions` the last of them. `trusted` are commits whose policy
    counts: that of the target branch; where there is none, what was there before. What a topic branch held before is
    none: nobody has looked at that yet.
    """

    scope: Scope
    trusted: tuple[str, ...] = ()


def change_of(git: Git, service: Service, environment: Environment) -> Review:
    """Return the change that the service builds. Raises UsageError."""
    return _whole(git, _resolved(git, service, service.change(environment.variables), environment), service)


def range_of(git: Git, text: str, service: Service | None) -> Review:
    """Return a range `A..B` that the user names. Raises UsageError."""
    revisions = ends(git, text, _deepen(service))
    less = tuple(one[1:] for one in revisions if one.startswith("^"))
    return _whole(git, Review(Scope(revisions), less), service)


def _resolved(git: Git, service: Service, change: Change, environment: Environment) -> Review:
    head = resolve(git, change.head)
    if head is None:
        raise _missing(git, service, f"the change's last commit {printable(change.head)} is not in this checkout")
    less: list[str] = []
    tips: list[str] = []
    if change.before:
        before = resolve(git, change.before)
        if before is None and change.otherwise and not is_shallow(git):
            target = printable(change.otherwise.target)
            how = f"comparing with {target}" if target else "reading the whole history of this branch"
            environment.err.write(f"redhanded: {change.before} is gone (a forced push?), so {how}\n")
            return _resolved(git, service, change.otherwise, environment)
        if before is None:
            raise _missing(git, service, f"the commit {change.before}, which was there before, is not in this checkout")
        less.append(before)
    if change.target:
        tips = _target(git, service, change, head, is_needed=not less)
    return Review(Scope((head, *(f"^{oid}" for oid in (*less, *tips)))), tuple(tips or less))


def _target(git: Git, service: Service, change: Change, head: str, is_needed: bool) -> list[str]:
    """Return the commit of the target branch as the remote has it, nothing when it is not here and need not be."""
    tip = resolve_ref(git, f"refs/remotes/origin/{change.target}")
    if tip is None and is_needed:
        if change.target == DEFAULT_BRANCH:
            problem = f"{service.name} does not say what this build is to be compared with"
            raise UsageError(problem, f"{ANYWHERE}, for example origin/main..HEAD")
        raise _missing(git, service, f"the branch origin/{printable(change.target)} is not in this checkout")
    if tip and not change.may_be_target and git.try_run("merge-base", "--is-ancestor", head, tip) is not None:
        problem = f"this commit is in the default branch, and {service.name} does not say what was there before it"
        raise UsageError(problem, f"{ANYWHERE}; HEAD^..HEAD where each push is one merge")
    return [tip] if tip else []


def _whole(git: Git, review: Review, service: Service | None) -> Review:
    """Return the change. Raises UsageError when a shallow checkout ends within it: then old secrets would look new."""
    if is_cut_short(git, review.scope):
        problem = "this checkout is shallow, and ends within the change, so its commits cannot be told from older ones"
        raise UsageError(problem, _deepen(service))
    return review


def _missing(git: Git, service: Service, problem: str) -> UsageError:
    if is_shallow(git):
        return UsageError(f"{problem}, which is shallow", _deepen(service))
    return UsageError(problem, f"fetch it before this step, for example with all branches:\n{service.deepen}")


def _deepen(service: Service | None) -> str:
    return f"get the whole history; for {service.name}:\n{service.deepen}" if service else "run: git fetch --unshallow"
