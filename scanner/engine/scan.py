"""One blob to its findings: prefilter, match, refine, overlap, positions. Pure: the same bytes, the same result."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from scanner.decode.text import Text, views
from scanner.engine import disguise
from scanner.engine.allowing import AllowPattern
from scanner.engine.budget import Budget
from scanner.engine.byhits import ByHits
from scanner.engine.disguise import Layer, layers
from scanner.engine.leads import leads_of
from scanner.engine.looking import Looker
from scanner.engine.prefilter import TooManyHits
from scanner.engine.result import EMPTY, BlobResult, joined
from scanner.engine.telling import Teller
from scanner.engine.unpack import scan_members
from scanner.engine.versions import Searches
from scanner.marker import EVERYBODYS, MarkerPolicy
from scanner.model import Blob, BlobOrigin, Drop, Finding, Keep, Lineage, ObjectOrigin, Origin, Skip, Span
from scanner.refine.overlap import FAKE, Kept, in_place, resolve, without_claimed, without_fakes
from scanner.refine.subject import Subject
from scanner.ruleset.built import Rule

if TYPE_CHECKING:
    from scanner.engine.looking import Matches
    from scanner.engine.prefilter import Candidates, Prefilter
    from scanner.refine.generic.weights import Weights

MAX_FINDINGS: Final = 10_000  # in one blob
_BEGINNING: Final = 1 << 20  # bytes that are scanned of one with too many places to look at


class Scanner:
    """Rules and a prefilter built from just these rules, in this order.

    `wanted` restricts the rules by id without rebuilding the prefilter. `now` (Unix seconds) judges expiry dates.
    With `show_secrets`, values survive the way from a worker to the parent. `gate` is the least confidence of a
    finding, None for the usual. `weights` replaces those of the judge of generic candidates. `markers`: which comments
    allow a finding. Findings say which of the patterns of `allows` fit them. Without `decoding`, as the prefilter must
    have been built, too, only what is written as it is will be found. `folder` is where compiled patterns are kept.
    """

    def __init__(
        self,
        rules: tuple[Rule, ...],
        prefilter: Prefilter,
        now: float,
        wanted: frozenset[str] | None = None,
        show_secrets: bool = False,
        gate: float | None = None,
        weights: Weights | None = None,
        markers: MarkerPolicy = EVERYBODYS,
        allows: Sequence[AllowPattern] = (),
        decoding: bool = True,
        folder: str | None = None,
    ) -> None:
        self.rules = rules
        self.prefilter = prefilter
        self.gate = gate
        self.markers = markers
        self._on = tuple(wanted is None or rule.id in wanted for rule in rules)
        self.looker = Looker(rules, self._on, now, gate, weights, decoding, folder)
        self._teller = Teller(rules, show_secrets, markers, allows)
        self._numbers = disguise.numbers(rules, decoding)
        self._by_hits = ByHits(prefilter, rules, self._numbers) if isinstance(prefilter, Searches) else None

    @property
    def active(self) -> tuple[Rule, ...]:
        return tuple(rule for rule, on in zip(self.rules, self._on, strict=True) if on)

    def scan_blob(self, blob: Blob) -> BlobResult:
        """Return the findings of a blob in order of place, an archive's members after it. Never raises for what the
        bytes hold.
        """
        return joined(scan_members(blob, self._scan_content))

    def layers(self, text: Text, budget: Budget) -> Iterator[tuple[Layer, Candidates]]:
        """Yield the text and all that is encoded in it, each with the places to look at. Raises TooManyHits."""
        candidates = self.prefilter.candidates(text.data)
        yield from layers(Layer(text.data, text.is_binary), candidates, self.prefilter, self._numbers, budget)

    def told(self, text: Text, origin: Origin, stay: list[Kept]) -> tuple[Finding, ...]:
        """Return the findings that these matches make, without those that a comment allows."""
        return self._teller.result(text, origin, stay, (), Counter()).findings

    def subjects(self, text: Text, origin: Origin) -> Iterator[Subject]:
        """Yield every match in the text, before anybody judges it. Raises TooManyHits and TimeoutError."""
        layer = Layer(text.data, text.is_binary)
        return self.looker.subjects(layer, origin, self.prefilter.candidates(text.data))

    def _scan_content(self, blob: Blob) -> BlobResult:
        texts = views(blob.data)
        if len(texts) > 1:
            return joined([self._scan_text(text, blob.origin) for text in texts])
        if blob.leads:
            result = self._scan_places(texts[0], blob.origin, blob.leads, defaultdict(list))
            if result.findings or result.suppressed:
                return result._replace(leads=blob.leads)
        if blob.lineage is not None and self._by_hits:
            return self._scan_version(texts[0], blob.origin, blob.lineage, self._by_hits)
        return self._scan_text(texts[0], blob.origin)

    def _scan_version(self, text: Text, origin: Origin, lineage: Lineage, by_hits: ByHits) -> BlobResult:
        """Scan what is perhaps a version of an object that was scanned before."""
        try:
            live, candidates = by_hits.of_version(text, lineage)
        except TooManyHits as error:
            return self._scan_beginning(text, origin, str(error))
        matches: Matches = defaultdict(list)
        result = self._scan_places(text, origin, candidates, matches) if candidates else EMPTY
        if live and not result.skips:
            by_hits.settle(text.data, live, matches)
        return self._with_leads(result, candidates, matches)

    def _with_leads(self, result: BlobResult, candidates: Candidates, matches: Matches) -> BlobResult:
        if result.skips or not (result.findings or result.suppressed):
            return result
        return result._replace(leads=leads_of(candidates, matches, self._numbers))

    def _scan_text(self, text: Text, origin: Origin) -> BlobResult:
        try:
            candidates = self._candidates(text)
            if not candidates:
                return EMPTY
            if not isinstance(origin, ObjectOrigin):
                return self._scan_places(text, origin, candidates)
            matches: Matches = defaultdict(list)
            result = self._scan_places(text, origin, candidates, matches)
            return self._with_leads(result, candidates, matches)
        except TooManyHits as error:
            return self._scan_beginning(text, origin, str(error))

    def _candidates(self, text: Text) -> Candidates:
        return self._by_hits.candidates(text) if self._by_hits else self.prefilter.candidates(text.data)

    def _scan_beginning(self, text: Text, origin: Origin, why: str) -> BlobResult:
        """Scan as much of a text as may have few enough places to look at; the rest is said."""
        end = text.data.rfind(b"\n", 0, _BEGINNING) + 1 or _BEGINNING
        try:
            candidates = self._candidates(text.until(end)) if end < len(text.data) else {}
        except TooManyHits:
            candidates = {}
        if not candidates:
            return BlobResult(skips=(_too_many(origin, why),))
        found = self._scan_places(text.until(end), origin, candidates)
        skip = _too_many(origin, f"{why}; only the first {end:,} bytes were searched")
        return found._replace(skips=(*found.skips, skip))

    def _scan_places(
        self, text: Text, origin: Origin, candidates: Candidates, matches: Matches | None = None
    ) -> BlobResult:
        """Look at the candidates. `matches` gets by rule number what matched there, secret or not."""
        skips: list[Skip] = []
        kept: list[Kept] = []
        drops: Counter[str] = Counter()
        fakes: list[Span] = []
        budget = Budget(len(text.data))
        for layer, subject, verdict in self._judged(text, origin, candidates, skips, matches, budget):
            if layer.stands_for:
                budget.claimed.append(layer.stands_for)
            if isinstance(verdict, Drop):
                if layer.is_put_together:  # it would count twice
                    continue
                drops[verdict.reason] += 1
                if verdict.reason in FAKE:
                    fakes.append(layer.back(subject.secret))
            elif len(kept) < MAX_FINDINGS:
                kept.append(Kept(subject, verdict, layer.back(subject.secret), layer.via))
            else:
                skips.append(_too_many(origin, f"more than {MAX_FINDINGS:,} matches"))
                break
        if not (kept or skips):
            return BlobResult(drops=tuple(sorted(drops.items()))) if drops else EMPTY
        if budget.claimed:
            kept, claimed = without_claimed(kept, budget.claimed)
            drops["decoded"] += len(claimed)
        if fakes:
            kept, made_up = without_fakes(kept, fakes)
            drops["made-up"] += len(made_up)
        stay, gone = resolve(kept)
        if isinstance(origin, BlobOrigin):
            stay, gone = _with_rivals(stay, gone)
        drops["overlap"] += sum(not one.is_put_together for one, _ in gone)
        return self._teller.result(text, origin, stay, skips, +drops)

    def _judged(
        self,
        text: Text,
        origin: Origin,
        candidates: Candidates,
        skips: list[Skip],
        matches: Matches | None,
        budget: Budget,
    ) -> Iterator[tuple[Layer, Subject, Keep | Drop]]:
        """Yield what matches in the text, and in all that is encoded in it."""
        base = Layer(text.data, text.is_binary)
        for layer, found in layers(base, candidates, self.prefilter, self._numbers, budget):
            yield from self.looker.judged(layer, origin, found, skips, None if layer.ways else matches)
        if budget.exceeded:
            skips.append(Skip(origin, "too-deep", "more is encoded in it than is worth decoding"))


def _with_rivals(stay: list[Kept], gone: list[tuple[Kept, Kept]]) -> tuple[list[Kept], list[tuple[Kept, Kept]]]:
    """Let those stay, too, that yielded to a rule for certain files only: its path may turn out not to be one."""
    spared = [pair for pair in gone if pair[1].subject.rule.paths and not pair[0].subject.rule.paths]
    if not spared:
        return stay, gone
    again, _ = resolve([one for one, _ in spared])
    return sorted((*stay, *again), key=in_place), [pair for pair in gone if not any(pair[0] is one for one in again)]


def _too_many(origin: Origin, detail: str) -> Skip:
    return Skip(origin, "too-many-matches", detail)
