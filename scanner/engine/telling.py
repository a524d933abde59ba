"""From the matches that stay to findings: what they are called, where they stand, who has allowed them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from scanner.engine.allowing import Allower, AllowPattern
from scanner.engine.result import BlobResult
from scanner.lines import LineIndex, line_span
from scanner.model import Finding, Location, Origin, Skip, Span, Suppressed
from scanner.redact import OpenSecret, Secret, fingerprint
from scanner.refine import confidence, pair
from scanner.refine.inline import marker_for
from scanner.refine.overlap import Kept

if TYPE_CHECKING:
    from scanner.decode.text import Text
    from scanner.ruleset.built import Rule

_REMEMBERED: Final = 20_000
_LINE: Final = 4096  # bytes on each side of a secret that a pattern for its line is tried on


class Teller:
    """`allows`: see scanner.engine.allowing."""

    def __init__(self, rules: Sequence[Rule], show_secrets: bool, allows: Sequence[AllowPattern] = ()) -> None:
        self._allower = Allower(allows) if allows else None
        self._pairs = pair.read({rule.id: rule.pair for rule in rules if rule.pair})
        self._secret = OpenSecret if show_secrets else Secret
        self._fingerprint = _Fingerprints()

    def result(
        self, text: Text, origin: Origin, stay: Sequence[Kept], skips: Sequence[Skip], drops: Counter[str]
    ) -> BlobResult:
        """Return the findings in the text, in its order."""
        index = LineIndex(text.data)
        findings: list[Finding] = []
        suppressed: list[Suppressed] = []
        for one in stay:
            finding = self._finding(text, origin, index, one)
            if self._allower:
                finding = _allowed(finding, self._allower, text.data, one)
            marker = marker_for(text.data, one.span.start, one.subject.rule.id)
            if marker is None:
                findings.append(finding)
            else:
                suppressed.append(Suppressed(finding, "inline", marker.reason))
        whole = tuple(pair.join(findings, self._pairs))
        return BlobResult(whole, tuple(suppressed), tuple(skips), tuple(sorted(drops.items())))

    def _finding(self, text: Text, origin: Origin, index: LineIndex, kept: Kept) -> Finding:
        subject, verdict, (start, end), via = kept
        rule = subject.rule
        span = Span(text.original(start), text.original(end))
        where = Location(origin, span, index.position(start), index.position(end), via=via, judged=verdict.judged)
        return Finding(
            rule_id=rule.id,
            rule_name=rule.name,
            severity=verdict.severity or rule.severity,
            evidence=verdict.evidence,
            confidence=confidence(rule, verdict),
            secret=self._secret(subject.value),
            fingerprint=self._fingerprint(rule.id, subject.value),
            location=where,
            notes=(verdict.note,) if verdict.note else (),
            facts=verdict.facts,
        )


def _allowed(finding: Finding, allower: Allower, data: bytes, kept: Kept) -> Finding:
    start, end = line_span(data, kept.span.start, _LINE)
    told = allower(finding.rule_id, kept.subject.value, data[start:end])
    notes = (*finding.notes, told.note) if told.note else finding.notes
    return finding._replace(location=finding.location._replace(allowed=told.fitting), notes=notes)


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
