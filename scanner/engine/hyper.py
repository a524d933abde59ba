"""The Hyperscan prefilter: all rules in one automaton, around a gigabyte a second on one core.

Only end offsets are asked of it: with start-of-match it would be three times slower and refuse a third of the rules.
"""

from __future__ import annotations

import hyperscan

from scanner.engine import owners as owning
from scanner.engine.prefilter import TooManyHits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanner.engine.owners import Owners
    from scanner.engine.prefilter import Candidates
    from scanner.ruleset.built import Rule

MAX_HITS = 2_000_000
Error = hyperscan.error
VERSION = f"hyperscan {getattr(hyperscan, '__version__', 'of unknown version')}"


def compile_rules(rules: Sequence[Rule]) -> bytes:
    """Return what `HyperscanPrefilter` needs of the rules, numbered as they stand.

    Takes about half a millisecond a rule. A rule that Hyperscan refuses (too large, say) is looked for by its literals.
    """
    expressions, owners = owning.collect(rule.looks for rule in rules)
    try:
        automaton = _automaton(expressions)
    except Error:
        rules = tuple(rule if is_accepted(rule) else _literals_only(rule) for rule in rules)
        expressions, owners = owning.collect(rule.looks for rule in rules)
        automaton = _automaton(expressions)
    return owners.encode() + automaton


def _automaton(expressions: Sequence[str]) -> bytes:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[expression.encode("latin-1") for expression in expressions],
        ids=list(range(len(expressions))),
        elements=len(expressions),
        flags=[0] * len(expressions),
    )
    return bytes(hyperscan.dumpb(database))


def is_accepted(rule: Rule) -> bool:
    """Whether Hyperscan compiles the rule's looks."""
    try:
        _automaton([look.expression for look in rule.looks])
    except Error:
        return False
    return True


def _literals_only(rule: Rule) -> Rule:
    """Return the rule with its required literals for looks: the same places are found, and more besides."""
    from scanner.ruleset.built import Look

    literals, least, most = rule.anchor
    escaped = ["".join(f"\\x{ord(letter):02x}" for letter in literal) for literal in literals]
    looks = (Look(f"(?i:{e})", least + len(t), most + len(t)) for e, t in zip(escaped, literals, strict=True))
    return rule._replace(looks=tuple(looks))


class HyperscanPrefilter:
    """Built from what `compile_rules` returns. Raises hyperscan.error or struct.error for anything else."""

    name = "hyperscan"

    def __init__(self, compiled: bytes) -> None:
        self._compiled = compiled
        self._owners: Owners | None = None
        self._database = hyperscan.loadb(compiled[owning.length(compiled) :], hyperscan.HS_MODE_BLOCK)
        self._database.scratch = hyperscan.Scratch(self._database)

    def __reduce__(self) -> tuple[type[HyperscanPrefilter], tuple[bytes]]:
        return HyperscanPrefilter, (self._compiled,)

    def hits(self, data: bytes) -> list[tuple[int, int]]:
        """Return (expression, end offset) of every match that its gap does not rule out. Raises TooManyHits."""
        found: list[tuple[int, int]] = []

        def on_match(expression: int, start: int, end: int, flags: int, context: object) -> bool | None:
            if not self._get_owners().passes(expression, end, data):
                return None
            found.append((expression, end))
            return len(found) > MAX_HITS or None

        try:
            self._database.scan(data, match_event_handler=on_match)
        except hyperscan.ScanTerminated:
            raise TooManyHits(MAX_HITS) from None
        return found

    def candidates(self, data: bytes) -> Candidates:
        hits = self.hits(data)
        return self._get_owners().candidates(hits) if hits else {}

    def _get_owners(self) -> Owners:
        # Only when there is a hit: most commits have none.
        if self._owners is None:
            self._owners = owning.decode(self._compiled)
        return self._owners
