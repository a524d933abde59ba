"""Where a repository is, and of what kind, asked of git once."""

from __future__ import annotations

import os
from contextlib import suppress
from itertools import chain
from typing import Final, NamedTuple

from scanner.git.command import Git
from scanner.git.process import CAN_LIMIT

_ABSOLUTE: Final = "--path-format=absolute"
_QUESTIONS: Final = (
    *(("--git-dir",), ("--git-common-dir",), ("--git-path", "objects")),
    *(("--show-object-format",), ("--is-shallow-repository",)),
)
_LIMITS: Final = (4 * 3_600, 64 << 30)  # seconds of processor time and bytes for one git
_TIGHT: Final = (600, 4 << 30)  # where some pack is not as it should be
_BLIND: Final = (60, 4 << 30)  # the same where memory cannot be limited: a circle takes 0.3 GB a second


class Place(NamedTuple):
    """`own` is the folder of the repository or of its worktree, `common` the one that all worktrees share, `objects`
    that of the objects; `is_sha1`: whether its ids are of that kind.
    """

    own: str
    common: str
    objects: str
    is_sha1: bool
    is_shallow: bool


def place_of(git: Git) -> Place:
    """Raises GitError, with git's own words, when there is no repository."""
    lines = git.run("rev-parse", _ABSOLUTE, *chain.from_iterable(_QUESTIONS)).split(b"\n")[:-1]
    if len(lines) != len(_QUESTIONS):  # a newline in the name of a folder; asked one by one it does no harm
        lines = [git.run("rev-parse", _ABSOLUTE, *question).removesuffix(b"\n") for question in _QUESTIONS]
    own, common, objects, kind, shallow = lines
    return Place(os.fsdecode(own), os.fsdecode(common), os.fsdecode(objects), kind == b"sha1", shallow == b"true")


def limited(git: Git, is_doubtful: bool) -> Git:
    """Return git with limits to the time and the memory that it may use, half of the machine's at most.

    Deltas in a circle make it use up both. Those that we see it is never asked for, but a branch may lead to one, and
    there are packs that only git can read.
    """
    seconds, size = (_TIGHT if CAN_LIMIT else _BLIND) if is_doubtful else _LIMITS
    with suppress(AttributeError, OSError, ValueError):  # not every system says how much memory it has
        size = min(size, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2)
    return git.within(seconds, size)
