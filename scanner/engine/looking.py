"""From the places that a prefilter points to, to what matches there, and what the refiners say of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, Literal

from scanner.decode import lone
from scanner.engine.escaped import unescaped
from scanner.engine.match import Cores, Found, Interval, Starts, find
from scanner.engine.paths import covers
from scanner.engine.patterns import Patterns
from scanner.engine.settled import Settled, narrowed
from scanner.engine.verdicts import Verdicts
from scanner.model import BlobOrigin, Drop, Keep, NameOrigin, Origin, RefOrigin, Skip, Span, StdinOrigin
from scanner.refine import OF_FILE, is_file_of_its_kind
from scanner.refine.subject import Subject
from scanner.ruleset.built import OWN_SHAPE

if TYPE_CHECKING:
    from collections import defaultdict

    from scanner.engine.disguise import Layer
    from scanner.engine.prefilter import Candidates
    from scanner.refine.generic.weights import Weights
    from scanner.ruleset.built import Rule

    Matches = defaultdict[int, list[Span]]  # by rule number

Hindrance = Literal["", "off", "binary", "paths"]

_STDIN: Final = StdinOrigin().path


class Looker:
    """Looks for the rules that are `on`. `now`, `gate`, `weights`, `decoding` and `folder`: see `Scanner`."""

    def __init__(
        self,
        rules: tuple[Rule, ...],
        on: Sequence[bool],
        now: float,
        gate: float | None,
        weights: Weights | None,
        decoding: bool = True,
        folder: str | None = None,
    ) -> None:
        self._decoding = decoding
        self._rules = rules
        self._on = on
        self._now = now
        self._gate = gate
        self._weights = weights
        self._patterns = Patterns(rules, folder)
        self._starts: dict[int, Starts] = {}
        self._cores = Cores(rules)
        self._verdicts = Verdicts()
        self._settled = Settled()

    def judged(
        self, layer: Layer, origin: Origin, candidates: Candidates, skips: list[Skip], matches: Matches | None
    ) -> Iterator[tuple[Layer, Subject, Keep | Drop]]:
        """Yield what matches and in what, with its verdict. `matches` gets all that matched, `skips` what took too
        long.
        """
        for number, intervals in candidates.items():
            if number >= len(self._rules):
                break
            if self.hindrance(number, layer, origin):
                continue
            try:
                for subject in self._subjects(number, layer, origin, intervals, matches):
                    where, said = (self._decoding and unescaped(layer, subject)) or (layer, subject)
                    yield where, said, self._verdicts.judged(said)
            except TimeoutError:
                skips.append(Skip(origin, "timeout", f"rule {self._rules[number].id} took too long here"))

    def subjects(self, layer: Layer, origin: Origin, candidates: Candidates) -> Iterator[Subject]:
        """Yield every match, before anybody judges it. Raises TimeoutError."""
        for number, intervals in candidates.items():
            if number < len(self._rules) and not self.hindrance(number, layer, origin):
                yield from self._subjects(number, layer, origin, intervals, None)

    def _subjects(
        self, number: int, layer: Layer, origin: Origin, intervals: Sequence[Interval], matches: Matches | None
    ) -> Iterator[Subject]:
        """Yield the matches that hold a secret, as subjects; add all of them to `matches`."""
        rule, judging = self._rules[number], (self._now, *_path(origin), self._gate, self._weights)
        for start, end, secret, secret_end in self.matches(number, layer.data, intervals, matches is not None):
            match = Span(start, end)
            if matches is not None:
                matches[number].append(match)
            if secret < secret_end:
                yield Subject(rule, layer.data, match, Span(secret, secret_end), *judging)

    def matches(
        self, number: int, data: bytes, intervals: Sequence[Interval], is_version: bool = False
    ) -> Iterable[Found]:
        """Return the matches that begin in the intervals. Raises TimeoutError, at once or while they are gone through.

        What versions of a file repeat is remembered; elsewhere that would cost more than it saves.
        """
        rule = self._rules[number]
        if not rule.start:
            plausible = self._cores.plausible(number, data, intervals)
            return find(self._patterns[number], rule, data, plausible) if plausible else ()
        starts = self._starts.get(number)
        if starts is None:
            starts = self._starts[number] = Starts(rule, self._patterns[number])
        if not rule.linear or len(rule.looks) > 1:
            return starts.found(data, intervals)
        _, least, most, _ = rule.looks[0]
        lines = [(narrowed(data, low, high, least, most), high) for low, high in intervals]
        return self._settled.matches(number, rule, data, lines, starts) if is_version else starts.found(data, lines)

    def hindrance(self, number: int, layer: Layer, origin: Origin) -> Hindrance:
        """Return why a rule is not looked for here, empty when it is."""
        rule = self._rules[number]
        if not self._on[number]:
            return "off"
        # In binary data only a token's own shape means something; names and quotes are chance.
        if layer.is_binary and rule.evidence not in OWN_SHAPE:
            return "binary"
        if layer.via and OF_FILE in rule.tags:
            return "paths"  # what is encoded in a file is no file
        if isinstance(origin, NameOrigin | RefOrigin) and lone.TAG in rule.tags:
            return "paths"  # a name is no file, either
        # Content in history has had many names; which, is known only afterwards (scanner.engine.paths).
        if isinstance(origin, BlobOrigin):
            return "paths" if OF_FILE in rule.tags and not is_file_of_its_kind(layer.data) else ""
        if not rule.paths or not origin.path:
            return ""
        return "" if covers(rule.paths, origin.path) else "paths"


def _path(origin: Origin) -> tuple[bytes, bool]:
    """Return the path, empty if there is none, and whether it will be known only later."""
    return (b"" if origin.path == _STDIN else origin.path), isinstance(origin, BlobOrigin)
