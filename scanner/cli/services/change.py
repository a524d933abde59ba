"""What a CI service says about the change that it builds, before git has been asked about any of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from scanner.errors import UsageError
from scanner.git.revision import is_id
from scanner.redact import printable

DEFAULT_BRANCH: Final = "HEAD"  # in a remote's refs: its default branch
_LONGEST: Final = 1_000
ANYWHERE: Final = "`redhanded ci --range A..B` names it by hand"


class Change(NamedTuple):
    """`head`, the change's last commit, and what it is compared with; the rest of git's history is not the change's.

    `before`: the commit that was there before. `target`: a branch, without `refs/heads/`, whose commits are not the
    change's either; when `before` is empty it has to be there. Neither of them: all of `head`'s history is new.
    `otherwise`: what to do when `before` is gone, as it is after a forced push.
    `may_be_target`: whether `head` can be in `target` already; if not, there is nothing to compare with.
    """

    head: str
    before: str = ""
    target: str = ""
    otherwise: Change | None = None
    may_be_target: bool = True


class Service(NamedTuple):
    """`deepen`: how to get the whole history, to be pasted. `format`: the report that it shows beside the code.

    `quote` makes text safe to print in a job's log, where the service looks for commands.
    """

    name: str
    is_here: Callable[[Mapping[str, str]], bool]
    change: Callable[[Mapping[str, str]], Change]
    deepen: str
    format: str = ""
    quote: Callable[[str], str] = lambda text: text


def commit_id(text: object, where: str) -> str:
    """Return a whole commit id. Raises UsageError, naming `where` it stood."""
    if isinstance(text, str) and is_id(text):
        return text
    shown = printable(text[:100]) if isinstance(text, str) else type(text).__name__
    raise UsageError(f"{where} is not a commit id: {shown or 'empty'}", ANYWHERE)


def is_nothing(text: object) -> bool:
    """Whether this stands for no commit: empty, or all zeros."""
    return isinstance(text, str) and not text.strip("0")


def branch(text: object, where: str) -> str:
    """Return a branch's name without `refs/heads/`, empty when there is none. Raises UsageError."""
    if not isinstance(text, str) or len(text) > _LONGEST:
        raise UsageError(f"{where} is not the name of a branch", ANYWHERE)
    return text.removeprefix("refs/heads/")


def pushed(head: str, before: str, pushed_branch: str, default: str) -> Change:
    """Return the change of a push. A new branch, or one that was rewritten, is compared with the default branch."""
    own = pushed_branch == default
    rest = Change(head, target="" if own else default)
    if is_nothing(before):
        return rest
    return Change(head, before, "" if own else default, otherwise=rest)
