"""The portable prefilter: the rules' required literals in one Aho-Corasick automaton, case ignored.

It serves machines without a Hyperscan wheel. It finds more candidates than Hyperscan does, never fewer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from ahocorasick_rs import BytesAhoCorasick

from scanner.engine.prefilter import Candidates, TooManyHits, merged

if TYPE_CHECKING:
    from scanner.ruleset.rule import Rule

MAX_HITS: Final = 5_000_000


class PortablePrefilter:
    name = "portable"

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        owners: dict[str, list[tuple[int, int, int]]] = {}
        for number, rule in enumerate(rules):
            for literal in rule.anchor.literals:
                owners.setdefault(literal, []).append((number, rule.anchor.least, rule.anchor.most))
        self._owners = list(owners.values())
        self._automaton = BytesAhoCorasick([literal.encode("latin-1") for literal in owners])

    def __reduce__(self) -> tuple[type[PortablePrefilter], tuple[Sequence[Rule]]]:
        return PortablePrefilter, (self._rules,)

    def candidates(self, data: bytes) -> Candidates:
        # bytes.lower() touches ASCII letters only, exactly what a bytes regex under (?i) does.
        hits = self._automaton.find_matches_as_indexes(data.lower(), overlapping=True)
        if len(hits) > MAX_HITS:
            raise TooManyHits(MAX_HITS)
        found: Candidates = {}
        for literal, start, _ in hits:
            for rule, least, most in self._owners[literal]:
                if start >= least:
                    found.setdefault(rule, []).append((max(0, start - most), start - least))
        return {rule: merged(intervals) for rule, intervals in sorted(found.items())}
