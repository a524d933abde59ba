"""What was in scope and not read, and why. `scanner.model` hands these on."""

from __future__ import annotations

from typing import Literal, NamedTuple

from scanner.origins import Origin

SkipReason = Literal[
    "excluded",  # the user's configuration says not to read it
    "submodule",  # another repository; it has its own history
    "missing-object",
    "shallow",
    "unresolved-ref",
    "unreadable",
    "vanished",
    "not-a-file",
    "symlink",
    "loop",
    "too-large",
    "timeout",
    "too-many-matches",
    "packed",  # an archive, or a file in one, that cannot be unpacked: what it holds is not read
    "too-deep",  # so much is encoded or packed in it that not all of that was read
    "worker-died",
    "unmerged",
    "interrupted",
    "git-error",
    "dangling-ref",  # it stands for another ref, which is not there: nothing is lost
    "unreachable",  # something was found in it, but no ref or reflog leads to it
]

# Left out by decision, and said; every other reason makes a run incomplete.
BY_DECISION: frozenset[str] = frozenset(
    {"packed", "excluded", "submodule", "symlink", "not-a-file", "unreachable", "dangling-ref"}
)

# Decided by the content and the limits alone: who reads it again says the same again.
BY_CONTENT: frozenset[str] = frozenset({"too-large", "too-many-matches", "too-deep"})


class Skip(NamedTuple):
    """Something in scope that was not read (or not wholly), and why."""

    origin: Origin
    reason: SkipReason
    detail: str = ""
    size: int | None = None  # bytes, where that is known

    @property
    def incomplete(self) -> bool:
        return self.reason not in BY_DECISION
