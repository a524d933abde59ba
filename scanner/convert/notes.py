"""What could not be carried over, or not quite: told line by line, nothing left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scanner.redact import printable


class Note(NamedTuple):
    """`line` is of the TOML file; `by_hand` says what a person can do about it, empty for nothing."""

    line: int
    rule_id: str
    what: str
    by_hand: str = ""


def lines_of(file: str, note: Note) -> Iterator[str]:
    of = f"rule {note.rule_id!r}: " if note.rule_id else ""
    yield printable(f"{file}:{note.line}: {of}{note.what}")
    if note.by_hand:
        yield printable(f"    by hand: {note.by_hand}")
