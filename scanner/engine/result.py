"""What one blob holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from scanner.model import Finding, Skip, Span, Suppressed


class BlobResult(NamedTuple):
    """What one blob holds. `drops` counts by reason the matches that refiners or stronger rules set aside."""

    findings: tuple[Finding, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    skips: tuple[Skip, ...] = ()
    drops: tuple[tuple[str, int], ...] = ()


EMPTY: Final = BlobResult()


def joined(results: Sequence[BlobResult]) -> BlobResult:
    """Join what the views of one blob hold, and its members, if it is an archive."""
    if len(results) == 1:
        return results[0]
    drops: Counter[str] = Counter()
    for result in results:
        drops.update(dict(result.drops))
    findings = sorted(_once(f for result in results for f in result.findings), key=_in_place)
    suppressed = sorted((s for result in results for s in result.suppressed), key=lambda s: _in_place(s.finding))
    skips = dict.fromkeys(skip for result in results for skip in result.skips)
    return BlobResult(tuple(findings), tuple(suppressed), tuple(skips), tuple(sorted(drops.items())))


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the findings, without those that another view of the same bytes has shown: UTF-16 in UTF-16, say."""
    known: dict[tuple[bytes, str, str], list[Span]] = {}
    for finding in findings:
        start, end = finding.location.span
        spans = known.setdefault((finding.location.inside, finding.rule_id, finding.fingerprint), [])
        if not any(span.start < end and start < span.end for span in spans):
            yield finding
        spans.append(finding.location.span)


def _in_place(finding: Finding) -> tuple[bytes, Span]:
    return finding.location.inside, finding.location.span
