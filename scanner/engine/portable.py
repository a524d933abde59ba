"""The portable prefilter: the rules' required literals in one Aho-Corasick automaton, case ignored.

It serves machines without a Hyperscan wheel. It finds more candidates than Hyperscan does, never fewer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from ahocorasick_rs import BytesAhoCorasick

from scanner.engine.disguise import NAMES, PATTERNS, SLOW, forms, is_worth_runs
from scanner.engine.needles import Finder
from scanner.engine.owners import collect
from scanner.engine.prefilter import TooManyHits
from scanner.ruleset.built import Look
from scanner.ruleset.gap import NONE, PLAIN, SPACED

if TYPE_CHECKING:
    from scanner.engine.prefilter import Candidates
    from scanner.ruleset.built import Rule

MAX_HITS: Final = 5_000_000


class PortablePrefilter:
    name = "portable"

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        encoded = forms(rules)
        literals, self._owners = collect(
            (*(list(_looks(rule)) for rule in rules), *(_forms(encoded.get(name, ())) for name in NAMES))
        )
        self._patterns = [
            (number, Finder(name, PATTERNS[name]), PATTERNS[name].least, name in SLOW)
            for number, name in enumerate(NAMES, len(rules))
            if name in PATTERNS
        ]
        self._automaton = BytesAhoCorasick([literal.encode("latin-1") for literal in literals])

    def __reduce__(self) -> tuple[type[PortablePrefilter], tuple[Sequence[Rule]]]:
        return PortablePrefilter, (self._rules,)

    def candidates(self, data: bytes) -> Candidates:
        # bytes.lower() touches ASCII letters only, exactly what a bytes regex under (?i) does.
        hits = self._automaton.find_matches_as_indexes(data.lower(), overlapping=True)
        if len(hits) > MAX_HITS:
            raise TooManyHits(MAX_HITS)
        passes = self._owners.passes
        found = self._owners.candidates((literal, end) for literal, _, end in hits if passes(literal, end, data))
        is_worth_it = is_worth_runs(data)
        for number, finder, least, is_slow in self._patterns:
            places = finder.spans(data) if is_worth_it or not is_slow else ()
            if intervals := [(start, end - least) for start, end in places]:
                found[number] = intervals
        return found


def _forms(encoded: Iterable[bytes]) -> list[Look]:
    return [Look(form.lower().decode("latin-1"), len(form), len(form)) for form in encoded]


def _looks(rule: Rule) -> Iterator[Look]:
    """Yield the rule's literals as looks; those of a key keep their gap."""
    literals, least, most = rule.anchor
    gaps = {look.gap if look.gap in (PLAIN, SPACED) else NONE for look in rule.looks}
    for literal in literals:
        yield Look(literal, least + len(literal), most + len(literal), max(gaps))
