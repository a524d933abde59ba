"""Why something is a finding or none: the way of every match through the refiners, with what moved the judge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from scanner.decode.text import Text, views
from scanner.engine.scan import Scanner
from scanner.lines import LineIndex
from scanner.marker import MarkerPolicy
from scanner.model import Drop, Keep, Origin, Position, Span
from scanner.refine import GENERIC, confidence, judge, refiner, refiners_of
from scanner.refine.inline import markers_for
from scanner.refine.overlap import FAKE, Kept, resolve, without_fakes
from scanner.refine.subject import Subject

_MADE_UP: Final = Drop("made-up", "a provider's rule knows it as one that was never issued")


class Account(NamedTuple):
    """What became of one match. `by` names the refiner that dropped it, or the rule that it yielded to.

    `reasons` are features of the judge and their weights in log-odds, the weightiest first; empty where it had no say.
    """

    rule_id: str
    start: Position
    end: Position
    length: int
    verdict: Keep | Drop
    by: str
    confidence: float | None
    reasons: tuple[tuple[str, float], ...] = ()
    allowed: str | None = None


def accounts(scanner: Scanner, data: bytes, origin: Origin) -> list[Account]:
    """Return an account of every match in the data, in order of place. Raises TooManyHits and TimeoutError."""
    found = [account for text in views(data) for account in _of_text(scanner, text, origin)]
    return sorted(found, key=lambda account: (account.start, account.rule_id))


def _of_text(scanner: Scanner, text: Text, origin: Origin) -> Iterator[Account]:
    subjects = sorted(scanner.subjects(text, origin), key=lambda subject: subject.secret)
    judged: list[tuple[Subject, Keep | Drop]] = [(subject, judge(subject)) for subject in subjects]
    fakes = [subject.secret for subject, verdict in judged if isinstance(verdict, Drop) and verdict.reason in FAKE]
    kept = [Kept(subject, verdict, subject.secret) for subject, verdict in judged if isinstance(verdict, Keep)]
    kept, made_up = without_fakes(kept, fakes)
    judged = [(s, _MADE_UP if any(s is one.subject for one in made_up) else verdict) for s, verdict in judged]
    _, gone = resolve(kept)
    rivals = {(one.subject.rule.id, one.subject.secret): rival.subject.rule.id for one, rival in gone}
    index = LineIndex(text.data)
    for subject, verdict in judged:
        yield _account(subject, verdict, rivals.get((subject.rule.id, subject.secret), ""), index)


def _account(subject: Subject, verdict: Keep | Drop, rival: str, index: LineIndex) -> Account:
    (start, end), rule = subject.secret, subject.rule
    by = "another rule" if verdict is _MADE_UP else _dropper(subject) if isinstance(verdict, Drop) else rival
    sure, reasons = _reasons(subject) if by in ("", GENERIC, rival) and GENERIC in refiners_of(subject) else (None, ())
    marker = markers_for(subject.data, Span(start, end), rule.id, MarkerPolicy())
    return Account(
        rule_id=rule.id,
        start=index.position(start),
        end=index.position(end),
        length=end - start,
        verdict=verdict,
        by=by,
        confidence=confidence(rule, verdict) if isinstance(verdict, Keep) else sure,
        reasons=reasons,
        allowed="" if marker else None,
    )


def _reasons(subject: Subject) -> tuple[float, tuple[tuple[str, float], ...]]:
    from scanner.refine.generic.judge import judge as weigh

    found = weigh(subject.data, subject.secret, subject.path)
    return found.confidence, found.reasons


def _dropper(subject: Subject) -> str:
    """Return the name of the refiner that drops it; none does when only the user's gate is too high."""
    for name in refiners_of(subject):
        if isinstance(refiner(name)(subject), Drop):
            return name
    return "--min-confidence"
