"""What went through history in an earlier run, and what of that need not be done again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from scanner.errors import GitError
from scanner.git.command import Git
from scanner.git.graph import WALK, Commits, Listing, listed
from scanner.git.provenance import Introductions, traced
from scanner.sources.past import Story, binary, hexadecimal


class Before(NamedTuple):
    """`story` is that of an earlier run; everything was there of which it tells, and still is. `is_unchanged`: whether
    nothing has come since, either. `choice` is what decides which of the findings are asked about.
    """

    story: Story = Story()
    is_unchanged: bool = False
    choice: str = ""


def retraced(
    git: Git,
    before: Before,
    blobs: Collection[str],
    messages: Collection[str],
    jobs: int,
    walk: Sequence[str] = WALK,
    listing: Listing | None = None,
) -> Introductions:
    """Do what scanner.git.provenance does for all of history, looking only at commits that were not looked at before,
    and at those that had to do with what was found. `listing` are the commits of the walk, if git was asked before the
    objects were read: when no commit in it has what was found, git is asked again, as somebody may have committed.

    A commit that was looked at had nothing to do with what is found now but was not then: that was not stored.
    """
    story = before.story
    if before.is_unchanged and story.commits:
        return traced(git, [(commit,) for commit in story.notable], blobs, messages, jobs)._replace(commits=())
    seen = frozenset(hexadecimal(story.commits)).difference(story.notable, messages)

    def gone_through(graph: Commits, error: GitError | None) -> Introductions:
        left = [line for line in graph if line[0] not in seen] if seen else graph
        return traced(git, left, blobs, messages, jobs, error)._replace(commits=graph)

    made = gone_through(*(listing.commits() if listing else listed(git, walk)))
    is_all = made.blobs.keys() >= set(blobs) and made.ranks.keys() >= set(messages)
    if listing is None or is_all or made.error:
        return made
    now = listed(git, walk)
    return made if now[0] == made.commits else gone_through(*now)


def has_no_hints(before: Before | None) -> bool:
    """Whether it is known that nothing but commits leads to what something was found in."""
    return before is not None and before.is_unchanged and not before.story.has_hints


def told(introduced: Introductions, has_hints: bool, before: Before) -> Story:
    """Return what to remember of it; nothing when it is not all."""
    if introduced.error:
        return Story()
    if not introduced.commits:
        return before.story
    notable = [line[0] for line in introduced.commits if line[0] in introduced.changes or line[0] in introduced.ranks]
    commits = binary([line[0] for line in introduced.commits])
    return Story(tuple(notable), commits, has_hints)
