"""One blob to its findings: prefilter, match, refine, overlap, positions. Pure: the same bytes, the same result."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from scanner.decode.text import Text, views
from scanner.engine.barren import Barren
from scanner.engine.match import Cores, Patterns, find
from scanner.engine.paths import covers
from scanner.engine.prefilter import TooManyHits
from scanner.engine.versions import Searches, Versions
from scanner.lines import LineIndex
from scanner.model import (
    Blob,
    BlobOrigin,
    Drop,
    Finding,
    Keep,
    Lineage,
    Location,
    Origin,
    Skip,
    Span,
    StdinOrigin,
    Suppressed,
)
from scanner.redact import OpenSecret, Secret, fingerprint
from scanner.refine import confidence, judge, pair
from scanner.refine.inline import marker_for
from scanner.refine.overlap import FAKE, Kept, in_place, resolve, without_fakes
from scanner.refine.subject import Subject
from scanner.ruleset.built import Rule

if TYPE_CHECKING:
    from scanner.engine.prefilter import Candidates, Prefilter
    from scanner.refine.generic.weights import Weights

    Matches = defaultdict[int, list[Span]]

MAX_FINDINGS: Final = 10_000  # in one blob
_BEGINNING: Final = 1 << 20  # bytes that are scanned of one with too many places to look at
_REMEMBERED: Final = 20_000
_STDIN: Final = StdinOrigin().path


class BlobResult(NamedTuple):
    """What one blob holds. `drops` counts by reason the matches that refiners or stronger rules set aside."""

    findings: tuple[Finding, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    skips: tuple[Skip, ...] = ()
    drops: tuple[tuple[str, int], ...] = ()


EMPTY: Final = BlobResult()


class Scanner:
    """Rules and a prefilter built from just these rules, in this order.

    `wanted` restricts the rules by id without rebuilding the prefilter. `now` (Unix seconds) judges expiry dates.
    With `show_secrets`, values survive the way from a worker to the parent. `gate` is the least confidence of a
    finding, None for the usual. `weights` replaces those of the judge of generic candidates.
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
    ) -> None:
        self.rules = rules
        self.prefilter = prefilter
        self.gate = gate
        self._weights = weights
        self._now = now
        self._patterns = Patterns(rules)
        self._cores = Cores(rules)
        self._versions = Versions(prefilter) if isinstance(prefilter, Searches) else None
        self._barren = Barren(prefilter.owners, rules) if isinstance(prefilter, Searches) else None
        self._on = tuple(wanted is None or rule.id in wanted for rule in rules)
        self._pairs = pair.read({rule.id: rule.pair for rule in rules if rule.pair})
        self._secret = OpenSecret if show_secrets else Secret
        self._fingerprint = _Fingerprints()

    @property
    def active(self) -> tuple[Rule, ...]:
        return tuple(rule for rule, on in zip(self.rules, self._on, strict=True) if on)

    def scan_blob(self, blob: Blob) -> BlobResult:
        """Return the findings of a blob in order of place. Never raises for what the bytes hold."""
        texts = views(blob.data)
        if len(texts) == 1 and blob.lineage is not None and self._versions and self._barren:
            return self._scan_version(texts[0], blob.origin, blob.lineage, self._versions, self._barren)
        return _joined([self._scan_text(text, blob.origin) for text in texts])

    def subjects(self, text: Text, origin: Origin) -> Iterator[Subject]:
        """Yield every match in the text, before anybody judges it. Raises TooManyHits and TimeoutError."""
        for number, intervals in self.prefilter.candidates(text.data).items():
            if self._on[number] and _applies(self.rules[number], text, origin):
                yield from self._subjects(number, text, origin, intervals)

    def _scan_version(
        self, text: Text, origin: Origin, lineage: Lineage, versions: Versions, barren: Barren
    ) -> BlobResult:
        """Scan what is perhaps a version of an object that was scanned before."""
        try:
            hits = versions.hits(text.data, lineage)
        except TooManyHits as error:
            return self._scan_beginning(text, origin, str(error))
        if not hits:
            return EMPTY
        # In binary data not every rule is looked for.
        live = hits if text.is_binary else barren.others(text.data, hits)
        if not live:
            return EMPTY
        matches: defaultdict[int, list[Span]] = defaultdict(list)
        result = self._scan_places(text, origin, barren.candidates(live), matches)
        if not (result.skips or text.is_binary):
            barren.add(text.data, live, matches)
        return result

    def _scan_text(self, text: Text, origin: Origin) -> BlobResult:
        try:
            candidates = self.prefilter.candidates(text.data)
            return self._scan_places(text, origin, candidates) if candidates else EMPTY
        except TooManyHits as error:
            return self._scan_beginning(text, origin, str(error))

    def _scan_beginning(self, text: Text, origin: Origin, why: str) -> BlobResult:
        """Scan as much of a text as may have few enough places to look at; the rest is said."""
        end = text.data.rfind(b"\n", 0, _BEGINNING) + 1 or _BEGINNING
        try:
            candidates = self.prefilter.candidates(text.data[:end]) if end < len(text.data) else {}
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
        for subject, verdict in self._judged(text, origin, candidates, skips, matches):
            if isinstance(verdict, Drop):
                drops[verdict.reason] += 1
                if verdict.reason in FAKE:
                    fakes.append(subject.secret)
            elif len(kept) < MAX_FINDINGS:
                kept.append(Kept(subject, verdict))
            else:
                skips.append(_too_many(origin, f"more than {MAX_FINDINGS:,} matches"))
                break
        if not (kept or skips or drops):
            return EMPTY
        if fakes:
            kept, made_up = without_fakes(kept, fakes)
            drops["made-up"] += len(made_up)
        stay, gone = resolve(kept)
        if isinstance(origin, BlobOrigin):
            stay, gone = _with_rivals(stay, gone)
        drops["overlap"] += len(gone)
        return self._result(text, origin, stay, skips, +drops)

    def _judged(
        self, text: Text, origin: Origin, candidates: Candidates, skips: list[Skip], matches: Matches | None
    ) -> Iterator[tuple[Subject, Keep | Drop]]:
        for number, intervals in candidates.items():
            rule = self.rules[number]
            if not self._on[number] or not _applies(rule, text, origin):
                continue
            try:
                for subject in self._subjects(number, text, origin, intervals, matches):
                    yield subject, judge(subject)
            except TimeoutError:
                skips.append(Skip(origin, "timeout", f"rule {rule.id} took too long here"))

    def _subjects(
        self, number: int, text: Text, origin: Origin, intervals: list[tuple[int, int]], matches: Matches | None = None
    ) -> Iterator[Subject]:
        """Yield the matches that hold a secret, as subjects; add all of them to `matches`."""
        rule, judging = self.rules[number], (self._now, *_path(origin), self.gate, self._weights)
        for match, secret in self._matches(number, text.data, intervals):
            if matches is not None:
                matches[number].append(match)
            if secret.start < secret.end:
                yield Subject(rule, text.data, match, secret, *judging)

    def _matches(self, number: int, data: bytes, intervals: list[tuple[int, int]]) -> Iterator[tuple[Span, Span]]:
        """Yield (match, secret) for the matches that begin in the intervals. Raises TimeoutError."""
        plausible = self._cores.plausible(number, data, intervals)
        if plausible:
            yield from find(self._patterns[number], self.rules[number], data, plausible)

    def _result(
        self, text: Text, origin: Origin, stay: list[Kept], skips: list[Skip], drops: Counter[str]
    ) -> BlobResult:
        index = LineIndex(text.data)
        findings: list[Finding] = []
        suppressed: list[Suppressed] = []
        for subject, verdict in stay:
            finding = self._finding(text, origin, index, subject, verdict)
            marker = marker_for(text.data, subject.secret.start, subject.rule.id)
            if marker is None:
                findings.append(finding)
            else:
                suppressed.append(Suppressed(finding, "inline", marker.reason))
        whole = tuple(pair.join(findings, self._pairs))
        return BlobResult(whole, tuple(suppressed), tuple(skips), tuple(sorted(drops.items())))

    def _finding(self, text: Text, origin: Origin, index: LineIndex, subject: Subject, verdict: Keep) -> Finding:
        rule, (start, end) = subject.rule, subject.secret
        span = Span(text.original(start), text.original(end))
        return Finding(
            rule_id=rule.id,
            rule_name=rule.name,
            severity=verdict.severity or rule.severity,
            evidence=verdict.evidence,
            confidence=confidence(rule, verdict),
            secret=self._secret(subject.value),
            fingerprint=self._fingerprint(rule.id, subject.value),
            location=Location(origin, span, index.position(start), index.position(end), judged=verdict.judged),
            notes=(verdict.note,) if verdict.note else (),
            facts=verdict.facts,
        )


