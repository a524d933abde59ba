"""The Hyperscan prefilter: all rules in one automaton, a few hundred megabytes a second on one core.

Only end offsets are asked of it: with start-of-match it would be three times slower and refuse a third of the rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import hyperscan

from scanner.engine.prefilter import Candidates, TooManyHits, from_ends

if TYPE_CHECKING:
    from scanner.ruleset.rule import Rule

MAX_HITS: Final = 2_000_000
Error: Final = hyperscan.error
VERSION: Final = f"hyperscan {getattr(hyperscan, '__version__', 'of unknown version')}"


def compile_database(rules: Sequence[Rule]) -> bytes:
    """Return the serialised automaton of the rules, numbered as they stand. Takes about 2 to 10 ms a rule."""
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[rule.expression.encode("latin-1") for rule in rules],
        ids=list(range(len(rules))),
        elements=len(rules),
        flags=[0] * len(rules),
    )
    return bytes(hyperscan.dumpb(database))


def by_literals(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """Return the rules with each expression that Hyperscan refuses (too large, say) replaced by the rule's literals.

    The same places are found, and more besides.
    """
    return tuple(rule if _is_accepted(rule) else _literals_only(rule) for rule in rules)


def _is_accepted(rule: Rule) -> bool:
    try:
        compile_database([rule])
    except Error:
        return False
    return True


def _literals_only(rule: Rule) -> Rule:
    literals, least, most = rule.anchor
    expression = "|".join("".join(f"\\x{ord(letter):02x}" for letter in literal) for literal in literals)
    lengths = [len(literal) for literal in literals]
    return rule._replace(expression=f"(?i:{expression})", least=least + min(lengths), most=most + max(lengths))


class HyperscanPrefilter:
    """Built from a serialised automaton and each rule's expression widths. Raises hyperscan.error for a foreign one."""

    name = "hyperscan"

    def __init__(self, serialised: bytes, widths: Sequence[tuple[int, int]]) -> None:
        self._database = hyperscan.loadb(serialised, hyperscan.HS_MODE_BLOCK)
        self._database.scratch = hyperscan.Scratch(self._database)
        self._serialised = serialised
        self._widths = widths

    def __reduce__(self) -> tuple[type[HyperscanPrefilter], tuple[bytes, Sequence[tuple[int, int]]]]:
        return HyperscanPrefilter, (self._serialised, self._widths)

    def hits(self, data: bytes) -> list[tuple[int, int]]:
        """Return (rule number, end offset) of every match of a rule's expression. Raises TooManyHits."""
        found: list[tuple[int, int]] = []

        def on_match(rule: int, start: int, end: int, flags: int, context: object) -> bool | None:
            found.append((rule, end))
            return len(found) > MAX_HITS or None

        try:
            self._database.scan(data, match_event_handler=on_match)
        except hyperscan.ScanTerminated:
            raise TooManyHits(MAX_HITS) from None
        return found

    def candidates(self, data: bytes) -> Candidates:
        return from_ends(self.hits(data), self._widths)
