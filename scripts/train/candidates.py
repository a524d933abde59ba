"""Candidates as a scan makes them: the generic rules over a text, and what certain drops leave of their matches."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.decode.text import Text
from scanner.engine.compiled import prepare
from scanner.engine.prefilter import TooManyHits
from scanner.engine.scan import Scanner
from scanner.model import Drop, FileOrigin, Span
from scanner.refine import GENERIC, refiner, refiners_of
from scanner.refine.generic.judge import certainly_none, is_placed, site_of
from scanner.refine.subject import Subject
from scanner.ruleset.resources import builtin_files


def generic_scanner() -> Scanner:
    compiled = prepare(builtin_files(), None)
    wanted = frozenset(rule.id for rule in compiled.rules if "generic" in rule.tags and rule.enabled)
    return Scanner(compiled.rules, compiled.prefilter, 0.0, wanted)


def candidates(scanner: Scanner, data: bytes, path: bytes) -> Iterator[Subject]:
    """Yield where the judge would be asked, each place once."""
    text = Text(data)
    seen: set[Span] = set()
    try:
        for subject in scanner.subjects(text, FileOrigin(path)):
            if subject.secret not in seen and not dropped(subject):
                seen.add(subject.secret)
                yield subject
    except (TooManyHits, TimeoutError):
        return


def dropped(subject: Subject) -> bool:
    """Whether a refiner before the judge drops it: a placeholder, a reference."""
    before = (name for name in refiners_of(subject) if name != GENERIC)
    return any(isinstance(refiner(name)(subject), Drop) for name in before) or _is_certain(subject)


def _is_certain(subject: Subject) -> bool:
    site = site_of(subject.data, subject.secret, is_placed(subject))
    return certainly_none(subject.value, site) is not None
