"""What one blob holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from scanner.model import Finding, Leads, Skip, Span, Suppressed


class BlobResult(NamedTuple):
    """What one blob holds. `drops` counts by reason the matches that refiners or stronger rules set aside. `leads` are
    where all of it stands, if that is known: for the next time.
    """

    findings: tuple[Finding, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    skips: tuple[Skip, ...] = ()
    drops: tuple[tuple[str, int], ...] = ()
    leads: Leads | None = None


EMPTY: Final = BlobResult()


def joined(results: Sequence[BlobResult]) -> BlobResult:
    """Join what the views of one blob hold, and its members, if it is an archive."""
    if len(results) == 1:
        return results[0]
    drops: Counter[str] = Counter()
    for result in results:
        drops.update(dict(result.drops))
    shown = _Shown()  # what one view has allowed, another one may not see the comment of
    suppressed = [s for result in results for s in result.suppressed if shown.is_new(s.finding)]
    suppressed.sort(key=lambda s: _in_place(s.finding))
    findings = sorted((f for result in results for f in result.findings if shown.is_new(f)), key=_in_place)
    skips = dict.fromkeys(skip for result in results for skip in result.skips)
    return BlobResult(tuple(findings), tuple(suppressed), tuple(skips), tuple(sorted(drops.items())))


class _Shown:
    """Knows the findings that another view of the same bytes has shown: UTF-16 in UTF-16, say."""

    def __init__(self) -> None:
        self._spans: dict[tuple[bytes, str, str], list[Span]] = {}

    def is_new(self, finding: Finding) -> bool:
        start, end = finding.location.span
        spans = self._spans.setdefault((finding.location.inside, finding.rule_id, finding.fingerprint), [])
        known = any(span.start < end and start < span.end for span in spans)
        spans.append(finding.location.span)
        return not known


def _in_place(finding: Finding) -> tuple[bytes, Span]:
    return finding.location.inside, finding.location.span
