"""What a configuration file may say, as values; each remembers the file and the line that set it."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from scanner.model import Severity
from scanner.ruleset.resources import RuleFile

Kind = Literal["user", "repository", "folder"]

# The tools whose inline markers are honoured, ours first.
TOOLS: Final = ("redhanded", "gitleaks", "betterleaks", "trufflehog", "detect-secrets", "kingfisher", "ggshield")
# A hostile file must not stall the scan: YAML is slow to read, and each pattern is tried on every path.
MAX_BYTES: Final = 256 << 10
# What a folder's file may set: what can be told apart by path. The rest holds for a whole run.
OF_FOLDERS: Final = ("exclude", "include", "skip", "severity", "allow")


class At(NamedTuple):
    """Where something is set. `line` begins at 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Word(NamedTuple):
    text: str
    at: At


class Number(NamedTuple):
    value: float
    at: At


class Switch(NamedTuple):
    on: bool
    at: At


class Graded(NamedTuple):
    """The severity of all rules that `rule` names."""

    rule: str
    severity: Severity
    at: At


class Mark(NamedTuple):
    """Whether the inline markers of `tool` are honoured."""

    tool: str
    on: bool
    at: At


class Allow(NamedTuple):
    """Secrets that are none. `pattern` is a regular expression of the whole value, or of something on its line.

    `rules` (names, a trailing * for many) and `paths` (as in .gitignore) are empty for all. `folder` is that of the
    file, in which it holds, and from which `paths` start: as a layer's.
    """

    over: Literal["value", "line"]
    pattern: str
    reason: str
    rules: tuple[str, ...]
    paths: tuple[str, ...]
    at: At
    folder: str = ""


class Layer(NamedTuple):
    """One configuration file. `folder` is where in the repository it holds: empty for all of it, else with a slash at
    its end. What a file does not set is None or empty.
    """

    file: str
    kind: Kind = "repository"
    folder: str = ""
    exclude: tuple[Word, ...] = ()
    include: tuple[Word, ...] = ()
    skip: tuple[Word, ...] = ()
    enable: tuple[Word, ...] = ()
    severity: tuple[Graded, ...] = ()
    allow: tuple[Allow, ...] = ()
    min_confidence: Number | None = None
    fail_on: Word | None = None
    max_file_size: Number | None = None
    builtin_rules: Switch | None = None
    rules: tuple[Word, ...] = ()
    custom_rules: RuleFile | None = None
    markers: tuple[Mark, ...] = ()
