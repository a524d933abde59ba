"""The Hyperscan prefilter: all rules in one automaton, around a gigabyte a second on one core.

Only end offsets are asked of it: with start-of-match it would be three times slower and refuse a third of the rules.
"""

from __future__ import annotations

from struct import pack, unpack_from

import hyperscan

from scanner.engine import owners as owning
from scanner.engine.owners import NARROW
from scanner.engine.prefilter import TooManyHits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanner.engine.owners import Hit, Owners
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
        automaton = _automaton(expressions, range(len(expressions)))
    except Error:
        rules = tuple(rule if is_accepted(rule) else _literals_only(rule) for rule in rules)
        expressions, owners = owning.collect(rule.looks for rule in rules)
        automaton = _automaton(expressions, range(len(expressions)))
    wide = [number for number in range(len(expressions)) if owners.reach(number) > NARROW]
    second = _automaton([expressions[number] for number in wide], wide) if wide else b""
    return owners.encode() + pack("<I", len(automaton)) + automaton + second


def _automaton(expressions: Sequence[str], ids: Sequence[int]) -> bytes:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[expression.encode("latin-1") for expression in expressions],
        ids=list(ids),
        elements=len(expressions),
        flags=[0] * len(expressions),
    )
    return bytes(hyperscan.dumpb(database))


def is_accepted(rule: Rule) -> bool:
    """Whether Hyperscan compiles the rule's looks."""
    try:
        _automaton([look.expression for look in rule.looks], range(len(rule.looks)))
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
        start = owning.length(compiled) + 4
        self._end = start + int(unpack_from("<I", compiled, start - 4)[0])
        self._database = _loaded(compiled[start : self._end])
        self._wide: hyperscan.Database | None = None

    def __reduce__(self) -> tuple[type[HyperscanPrefilter], tuple[bytes]]:
        return HyperscanPrefilter, (self._compiled,)

    def hits(self, data: bytes) -> list[Hit]:
        """Return (expression, end offset) of every match that its gap does not rule out, by offset.

        Raises TooManyHits.
        """
        return self._hits(self._database, data, data, 0)

    def hits_between(self, data: bytes, low: int, high: int) -> list[Hit]:
        """Return the hits that end from `low` to `high`, those of wide expressions left out. Raises TooManyHits."""
        start = max(0, low - NARROW)
        reaches = self.owners.reaches
        found = self._hits(self._database, data[start:high], data, start)
        return [hit for hit in found if hit[1] >= low and reaches[hit[0]] <= NARROW]

    def wide_hits(self, data: bytes, low: int, high: int) -> list[Hit]:
        """Return the hits of wide expressions that end from `low` to `high`. Raises TooManyHits."""
        if self._end == len(self._compiled):
            return []
        if self._wide is None:
            self._wide = _loaded(self._compiled[self._end :])
        start = max(0, low - self.owners.widest)
        return [hit for hit in self._hits(self._wide, data[start:high], data, start) if hit[1] >= low]

    def _hits(self, database: hyperscan.Database, part: bytes, data: bytes, start: int) -> list[Hit]:
        found: list[Hit] = []

        def on_match(expression: int, begin: int, end: int, flags: int, context: object) -> bool | None:
            if not self.owners.passes(expression, start + end, data):
                return None
            found.append((expression, start + end))
            return len(found) > MAX_HITS or None

        try:
            database.scan(part, match_event_handler=on_match)
        except hyperscan.ScanTerminated:
            raise TooManyHits(MAX_HITS) from None
        return found

    def candidates(self, data: bytes) -> Candidates:
        hits = self.hits(data)
        return self.owners.candidates(hits) if hits else {}

    @property
    def owners(self) -> Owners:
        # Only when there is a hit: most commits have none.
        if self._owners is None:
            self._owners = owning.decode(self._compiled)
        return self._owners


def _loaded(automaton: bytes) -> hyperscan.Database:
    database = hyperscan.loadb(automaton, hyperscan.HS_MODE_BLOCK)
    database.scratch = hyperscan.Scratch(database)
    return database