def _joined(results: list[BlobResult]) -> BlobResult:
    """Join what the views of one blob hold."""
    if len(results) == 1:
        return results[0]
    drops: Counter[str] = Counter()
    for result in results:
        drops.update(dict(result.drops))
    findings = sorted((f for result in results for f in result.findings), key=lambda f: f.location.span)
    suppressed = sorted((s for result in results for s in result.suppressed), key=lambda s: s.finding.location.span)
    skips = dict.fromkeys(skip for result in results for skip in result.skips)
    return BlobResult(tuple(findings), tuple(suppressed), tuple(skips), tuple(sorted(drops.items())))


def _path(origin: Origin) -> tuple[bytes, bool]:
    """Return the path, empty if there is none, and whether it will be known only later."""
    return (b"" if origin.path == _STDIN else origin.path), isinstance(origin, BlobOrigin)


def _applies(rule: Rule, text: Text, origin: Origin) -> bool:
    # In binary data only a token's own shape means something; names and quotes are chance.
    if text.is_binary and rule.evidence not in ("proven", "structured"):
        return False
    # Content in history has had many names; which, is known only afterwards (scanner.engine.paths).
    if not rule.paths or not origin.path or isinstance(origin, BlobOrigin):
        return True
    return covers(rule.paths, origin.path)


def _with_rivals(stay: list[Kept], gone: list[tuple[Kept, Kept]]) -> tuple[list[Kept], list[tuple[Kept, Kept]]]:
    """Let those stay, too, that yielded to a rule for certain files only: its path may turn out not to be one."""
    spared = [pair for pair in gone if pair[1].subject.rule.paths and not pair[0].subject.rule.paths]
    if not spared:
        return stay, gone
    again, _ = resolve([one for one, _ in spared])
    return sorted((*stay, *again), key=in_place), [pair for pair in gone if not any(pair[0] is one for one in again)]


def _too_many(origin: Origin, detail: str) -> Skip:
    return Skip(origin, "too-many-matches", detail)


class _Fingerprints:
    """In a history one secret stands in hundreds of blobs; derive its fingerprint once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, bytes], str] = {}

    def __call__(self, rule_id: str, value: bytes) -> str:
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        key = rule_id, value
        if key not in self._known:
            self._known[key] = fingerprint(rule_id, value)
        return self._known[key]

    def __reduce__(self) -> tuple[type[_Fingerprints], tuple[()]]:  # secrets are not for pickles
        return _Fingerprints, ()
