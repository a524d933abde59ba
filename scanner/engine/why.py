"""Why something is a finding or none: the way of every match through the refiners, with what moved the judge; and of
rules that were awake and matched nothing, how far they came.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from scanner.decode.text import Text, views
from scanner.engine.budget import Budget
from scanner.engine.disguise import Layer
from scanner.engine.nearmiss import Miss, misses
from scanner.engine.prefilter import Candidates
from scanner.engine.scan import Scanner
from scanner.engine.telling import told
from scanner.lines import LineIndex
from scanner.marker import Marker
from scanner.model import Drop, Finding, Keep, Origin, Position, Skip, Span
from scanner.refine import GENERIC, confidence, refiner, refiners_of
from scanner.refine.inline import around
from scanner.refine.overlap import FAKE, Kept, resolve, without_claimed, without_fakes
from scanner.refine.subject import Subject
from scanner.ruleset.built import Rule

_MADE_UP: Final = Drop("made-up", "a provider's rule knows it as one that was never issued")
_DECODED: Final = Drop("decoded", "it stands there encoded, and what it says was judged instead")
_SINKS: Final = {_MADE_UP: "another rule", _DECODED: "decoding"}


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
    """`findings` are those of the whole content that no comment allows, credentials of several parts as one."""

    accounts: tuple[Account, ...]
    findings: tuple[Finding, ...]
    encoded: tuple[Encoded, ...]
    near: tuple[Near, ...]


def explained(
    scanner: Scanner, data: bytes, origin: Origin, line: int | None = None, asked: frozenset[str] = frozenset()
) -> Telling:
    """Tell of every match in the data, or on a line of it; and with a line, of rules that match nothing there.

    `asked` are the ids of rules to tell of in any case. Raises TooManyHits and TimeoutError.
    """
    accounts: dict[tuple[str, Position, tuple[str, ...]], Account] = {}
    findings: list[Finding] = []
    encoded: dict[Encoded, None] = {}
    near: dict[tuple[str, tuple[str, ...]], Near] = {}
    for number, text in enumerate(views(data)):
        index, budget = LineIndex(text.data), Budget(len(text.data))
        found = list(scanner.layers(text, budget))
        made, whole = _accounts(scanner, text, origin, found, budget, index)
        known = {rule for rule, _, _ in accounts}  # the bytes behind UTF-16 say the same again
        findings += (finding for finding in whole if finding.rule_id not in known)
        for account in made:
            if account.rule.id not in known and (line is None or account.start.line <= line <= account.end.line):
                accounts.setdefault((account.rule.id, account.start, account.via), account)
        if number == 0:
            here = _Here(scanner, origin, index, line, _span(text.data, line), asked)
            for layer, candidates in found:
                _around(here, layer, candidates, encoded, near)
    ordered = sorted(accounts.values(), key=lambda one: (one.start, bool(one.by), one.rule.id, one.via))
    matched = {account.rule.id for account in ordered}
    misses = tuple(one for one in near.values() if one.miss.rule.id not in matched)
    return Telling(tuple(ordered), tuple(findings), tuple(encoded), misses)


class _Here(NamedTuple):
    """What is asked about: a line, or with None all; `where` that is in the text."""

    scanner: Scanner
    origin: Origin
    lines: LineIndex
    line: int | None
    where: Span
    asked: frozenset[str]


def _around(
    here: _Here,
    layer: Layer,
    candidates: Candidates,
    encoded: dict[Encoded, None],
    near: dict[tuple[str, tuple[str, ...]], Near],
) -> None:
    """Add what is encoded there, and the rules that match nothing in it."""
    reach = layer.back(Span(0, len(layer.data))) if layer.via else here.where
    if reach.start > here.where.end or here.where.start > reach.end:
        return
    if layer.via:
        places = here.lines.position(reach.start), here.lines.position(reach.end)
        encoded[Encoded(layer.via, *places, len(layer.data))] = None
    if here.line is None:
        return
    span = Span(0, len(layer.data)) if layer.via else here.where
    asked: frozenset[str] = frozenset() if layer.via else here.asked
    for miss in misses(here.scanner, layer, candidates, here.origin, span, asked):
        near.setdefault((miss.rule.id, layer.via), _placed(miss, layer, here.lines))


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
    budget: Budget,
    index: LineIndex,
) -> tuple[list[Account], tuple[Finding, ...]]:
    """Take every match the way that a scan takes it (`Scanner.scan_blob`)."""
    judged: list[tuple[Kept, Keep | Drop]] = []
    fakes: list[Span] = []
    skips: list[Skip] = []
    for layer, candidates in found:
        for where, subject, verdict in scanner.looker.judged(layer, origin, candidates, skips, None):
            if where.stands_for:
                budget.claimed.append(where.stands_for)
            keep = verdict if isinstance(verdict, Keep) else Keep(subject.rule.evidence)
            kept = Kept(subject, keep, where.back(subject.secret), where.via)
            if isinstance(verdict, Drop) and where.is_put_together:
                continue  # what it was put together from is told of
            if isinstance(verdict, Drop) and verdict.reason in FAKE:
                fakes.append(kept.span)
            judged.append((kept, verdict))
    if skips:
        raise TimeoutError(skips[0].detail)
    stay, claimed = without_claimed([kept for kept, verdict in judged if isinstance(verdict, Keep)], budget.claimed)
    stay, made_up = without_fakes(stay, fakes)
    sunk = {**{id(kept): _DECODED for kept in claimed}, **{id(kept): _MADE_UP for kept in made_up}}
    stay, gone = resolve(stay)
    rivals = {id(one): rival.subject.rule.id for one, rival in gone}
    accounts = [
        _account(scanner, text, kept, sunk.get(id(kept), verdict), rivals.get(id(kept), ""), index)
        for kept, verdict in judged
        if not (kept.is_put_together and id(kept) in rivals)
    ]
    return accounts, scanner.told(text, origin, stay)


def _account(scanner: Scanner, text: Text, kept: Kept, verdict: Keep | Drop, rival: str, index: LineIndex) -> Account:
    subject, rule = kept.subject, kept.subject.rule
    by = (_SINKS.get(verdict) or _dropper(subject)) if isinstance(verdict, Drop) else rival
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
    from scanner.refine.generic.judge import explain

    found = explain(subject)
    return found.confidence, found.reasons


def _dropper(subject: Subject) -> str:
    """Return the name of the refiner that drops it; none does when only the user's gate is too high."""
    for name in refiners_of(subject):
        if isinstance(refiner(name)(subject), Drop):
            return name
    return "--min-confidence"
