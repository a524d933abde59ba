"""What a path adds to the verdict on content: known for files at once, for content in history only afterwards."""

from __future__ import annotations

from collections.abc import Sequence

from scanner.engine.paths import at
from scanner.model import Finding, Location


def graded_by_path(findings: Sequence[Finding], gate: float | None) -> tuple[tuple[Finding, ...], int]:
    """Return the findings with their confidence, each as sure as its best place, and how many are below the gate.

    Places that do not reach the gate are left out. `gate` None: the usual one.
    """
    if not any(_is_open(finding) for finding in findings):
        return tuple(findings), 0
    from scanner.refine.generic.weights import weights

    least = weights().gate if gate is None else gate
    graded = [_graded(finding, least) if _is_open(finding) else finding for finding in findings]
    stay = tuple(finding for finding in graded if finding)
    return stay, len(graded) - len(stay)


def _is_open(finding: Finding) -> bool:
    return finding.location.judged is not None or any(place.judged for place in finding.also)


def _graded(finding: Finding, gate: float) -> Finding | None:
    from scanner.refine.generic.judge import with_path

    places: list[tuple[float, Location]] = []
    for place in (finding.location, *finding.also):
        sure = with_path(place.judged, place.origin.path) if place.judged else finding.confidence
        if sure >= gate:
            places.append((sure, place._replace(judged=None)))
    best = max((sure for sure, _ in places), default=0.0)
    return at(finding._replace(confidence=best), [place for _, place in places])
