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
ONCE = hyperscan.HS_FLAG_SINGLEMATCH
_PARTS = 4  # the automata of all rules, of wide expressions, of what tells whether the last one is worth it, of that
Error = hyperscan.error
VERSION = f"hyperscan {getattr(hyperscan, '__version__', 'of unknown version')}"


def compile_rules(rules: Sequence[Rule], decoding: bool = True) -> bytes:
    """Return what `HyperscanPrefilter` needs of the rules, numbered as they stand; the encodings' numbers come after,
    unless nothing is to be decoded.

    Takes about half a millisecond a rule. A rule that Hyperscan refuses (too large, say) is looked for by its literals.
    """
    from scanner.engine import disguise

    encoded = tuple(disguise.looks(rules)) if decoding else ()
    expressions, owners = owning.collect((*(rule.looks for rule in rules), *encoded))
    slow = {look.expression for look in disguise.slow(encoded)} if decoding else set()
    main = [number for number, expression in enumerate(expressions) if expression not in slow]
    try:
        automaton = _automaton(expressions, main)
    except Error:
        rules = tuple(rule if is_accepted(rule) else _literals_only(rule) for rule in rules)
        expressions, owners = owning.collect((*(rule.looks for rule in rules), *encoded))
        main = [number for number, expression in enumerate(expressions) if expression not in slow]
        automaton = _automaton(expressions, main)
    wide = [number for number in main if owners.reach(number) > NARROW]
    rest = [number for number, expression in enumerate(expressions) if expression in slow]
    others = (_automaton(expressions, wide) if wide else b"", _automaton([disguise.GATE], [0], ONCE))
    parts = (automaton, *others, _automaton(expressions, rest) if rest else b"")
    return owners.encode() + pack(f"<{_PARTS}I", *map(len, parts)) + b"".join(parts)


def _automaton(expressions: Sequence[str], ids: Sequence[int], flags: int = 0) -> bytes:
    """Compile those of the expressions that have these numbers."""
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[expressions[number].encode("latin-1") for number in ids],
        ids=list(ids),
        elements=len(ids),
        flags=[flags] * len(ids),
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
        start = owning.length(compiled)
        self._ends = [start + 4 * _PARTS]
        for size in unpack_from(f"<{_PARTS}I", compiled, start):
            self._ends.append(self._ends[-1] + int(size))
        self._database = self._loaded(0)
        self._gate = self._loaded(2)
        self._wide: hyperscan.Database | None = None
        self._slow: hyperscan.Database | None = None

    def __reduce__(self) -> tuple[type[HyperscanPrefilter], tuple[bytes]]:
        return HyperscanPrefilter, (self._compiled,)

    def hits(self, data: bytes) -> list[Hit]:
        """Return (expression, end offset) of every match that its gap does not rule out, by offset.

        Raises TooManyHits.
        """
        found = self._hits(self._database, data, data, 0)
        return sorted((*found, *more), key=_end) if (more := self._slow_hits(data, data, 0)) else found

    def hits_between(self, data: bytes, low: int, high: int) -> list[Hit]:
        """Return the hits that end from `low` to `high`, those of wide expressions left out. Raises TooManyHits."""
        start = max(0, low - NARROW)
        reaches = self.owners.reaches
        part = data[start:high]
        found = self._hits(self._database, part, data, start) + self._slow_hits(part, data, start)
        return [hit for hit in found if hit[1] >= low and reaches[hit[0]] <= NARROW]

    def wide_hits(self, data: bytes, low: int, high: int) -> list[Hit]:
        """Return the hits of wide expressions that end from `low` to `high`. Raises TooManyHits."""
        if self._ends[1] == self._ends[2]:
            return []
        if self._wide is None:
            self._wide = self._loaded(1)
        start = max(0, low - self.owners.widest)
        return [hit for hit in self._hits(self._wide, data[start:high], data, start) if hit[1] >= low]

    def _slow_hits(self, part: bytes, data: bytes, start: int) -> list[Hit]:
        """Return the hits of what is slow to look for, where the part has any long run of letters and digits."""
        if self._ends[3] == self._ends[4]:
            return []
        runs: list[int] = []
        self._gate.scan(part, match_event_handler=lambda *place: runs.append(place[2]))
        if not runs:
            return []
        if self._slow is None:
            self._slow = self._loaded(3)
        return self._hits(self._slow, part, data, start)

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

    def _loaded(self, part: int) -> hyperscan.Database:
        automaton = self._compiled[self._ends[part] : self._ends[part + 1]]
        database = hyperscan.loadb(automaton, hyperscan.HS_MODE_BLOCK)
        database.scratch = hyperscan.Scratch(database)
        return database

    @property
    def owners(self) -> Owners:
        # Only when there is a hit: most commits have none.
        if self._owners is None:
            self._owners = owning.decode(self._compiled)
        return self._owners


def _end(hit: Hit) -> int:
    return hit[1]
