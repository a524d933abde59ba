"""Rules that apply to certain files only: decided by name, and for content in history by every name it has had."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from fnmatch import translate
from functools import lru_cache

from scanner.model import BlobOrigin, CommitOrigin, Finding, Location, Origin, Span, TagOrigin

Globs = Mapping[str, Sequence[str]]  # rule id -> the globs of the files that it is for


def covers(globs: Sequence[str], path: bytes) -> bool:
    """Whether a path matches one of the globs, and none of those behind a `!`; one without a slash is for the name
    alone.
    """
    text = os.fsdecode(path)
    name = text.rpartition("/")[2]
    of_name, of_path, not_name, not_path = _compiled(tuple(globs))
    if not (of_name.match(name) or of_path.match(text)):
        return False
    return not (not_name.match(name) or not_path.match(text))


@lru_cache(maxsize=256)
def _compiled(globs: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """Return patterns for names and whole paths that are wanted, and for those that are not."""
    wanted = [glob for glob in globs if not glob.startswith("!")]
    others = [glob[1:] for glob in globs if glob.startswith("!")]
    sorts = ([glob for glob in some if ("/" in glob) == slash] for some in (wanted, others) for slash in (False, True))
    return tuple(re.compile("|".join(map(translate, some)) or "(?!)") for some in sorts)


def only_where_rules_apply(
    findings: Sequence[Finding], paths: Globs, of_files: Collection[str] = (), guesses: Collection[str] = ()
) -> tuple[Finding, ...]:
    """Drop the places in history whose path the rule is not for, and findings that have no other.

    Content whose path nobody knows may be what a rule is for, but not with rules `of_files`, which tell of a file. What
    `guesses` find in the message of a commit or a tag is prose: "password policy" on a line of its own.

    Where a rule for certain files does apply, it is the one that speaks: a rule for all files that claims some of the
    same characters yields there.
    """
    special = {
        n: _where_it_applies(f, paths[f.rule_id], f.rule_id not in of_files, f.rule_id in guesses)
        for n, f in enumerate(findings)
        if f.rule_id in paths
    }
    claimed = _Claims([finding for finding in special.values() if finding])
    made = (special[n] if n in special else claimed.spare(finding) for n, finding in enumerate(findings))
    return tuple(finding for finding in made if finding)


def _where_it_applies(finding: Finding, globs: Sequence[str], perhaps: bool, guess: bool) -> Finding | None:
    places = (finding.location, *finding.also)
    return at(finding, [place for place in places if _applies(globs, place, perhaps, guess)])


def _applies(globs: Sequence[str], place: Location, perhaps: bool, guess: bool) -> bool:
    path = place.inside or place.origin.path
    if guess and isinstance(place.origin, (CommitOrigin, TagOrigin)):
        return False
    if not isinstance(place.origin, BlobOrigin):
        return perhaps or covers(globs, path)
    return covers(globs, path) if path else perhaps


def at(finding: Finding, places: Sequence[Location]) -> Finding | None:
    """Return the finding at those of its places, None if there is none of them."""
    if not places:
        return None
    in_head = finding.in_head and any(place.in_head for place in places)
    return finding._replace(location=places[0], also=tuple(places[1:]), in_head=in_head)


class _Claims:
    """The characters that rules for certain files have taken."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self._spans: dict[tuple[Origin, bytes], list[Span]] = defaultdict(list)
        for finding in findings:
            for place in (finding.location, *finding.also):
                if isinstance(place.origin, BlobOrigin):
                    self._spans[place.origin, place.inside].append(place.span)

    def spare(self, finding: Finding) -> Finding | None:
        """Return the finding without the places that are taken."""
        return at(finding, [place for place in (finding.location, *finding.also) if not self._has(place)])

    def _has(self, place: Location) -> bool:
        spans = self._spans.get((place.origin, place.inside), ())
        return any(span.start < place.span.end and place.span.start < span.end for span in spans)
