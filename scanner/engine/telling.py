"""From the matches that stay to findings: what they are called, where they stand, who has allowed them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from scanner.engine.allowing import Allower, AllowPattern
from scanner.engine.result import BlobResult
from scanner.lines import LineIndex, line_span
from scanner.marker import MarkerPolicy
from scanner.model import Finding, Location, Marker, NameOrigin, Origin, Position, RefOrigin, Skip, Span, Suppressed
from scanner.redact import OpenSecret, Secret, covered, fingerprint
from scanner.refine import confidence, pair
from scanner.refine.inline import Found, markers_for
from scanner.refine.overlap import Kept

if TYPE_CHECKING:
    from scanner.decode.text import Text
    from scanner.ruleset.built import Rule

_REMEMBERED: Final = 20_000
_LINE: Final = 4096  # bytes on each side of a secret that a pattern for its line is tried on


class Teller:
    """`policy` says whose markers count; `allows`: see scanner.engine.allowing."""

    def __init__(
        self, rules: Sequence[Rule], show_secrets: bool, policy: MarkerPolicy, allows: Sequence[AllowPattern] = ()
    ) -> None:
        self._allower = Allower(allows) if allows else None
        self._pairs = pair.read({rule.id: rule.pair for rule in rules if rule.pair})
        self._secret = OpenSecret if show_secrets else Secret
        self._fingerprint = _Fingerprints()
        self._policy = policy

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
            marker = self._marker(text.data, origin, one, finding.location.start, stay)
            if marker is None:
                findings.append(finding)
            elif self._policy.strict and marker.lack:
                findings.append(finding._replace(refused=marker))
            else:
                suppressed.append(Suppressed(finding, "inline", marker.reason, marker))
        whole = tuple(pair.join(findings, self._pairs))
        return BlobResult(whole, tuple(suppressed), tuple(skips), tuple(sorted(drops.items())))

    def _marker(self, data: bytes, origin: Origin, one: Kept, at: Position, stay: Sequence[Kept]) -> Marker | None:
        """Return the marker that speaks for a match. Names hold none: nobody writes a comment into one."""
        if isinstance(origin, NameOrigin | RefOrigin):
            return None
        found = markers_for(data, one.span, one.subject.rule.id, self._policy)
        return told(data, found[0], one.span, at, [other.span for other in stay]) if found else None

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


def told(data: bytes, found: Found, secret: Span, at: Position, others: Sequence[Span]) -> Marker:
    """Return a marker beside a secret as reports may show it: what is found in its own words is masked."""
    start, end = found.reason
    hidden = [(max(low, start) - start, min(high, end) - start) for low, high in others if low < end and start < high]
    reason = covered(data[start:end], hidden).decode("utf-8", "replace")
    return Marker(found.tool, _line(data, found.span.start, secret, at), found.rules, reason)


def _line(data: bytes, marker: int, secret: Span, at: Position) -> int:
    """Return the line that an offset is on, which is near the secret."""
    if marker < secret.start:
        return at.line - LineIndex(data[marker : secret.start + 1]).position(secret.start - marker).line + 1
    return at.line + LineIndex(data[secret.start : marker + 1]).position(marker - secret.start).line - 1


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
