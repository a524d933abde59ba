"""A rule as the engine uses it: checked and analysed.

Apart from the building of rules, so that a run from the cache loads no YAML.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from scanner.model import Evidence, RuleInfo, Severity

OWN_SHAPE: Final = ("proven", "structured")  # a token's own shape tells it; the others go by what stands around


class Anchor(NamedTuple):
    """Every match holds one of `literals` (lower case), and begins `least` to `most` bytes before it."""

    literals: tuple[str, ...]
    least: int
    most: int


class Look(NamedTuple):
    """An expression for Hyperscan: when the pattern matches, one match of a look ends `least` to `most`
    bytes after it begins.

    `gap` is a kind of `scanner.ruleset.gap`: what the text after the look's end must begin with.
    """

    expression: str
    least: int
    most: int
    gap: int = 0


class Rule(NamedTuple):
    """A checked rule, as the engine uses it and the rule cache keeps it: numbers and text only.

    `pattern` is a bytes regex in latin-1 text. Widths are in bytes: a match is at most `max_width` long and looks at
    `behind` and `ahead` bytes around itself. `looks` are for the Hyperscan prefilter, `anchor` for the portable one.
    Every match holds a match of `core`, and begins, in lower-case data, with one of `start`, if these are not empty.
    A `linear` pattern needs no time limit at a single place; its match, with what it looks ahead at, has so many line
    breaks at most, one of them before the secret (0: that is not known). A run uses those not `enabled` only when
    asked to.
    """

    id: str
    name: str
    description: str
    severity: Severity
    provider: str
    evidence: Evidence
    confidence: float
    pattern: str
    max_width: int
    behind: int
    ahead: int
    looks: tuple[Look, ...]
    anchor: Anchor
    start: str
    linear: int
    core: str
    min_entropy: float
    checksum: str
    paths: tuple[str, ...]
    allow: tuple[str, ...]
    revoke: str
    references: tuple[str, ...]
    tags: tuple[str, ...]
    pair: tuple[str, ...]
    enabled: bool

    @property
    def info(self) -> RuleInfo:
        return RuleInfo(
            self.id,
            self.name,
            self.description,
            self.severity,
            self.provider,
            self.revoke,
            self.references,
            self.tags,
        )
