"""The dates that git writes into the header of a commit or a tag, behind a name and an address."""

from __future__ import annotations

from typing import Final

from scanner.lines import line_span
from scanner.model import Drop
from scanner.refine.subject import Subject

_OBJECTS: Final = (b"tree ", b"object ")
_LINES: Final = (b"author ", b"committer ", b"tagger ")


def refine(subject: Subject) -> Drop | None:
    data, at = subject.data, subject.secret.start
    if not data.startswith(_OBJECTS):
        return None
    start, end = line_span(data, at, 4096)
    if data.startswith(_LINES, start) and start < data.rfind(b"> ", start, end) < at:
        return Drop("plain-value", "it is a date in the header of a commit or a tag")
    return None
