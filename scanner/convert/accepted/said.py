"""What another scanner's file says is to be left alone, in a form of our own, whichever scanner it was."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from scanner.convert.gitleaks import Imported

Key = Literal["exclude", "skip", "allow"]


class Known(NamedTuple):
    """Something that they have accepted and that may be found again. `line` is of their file, which is named `file`.

    By place: `path`, `at` (its line, 0 for any) and `commit` (empty for none), found by `rule` (their name of it, or
    empty). By value: `digest` under `algorithm`, or the `value` itself, which is never printed. `what` names it to
    people; `label` is what their file calls it.
    """

    file: str
    line: int
    what: str
    path: str = ""
    at: int = 0
    commit: str = ""
    rule: str = ""
    algorithm: Literal["", "sha1", "sha256"] = ""
    digest: str = ""
    value: bytes = b""
    label: str = ""

    @property
    def is_by_value(self) -> bool:
        return bool(self.digest or self.value)

    def __repr__(self) -> str:  # the value may be a secret
        return f"Known({self.file}:{self.line})"


class Setting(NamedTuple):
    """An item for a list of our configuration: `item` is YAML, beginning with `- ` and ending its line."""

    file: str
    line: int
    what: str
    key: Key
    item: str


class Left(NamedTuple):
    """What is not carried over, and why. `is_harmless`: nothing that they accept is reported for that."""

    file: str
    line: int
    what: str
    why: str
    by_hand: str = ""
    is_harmless: bool = False


class Said(NamedTuple):
    """All that one file says. `rules` are its own rules, for a rule file of ours."""

    file: str
    tool: str
    known: tuple[Known, ...] = ()
    settings: tuple[Setting, ...] = ()
    left: tuple[Left, ...] = ()
    rules: Imported | None = None

    @classmethod
    def of(cls, file: str, tool: str, found: Iterable[Known | Setting | Left], rules: Imported | None = None) -> Said:
        """Return what was found in the file, each in its order, sorted by what it is."""
        every = tuple(found)
        return cls(
            file,
            tool,
            tuple(one for one in every if isinstance(one, Known)),
            tuple(one for one in every if isinstance(one, Setting)),
            tuple(one for one in every if isinstance(one, Left)),
            rules,
        )
