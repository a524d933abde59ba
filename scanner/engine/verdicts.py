"""Matches that were judged once. The versions of a file repeat them, and judging takes longer than remembering."""

from __future__ import annotations

from typing import Final

from scanner.model import Drop, Keep
from scanner.refine import OF_FILE, judge
from scanner.refine.subject import Subject

# What the refiners look at, at most, before and behind a match. A test changes what is further away.
BEFORE: Final = 640
AFTER: Final = 480
_LONGEST: Final = 1024  # bytes of a match that is worth remembering
_REMEMBERED: Final = 16 << 20  # bytes in all


class Verdicts:
    """Judges, and remembers the verdicts on content whose path is not known yet: there they depend on nothing but the
    rule and the bytes around. A rule for whole files is the exception: it reads all of the file.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], Keep | Drop] = {}
        self._size = 0

    def judged(self, subject: Subject) -> Keep | Drop:
        is_long = subject.match.end - subject.match.start > _LONGEST
        if not subject.path_follows or is_long or OF_FILE in subject.rule.tags:
            return judge(subject)
        key = _around(subject)
        if known := self._known.get(key):
            return known
        verdict = judge(subject)
        self._size += BEFORE + AFTER + len(subject.value)
        if self._size > _REMEMBERED:
            self._known.clear()
            self._size = 0
        self._known[key] = verdict
        return verdict

    def __reduce__(self) -> tuple[type[Verdicts], tuple[()]]:  # what was scanned is not for pickles
        return Verdicts, ()


def _around(subject: Subject) -> tuple[object, ...]:
    """Return all that the verdict depends on. What the beginning or the end cuts short is another thing elsewhere."""
    (start, end), secret, data = subject.match, subject.secret, subject.data
    low, high = start - BEFORE, end + AFTER
    where = (start if low < 0 else -1, high > len(data), end - start, secret.start - start, secret.end - start)
    return subject.rule.id, where, data[max(0, low) : high]
