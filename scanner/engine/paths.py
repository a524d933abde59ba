"""Rules that apply to certain files only: decided by name, and for content in history by every name it has had."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

from scanner.model import BlobOrigin, Finding, Location


def covers(globs: Sequence[str], path: bytes) -> bool:
    """Whether a path matches one of the globs; one without a slash is for the name alone."""
    text = os.fsdecode(path)
    name = text.rpartition("/")[2]
    return any(fnmatchcase(text if "/" in glob else name, glob) for glob in globs)


def only_where_rules_apply(findings: Sequence[Finding], paths: Mapping[str, Sequence[str]]) -> tuple[Finding, ...]:
    """Drop the places in history whose path the rule (`paths` by its id) is not for, and findings without another."""
    kept: list[Finding] = []
    for finding in findings:
        globs = paths.get(finding.rule_id)
        places = [p for p in (finding.location, *finding.also) if not globs or _applies(globs, p)]
        if places:
            kept.append(finding._replace(location=places[0], also=tuple(places[1:])))
    return tuple(kept)


def _applies(globs: Sequence[str], place: Location) -> bool:
    origin = place.origin
    return not isinstance(origin, BlobOrigin) or not origin.path or covers(globs, origin.path)
