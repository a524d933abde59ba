"""From a text to the places worth looking at, by the hits of a prefilter that tells them.

A hit leads nowhere when no run of the form of its rules' secrets stands near it, when the same bytes stood around one
that led nowhere, or when its rule is one for files of another kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scanner.engine.barren import Barren
from scanner.engine.promising import Promising
from scanner.engine.versions import Searches, Versions
from scanner.refine import OF_FILE, is_file_of_its_kind

if TYPE_CHECKING:
    from scanner.decode.text import Text
    from scanner.engine.barren import Spans
    from scanner.engine.disguise import Numbers
    from scanner.engine.owners import Hit
    from scanner.engine.prefilter import Candidates
    from scanner.model import Lineage
    from scanner.ruleset.built import Rule


class ByHits:
    """Sorts the hits of the prefilter, and remembers those in versions of files."""

    def __init__(self, prefilter: Searches, rules: Sequence[Rule], numbers: Numbers) -> None:
        self._prefilter = prefilter
        self._versions = Versions(prefilter)
        self._barren = Barren(prefilter.owners, rules, numbers)
        self._promising = Promising(prefilter.owners, rules, numbers)
        of_file = {number for number, rule in enumerate(rules) if OF_FILE in rule.tags}
        self._of_file = prefilter.owners.of_only(of_file)

    def candidates(self, text: Text) -> Candidates:
        """Return the places in a text that are worth looking at. Raises TooManyHits."""
        hits = self._prefilter.hits(text.data, text.is_binary)
        return self._candidates(text.data, hits) if hits else {}

    def of_version(self, text: Text, lineage: Lineage) -> tuple[list[Hit], Candidates]:
        """Return as much for what is perhaps a version of an object that was seen before, and the hits that are to be
        settled once it has been looked at. Raises TooManyHits.
        """
        hits = self._versions.hits(text.data, lineage, text.is_binary)
        if not hits or text.is_binary:  # in which not every rule is looked for
            return [], self._candidates(text.data, hits) if hits else {}
        if any(hit[0] in self._of_file for hit in hits) and not is_file_of_its_kind(text.data):
            hits = [hit for hit in hits if hit[0] not in self._of_file]
        live = self._barren.others(text.data, hits)
        return live, self._candidates(text.data, live)

    def settle(self, data: bytes, hits: Sequence[Hit], matches: Spans) -> None:
        """Remember the hits that led to none of the matches, by rule number."""
        self._barren.add(data, hits, matches)

    def _candidates(self, data: bytes, hits: Sequence[Hit]) -> Candidates:
        live = self._promising.among(data, hits)
        return self._prefilter.owners.candidates(live) if live else {}
