"""The Hyperscan prefilter: all rules in one automaton, around a gigabyte a second on one core.

Only end offsets are asked of it: with start-of-match it would be three times slower and refuse a third of the rules.
"""

from __future__ import annotations

from functools import partial
from struct import pack, unpack_from

import hyperscan

from scanner.engine import owners as owning
from scanner.engine.owners import LEVELS
from scanner.engine.prefilter import TooManyHits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from scanner.engine.owners import Check, Hit, Owners
    from scanner.engine.pieces import Pieces
    from scanner.engine.prefilter import Candidates
    from scanner.ruleset.built import Rule

MAX_HITS = 2_000_000
ONCE = hyperscan.HS_FLAG_SINGLEMATCH
# The automata: what is looked for in any data, and in text only; the expressions of each level but the first once more
# (`owners.LEVELS`); what is slow to look for, and what tells whether that is worth it. The first two are no slower than
# one with all would be. What takes longest to compile comes first.
_ANY, _TEXT, _LEVEL_1 = range(3)
_SLOW = _LEVEL_1 + len(LEVELS)
_GATE = _SLOW + 1
_PARTS = _GATE + 1
_MANY = 2000  # expressions that are worth processes
Error = hyperscan.error
VERSION = f"hyperscan {getattr(hyperscan, '__version__', 'of unknown version')}"


def compile_rules(rules: Sequence[Rule], decoding: bool = True, jobs: int = 1) -> bytes:
    """Return what `HyperscanPrefilter` needs of the rules, numbered as they stand; the encodings' numbers come after,
    unless nothing is to be decoded.

    Takes about a millisecond a rule, half of that where `jobs` processes share it. A rule that Hyperscan refuses (too
    large, say) is looked for by its literals.
    """
    from scanner.engine import disguise
    from scanner.ruleset.built import OWN_SHAPE

    encoded = tuple(disguise.looks(rules)) if decoding else ()
    expressions, owners = owning.collect((*(rule.looks for rule in rules), *encoded))
    slow = {look.expression for look in disguise.slow(encoded)} if decoding else set()
    in_text = {number for number, rule in enumerate(rules) if rule.evidence not in OWN_SHAPE}
    try:
        parts = _parts(expressions, owners, slow, in_text, jobs)
    except Error:
        rules = tuple(rule if is_accepted(rule) else _literals_only(rule) for rule in rules)
        expressions, owners = owning.collect((*(rule.looks for rule in rules), *encoded))
        parts = _parts(expressions, owners, slow, in_text, jobs)
    parts.append(_automaton([disguise.GATE], [0], ONCE))
    return owners.encode() + pack(f"<{_PARTS}I", *map(len, parts)) + b"".join(parts)


def _parts(
    expressions: Sequence[str], owners: Owners, slow: Collection[str], in_text: Collection[int], jobs: int
) -> list[bytes]:
    from scanner.children import in_processes  # the hook loads this module and compiles nothing

    main = {number for number, expression in enumerate(expressions) if expression not in slow}
    text = main & owners.of_only(in_text)
    slow_ones = set(range(len(expressions))) - main
    levels = ({number for number in main if owners.level(number) == level} for level in range(1, len(LEVELS) + 1))
    works = [partial(_automaton, expressions, sorted(numbers)) for numbers in (main - text, text, *levels, slow_ones)]
    return list(in_processes(works, jobs if len(expressions) > _MANY else 1))


def _automaton(expressions: Sequence[str], ids: Sequence[int], flags: int = 0) -> bytes:
    """Compile those of the expressions that have these numbers; nothing, when there are none."""
    if not ids:
        return b""
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
        self._databases: dict[int, hyperscan.Database | None] = {}
        for part in (_ANY, _TEXT, _GATE):
            self._database(part)

    def __reduce__(self) -> tuple[type[HyperscanPrefilter], tuple[bytes]]:
        return HyperscanPrefilter, (self._compiled,)

    def hits(self, data: bytes, is_binary: bool = False) -> list[Hit]:
        """Return (expression, end offset) of every match that its gap does not rule out, by offset. In binary data what
        only text may hold is not looked for.

        Raises TooManyHits.
        """
        found = self._hits(_ANY, data)
        more = [] if is_binary else self._hits(_TEXT, data)
        if self._is_worth_slow(data):
            more += self._hits(_SLOW, data)
        return sorted((*found, *more), key=_end) if more else found

    def hits_in(self, pieces: Pieces, data: bytes, level: int) -> list[Hit]:
        """Return the hits of expressions of that level (`owners.LEVELS`) in pieces of a text, in no order. At the seams
        there may be more than `hits` has. Raises TooManyHits.
        """
        if level:
            return self._hits(_LEVEL_1 + level - 1, data, pieces)
        found = self._hits(_ANY, data, pieces) + self._hits(_TEXT, data, pieces)
        if self._is_worth_slow(pieces.text):
            found += self._hits(_SLOW, data, pieces)
        reaches = self.owners.reaches
        return [hit for hit in found if reaches[hit[0]] <= LEVELS[0]]

    def _is_worth_slow(self, text: bytes) -> bool:
        """Whether any run of letters and digits is as long as what is slow to look for."""
        gate = self._database(_GATE)
        if gate is None or not self._is_there(_SLOW):
            return False
        runs: list[int] = []
        gate.scan(text, match_event_handler=lambda *place: runs.append(place[2]))
        return bool(runs)

    def _hits(self, automaton: int, data: bytes, pieces: Pieces | None = None) -> list[Hit]:
        """Return the automaton's hits in the data, or in these pieces of it. Raises TooManyHits."""
        found: list[Hit] = []
        checks: Sequence[Check | None] = ()

        def on_match(expression: int, begin: int, end: int, flags: int, context: object) -> bool | None:
            nonlocal checks
            checks = checks or self.owners.checks
            at = pieces.original(end) if pieces else end
            check = checks[expression]
            if at < 0 or (check is not None and not check(data, at)):
                return None
            found.append((expression, at))
            return len(found) > MAX_HITS or None

        try:
            if database := self._database(automaton):
                database.scan(pieces.text if pieces else data, match_event_handler=on_match)
        except hyperscan.ScanTerminated:
            raise TooManyHits(MAX_HITS) from None
        return found

    def candidates(self, data: bytes) -> Candidates:
        hits = self.hits(data)
        return self.owners.candidates(hits) if hits else {}

    def _database(self, part: int) -> hyperscan.Database | None:
        """Return an automaton, loaded when first asked for; None when nothing is in it."""
        if part not in self._databases:
            self._databases[part] = self._loaded(part) if self._is_there(part) else None
        return self._databases[part]

    def _is_there(self, part: int) -> bool:
        return self._ends[part] < self._ends[part + 1]

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
