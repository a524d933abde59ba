"""What was decided in reviews and stands in no policy file: what is to be rotated, and what was skipped.

It is one person's own, and so a file in their state folder, one for each repository. It holds no secret and no
fingerprint: a secret is named by the slow hash that suppressions use, under a salt of this file's own.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, Final, Literal, NamedTuple

from scanner.errors import RedhandedError
from scanner.policy.allowfile import RULE
from scanner.policy.keyed import derive_all, new_salt
from scanner.redact import printable

_SCHEMA: Final = "redhanded-review/1"
_MOST: Final = 64 << 20  # bytes of a file

Kind = Literal["rotate", "skip"]
ROTATE: Final[Kind] = "rotate"
SKIP: Final[Kind] = "skip"


class Note(NamedTuple):
    """What is to be done about a finding of the rule; `place` is where it stood, as a report tells it."""

    rule: str
    kind: Kind
    place: str


class Mark(NamedTuple):
    """The same with the name of the secret."""

    hash: str
    rule: str
    kind: Kind
    place: str


class Todo:
    """The marks of one repository, in the order in which they were made; each change is written at once."""

    def __init__(self, path: str) -> None:
        """Raises RedhandedError for a file that is none of ours."""
        self._path = path
        self._names: dict[str, str] = {}
        self.salt, self.marks = self._read()

    def name_all(self, fingerprints: Iterable[str], threads: int) -> None:
        """Derive the names of many secrets at once, so that asking about them takes no time."""
        if self.marks:
            self._derive(fingerprints, threads)

    def of(self, fingerprint: str) -> Note | None:
        mark = self.marks.get(self._name(fingerprint)) if self.marks else None
        return mark and Note(*mark[1:])

    def change(self, notes: Mapping[str, Note | None], threads: int = 1) -> None:
        """Let secrets, given by fingerprint, have these notes, or none. Raises RedhandedError."""
        self._fresh()
        self._derive(notes, threads)
        made = dict(self.marks)
        for fingerprint, note in notes.items():
            name = self._name(fingerprint)
            made.pop(name, None)
            if note is not None:
                made[name] = Mark(name, *note)
        if made != self.marks:
            self._write(made)

    def drop(self, names: Iterable[str]) -> None:
        gone = set(names)
        self._fresh()
        self._write({name: mark for name, mark in self.marks.items() if name not in gone})

    def _derive(self, fingerprints: Iterable[str], threads: int) -> None:
        derived = derive_all({one: [self.salt] for one in fingerprints if one not in self._names}, threads)
        self._names |= {fingerprint: found[0][1] for fingerprint, found in derived.items()}

    def _name(self, fingerprint: str) -> str:
        if fingerprint not in self._names:
            self._derive([fingerprint], 1)
        return self._names[fingerprint]

    def _fresh(self) -> None:
        """Take in what another review has written meanwhile."""
        salt, self.marks = self._read()
        if self.marks and salt != self.salt:
            self.salt, self._names = salt, {}

    def _read(self) -> tuple[str, dict[str, Mark]]:
        try:
            with open(self._path, "rb") as file:
                told = json.loads(file.read(_MOST))
            if told["schema"] != _SCHEMA or len(bytes.fromhex(told["salt"])) != 16:
                raise ValueError
            marks = [_mark(one) for one in told["marks"]]
        except FileNotFoundError:
            return getattr(self, "salt", "") or new_salt(), {}
        except OSError as error:
            raise self._error(f"cannot be read: {error.strerror}") from None
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise self._error("is not what a review has written") from None
        return told["salt"], {mark.hash: mark for mark in marks}

    def _write(self, marks: dict[str, Mark]) -> None:
        """Write all of it anew, all at once or not at all."""
        told = {"schema": _SCHEMA, "salt": self.salt, "marks": [mark._asdict() for mark in marks.values()]}
        temporary = f"{self._path}.{os.urandom(8).hex()}"
        try:
            os.makedirs(os.path.dirname(self._path), mode=0o700, exist_ok=True)
            with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
                json.dump(told, file, indent=1)
            os.replace(temporary, self._path)
        except BaseException as error:
            with suppress(OSError):
                os.unlink(temporary)
            if isinstance(error, OSError):
                raise self._error(f"cannot be written: {error.strerror}") from None
            raise
        self.marks = marks

    def _error(self, problem: str) -> RedhandedError:
        help = "it keeps what is to be rotated and what was skipped; XDG_STATE_HOME names another folder for it"
        return RedhandedError(f"{printable(self._path)} {problem}", help)


def _mark(told: Any) -> Mark:
    mark = Mark(told["hash"], told["rule"], told["kind"], printable(told["place"]))
    is_known = mark.kind in (ROTATE, SKIP) and RULE.fullmatch(mark.rule) and len(bytes.fromhex(mark.hash)) == 16
    if not is_known:
        raise ValueError
    return mark
