"""Why something is a finding or none: the way of every match through the refiners, with what moved the judge; and of
rules that were awake and matched nothing, how far they came.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from scanner.decode.text import Text, views
from scanner.engine.disguise import Budget, Layer
from scanner.engine.escaped import unescaped
from scanner.engine.nearmiss import Miss, misses
from scanner.engine.prefilter import Candidates
from scanner.engine.scan import Scanner
from scanner.engine.telling import told
from scanner.lines import LineIndex
from scanner.marker import Marker
from scanner.model import Drop, Keep, Origin, Position, Span
from scanner.refine import GENERIC, confidence, judge, refiner, refiners_of
from scanner.refine.inline import around
from scanner.refine.overlap import FAKE, Kept, resolve, without_claimed, without_fakes
from scanner.refine.subject import Subject
from scanner.ruleset.built import Rule

_MADE_UP: Final = Drop("made-up", "a provider's rule knows it as one that was never issued")
_DECODED: Final = Drop("decoded", "it was judged by what it says when decoded")
_OTHERS: Final[Mapping[Keep | Drop, str]] = {_MADE_UP: "another rule", _DECODED: "decoding"}  # who drops for that


class Beside(NamedTuple):
    """A marker beside a secret. `fault` says why it does not allow it; empty when it does."""

    marker: Marker
    fault: str


class Account(NamedTuple):
    """What became of one match. `by` names the refiner that dropped it, or the rule that it yielded to.

    `via` names the encodings that it stands in, the outermost first. `literal` is what woke the rule. `asked` are the
    refiners, in order, and `spoke` those of them that graded it. `reasons` are features of the judge and their weights
    in log-odds, the weightiest first; empty where it had no say. `markers` stand beside it, the one that counts first.
    """

    rule: Rule
    start: Position
    end: Position
    length: int
    verdict: Keep | Drop
    by: str
    confidence: float | None
    reasons: tuple[tuple[str, float], ...] = ()
    via: tuple[str, ...] = ()
    literal: str = ""
    asked: tuple[str, ...] = ()
    spoke: tuple[str, ...] = ()
    markers: tuple[Beside, ...] = ()

    @property
    def allowed(self) -> Marker | None:
        return next((one.marker for one in self.markers if not one.fault), None)


class Encoded(NamedTuple):
    """A text that stands encoded: how, where, and how many bytes it is."""

    via: tuple[str, ...]
    start: Position
    end: Position
    size: int


class Near(NamedTuple):
    """A rule that matched nothing on the line; the places are those of `Miss`, None where that has none."""

    miss: Miss
    at: Position | None
    fails: Position | None
    offender: bytes  # the character at which the pattern fails, empty at the end of the text
    via: tuple[str, ...]


class Telling(NamedTuple):
    accounts: tuple[Account, ...]
    encoded: tuple[Encoded, ...]
    near: tuple[Near, ...]


def explained(
    scanner: Scanner, data: bytes, origin: Origin, line: int | None = None, asked: frozenset[str] = frozenset()
) -> Telling:
    """Tell of every match in the data, or on a line of it; and with a line, of rules that match nothing there.

    `asked` are the ids of rules to tell of in any case. Raises TooManyHits and TimeoutError.
    """
    accounts: dict[tuple[str, Position], Account] = {}
    encoded: dict[Encoded, None] = {}
    near: dict[tuple[str, tuple[str, ...]], Near] = {}
    for number, text in enumerate(views(data)):
        index, where = LineIndex(text.data), _span(text.data, line)
        budget = Budget(len(text.data))
        found = list(scanner.layers(text, budget))
        for account in _accounts(scanner, text, origin, found, budget.claimed, index):
            is_new = number == 0 or all(rule != account.rule.id for rule, _ in accounts)
            if is_new and (line is None or account.start.line <= line <= account.end.line):
                accounts.setdefault((account.rule.id, account.start), account)
        for layer, candidates in found if number == 0 else ():  # the bytes behind UTF-16 say the same again
            reach = layer.back(Span(0, len(layer.data))) if layer.via else where
            if reach.start > where.end or where.start > reach.end:
                continue
            if layer.via:
                places = index.position(reach.start), index.position(reach.end)
                encoded[Encoded(layer.via, *places, len(layer.data))] = None
            if line is not None:
                span = Span(0, len(layer.data)) if layer.via else where
                for miss in misses(scanner, layer, candidates, origin, span, frozenset() if layer.via else asked):
                    near.setdefault((miss.rule.id, layer.via), _placed(miss, layer, index))
    ordered = sorted(accounts.values(), key=lambda account: (account.start, account.rule.id))
    matched = {account.rule.id for account in ordered}
    return Telling(
        tuple(ordered), tuple(encoded), tuple(one for one in near.values() if one.miss.rule.id not in matched)
    )


def _span(data: bytes, line: int | None) -> Span:
    """Return where a line is, without its end; all of the data for None, nothing at the end for a line behind it."""
    if line is None:
        return Span(0, len(data))
    at = 0
    for text in data.splitlines(keepends=True):
        line -= 1
        if not line:
            return Span(at, at + len(text.rstrip(b"\r\n")))
        at += len(text)
    return Span(at, at)


def _placed(miss: Miss, layer: Layer, index: LineIndex) -> Near:
    def position(offset: int) -> Position | None:
        return None if offset < 0 else index.position(layer.back(Span(offset, offset + 1)).start)

    offender = layer.data[miss.fails : miss.fails + 1] if miss.fails >= 0 else b""
    return Near(miss, position(miss.at), position(miss.fails), offender, layer.via)


def _accounts(
    scanner: Scanner,
    text: Text,
    origin: Origin,
    found: list[tuple[Layer, Candidates]],
    claimed: list[Span],
    index: LineIndex,
) -> Iterator[Account]:
    judged: list[tuple[Kept, Keep | Drop]] = []
    for outer, candidates in found:
        for match in scanner.looker.subjects(outer, origin, candidates):
            layer, subject = unescaped(outer, match) or (outer, match)
            verdict = judge(subject)
            keep = verdict if isinstance(verdict, Keep) else Keep(subject.rule.evidence)
            judged.append((Kept(subject, keep, layer.back(subject.secret), layer.via), verdict))
            claimed += filter(None, (layer.stands_for,))
    fakes = [kept.span for kept, verdict in judged if isinstance(verdict, Drop) and verdict.reason in FAKE]
    stay, decoded = without_claimed([kept for kept, verdict in judged if isinstance(verdict, Keep)], claimed)
    stay, made_up = without_fakes(stay, fakes)
    gone: Mapping[int, Drop] = {id(kept): _MADE_UP for kept in made_up} | {id(kept): _DECODED for kept in decoded}
    rivals = {id(one): rival.subject.rule.id for one, rival in resolve(stay)[1]}
    for kept, verdict in judged:
        if kept.is_put_together and (isinstance(verdict, Drop) or id(kept) in rivals):
            continue  # what it was put together from is told of
        yield _account(scanner, text, kept, gone.get(id(kept), verdict), rivals.get(id(kept), ""), index)


def _account(scanner: Scanner, text: Text, kept: Kept, verdict: Keep | Drop, rival: str, index: LineIndex) -> Account:
    subject, rule = kept.subject, kept.subject.rule
    by = _OTHERS.get(verdict) or (_dropper(subject) if isinstance(verdict, Drop) else rival)
    sure, reasons = _reasons(subject) if by in ("", GENERIC, rival) and GENERIC in refiners_of(subject) else (None, ())
    start, end = index.position(kept.span.start), index.position(kept.span.end)
    asked = refiners_of(subject)
    spoke = tuple(name for name in asked if isinstance(refiner(name)(subject), Keep)) if not by else ()
    matched = subject.data[subject.match.start : subject.match.end].lower()
    return Account(
        rule=rule,
        start=start,
        end=end,
        length=subject.secret.end - subject.secret.start,
        verdict=verdict,
        by=by,
        confidence=confidence(rule, verdict) if isinstance(verdict, Keep) else sure,
        reasons=reasons,
        via=kept.via,
        literal=max((text for text in rule.anchor.literals if text.encode("latin-1") in matched), key=len, default=""),
        asked=asked,
        spoke=spoke,
        markers=tuple(_beside(scanner, text, kept, start)),
    )


def _beside(scanner: Scanner, text: Text, kept: Kept, at: Position) -> list[Beside]:
    """Return the markers beside a match, that which counts first."""
    policy, made = scanner.markers, []
    for found in around(text.data, kept.span):
        marker = told(text.data, found, kept.span, at, [kept.span])
        fault = ""
        if found.tool not in policy.tools:
            fault = f"those of {found.tool} are turned off"
        elif not found.names(kept.subject.rule.id):
            fault = "it names another rule"
        elif policy.strict and marker.lack:
            fault = f"it {marker.lack}, which --strict-policy refuses"
        made.append(Beside(marker, fault))
    return sorted(made, key=lambda one: (bool(one.fault), bool(one.marker.lack)))


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
