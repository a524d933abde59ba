"""Secrets that stand encoded: what the prefilter looks for to find them, and what is said there.

The prefilter treats each encoding as one more rule, numbered behind the real ones. It looks for the rules' literals as
they are when encoded; so a file that holds none of them costs nothing, and nothing is decoded on suspicion.
"""

from __future__ import annotations

import re
from itertools import groupby, islice
from typing import Final, NamedTuple

from scanner.decode import digits, documents, escapes, joined, lone, sparse, wide
from scanner.decode.containers import members
from scanner.decode.derived import Claim, Whole
from scanner.decode.magic import kind_of_encoded
from scanner.decode.member import Member
from scanner.engine.prefilter import TooManyHits
from scanner.model import Span
from scanner.ruleset.built import OWN_SHAPE, Look
from scanner.ruleset.gap import PLAIN, SPACED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from scanner.decode.derived import Derived, Way
    from scanner.engine.budget import Budget
    from scanner.engine.prefilter import Candidates, Prefilter
    from scanner.ruleset.built import Rule

    Reader = Callable[[bytes, int, int], Derived | None]  # data, and the interval in which the literal's form begins

DEEPEST: Final = 10  # steps: five encodings, each perhaps of something packed
_SAMPLE: Final = 64  # bytes that tell two phases apart
PUT_TOGETHER: Final = ("joined",)
_SHORTEST: Final = 4  # letters of a literal that is worth looking for
_FEWEST: Final = 4  # digits of its form: fewer are there by chance

# Words that texts with a password or a token are likely to hold, too.
_WORDS: Final = ("password", "passwd", "secret", "token", "api_key", "apikey", "PRIVATE KEY", "credential")
# What follows a literal that is soon broken off; one that goes on is a candidate of its rule anyway.
_BEGINS: Final = "(?:^|[^0-9A-Za-z_])"
_TOGETHER: Final = 20  # literals in one expression
_BROKEN: Final = r"""[0-9A-Za-z_-]{0,7}(?:[$#]?[{]?["'`]|\\\r?\n|=\r?\n)"""
_MAGIC: Final = b"\x1f\x8b\x08"  # of gzip; its form has but four digits, which are rare enough


def _base64(phase: int) -> Reader:
    return lambda data, low, high: digits.base64_text(data, low, phase)


def _escapes(via: str) -> Reader:
    return lambda data, low, high: escapes.escaped_text(data, low, via)


READERS: Final[Mapping[str, Reader]] = {
    **{f"base64-{phase}": _base64(phase) for phase in range(3)},
    "hex": lambda data, low, high: digits.hex_text(data, low),
    "utf-16": lambda data, low, high: wide.wide_text(data, low, 2),
    "utf-32": lambda data, low, high: wide.wide_text(data, low, 4),
    "joined": joined.joined_text,
    **{via: _escapes(via) for via in escapes.ESCAPES},
    "base64-run": lambda data, low, high: digits.base64_text(data, high, 0),
    "hex-run": lambda data, low, high: digits.hex_text(data, high),
    "zlib-base64-run": lambda data, low, high: digits.base64_text(data, high, 0),
    "zlib-hex-run": lambda data, low, high: digits.hex_text(data, high),
    "wide-base64-run": lambda data, low, high: digits.base64_text(data, high, 0),
    **sparse.READERS,
}
NAMES: Final = (*READERS, *documents.SIGNS)

# Runs that say ASCII text, or begin with a byte order mark: what is encoded twice has no literal to look for. They are
# slow to look for, so that is done only where something is as long as a token gets by two encodings.
GATE: Final = "[A-Za-z0-9+/]{60}"  # as `xxd -p` wraps
_LETTERS: Final = bytes(97 if (chr(byte).isalnum() and byte < 128) or byte in b"+/" else 32 for byte in range(256))
SLOW: Final[Mapping[str, Look]] = {
    "base64-run": Look("(?:^|[^A-Za-z0-9+_-])(?:[A-Za-f][A-HQ-Xg-nw-z0-3][A-Za-z0-9+/_-]{2}){4}", 16, 17),
    "hex-run": Look("(?:^|[^0-9A-Fa-f])(?:[2-7][0-9A-Fa-f]|0[9AaDd]){10}", 20, 21),
    # What zlib begins with, at any level.
    "zlib-base64-run": Look("(?:^|[^A-Za-z0-9+/_-])e(?:J[w-z]|N[o-r]|A[E-H]|F[4-7])[A-Za-z0-9+/_-]{13}", 16, 17),
    "zlib-hex-run": Look("(?:^|[^0-9A-Fa-f])78(?:9[Cc]|[Dd][Aa]|01|5[Ee])[0-9A-Fa-f]{16}", 20, 21),
    "wide-base64-run": Look("(?:^|[^\\w+/-])(?:[/_]{2}[45].A[A-H].A|[/_]v8A[A-Za-f][AQgw][AB].|AAD[+-][/_]wAA)", 8, 9),
}
PATTERNS: Final[Mapping[str, Look]] = {
    **{via: Look(start, 1, escapes.WIDEST_START) for via, start in escapes.STARTS.items()},
    **{via: Look(sign, 1, sparse.WIDEST) for via, sign in sparse.SIGNS.items()},
    **{name: Look(*sign) for name, sign in documents.SIGNS.items()},
    **SLOW,
}


def is_worth_runs(data: bytes) -> bool:  # by what GATE says
    return b"a" * 60 in data.translate(_LETTERS)


def slow(encoded: Sequence[tuple[Look, ...]]) -> Iterator[Look]:
    """Yield those of the looks that only long runs of letters and digits are worth."""
    for name, found in zip(NAMES, encoded, strict=True):
        if name in SLOW:
            yield from found


def looks(rules: Sequence[Rule]) -> Iterator[tuple[Look, ...]]:
    """Yield, for each encoding, what tells that a literal of the rules may stand in it, for Hyperscan."""
    found = forms(rules)
    for name in NAMES:
        if name in PATTERNS:
            yield (PATTERNS[name],)
        elif name == "joined":
            yield tuple(_broken_off(found[name]))
        else:
            yield tuple(Look(_expression(form, name), len(form), len(form)) for form in found[name])


def forms(rules: Sequence[Rule]) -> Mapping[str, Collection[bytes]]:
    """Return what the literals of the rules look like in each encoding that no pattern tells."""
    literals = sorted({literal for rule in rules for literal in _literals(rule)} | {word.encode() for word in _WORDS})
    found: dict[str, dict[bytes, None]] = {name: {} for name in NAMES if name not in PATTERNS}
    for literal in literals:
        for phase, form in enumerate(digits.base64_forms(literal)):
            if len(form) >= _FEWEST:
                found[f"base64-{phase}"][form] = None
        if not literal.isalpha():  # that is a word that anything may begin with
            found["joined"][literal] = None
        found["hex"][literal.hex().encode()] = None
        found["utf-16"][wide.wide_form(literal, 2)] = None
        found["utf-32"][wide.wide_form(literal, 4)] = None
    found["base64-0"][digits.base64_forms(_MAGIC)[0]] = None
    found["hex"][_MAGIC.hex().encode()] = None
    return found


def _expression(form: bytes, name: str) -> str:
    escaped = "".join(f"\\x{byte:02x}" for byte in form)
    return f"(?i:{escaped})" if name == "hex" else escaped


def _broken_off(forms: Collection[bytes]) -> Iterator[Look]:
    """Yield looks for literals that are soon broken off, several of one length in each: they compile in a third of the
    time.
    """
    for size, alike in groupby(sorted(forms, key=lambda form: (len(form), form)), key=len):
        while either := "|".join(_expression(form, "joined") for form in islice(alike, _TOGETHER)):
            yield Look(f"{_BEGINS}(?:{either}){_BROKEN}", size + 1, size + 11)


def _literals(rule: Rule) -> Iterator[bytes]:
    """Yield the literals of a rule that goes by a token's own shape, in the case in which its pattern has them."""
    if rule.evidence not in OWN_SHAPE:
        return
    pattern = re.sub(r"\\(?=[^0-9A-Za-z])", "", rule.pattern)
    for literal in rule.anchor.literals:
        if len(literal) < _SHORTEST:
            continue
        written = {found[0] for found in re.finditer(re.escape(literal), pattern, re.IGNORECASE)} or {literal}
        if "(?i" in rule.pattern:
            written |= {literal, literal.upper()}
        yield from (text.encode("latin-1") for text in written)


class Numbers(NamedTuple):
    """Which candidates are whose: from `first` on encodings' (so many rules there are), `tokens` those
    of rules that go by a token's own shape, `lone` those of rules for files of one value.
    """

    first: int
    tokens: frozenset[int]
    lone: frozenset[int] = frozenset()

    def name(self, number: int) -> str:
        """Return what the candidates of this number may be encoded in; empty for nothing."""
        return NAMES[number - self.first] if number >= self.first else "joined" if number in self.tokens else ""


def numbers(rules: Sequence[Rule], decoding: bool = True) -> Numbers:
    """Return the numbers for these rules. Of those that know tokens, only such as begin with a literal count."""
    if not decoding:
        return Numbers(len(rules), frozenset())
    return Numbers(
        len(rules),
        frozenset(number for number, rule in enumerate(rules) if begins_with_literal(rule)),
        frozenset(number for number, rule in enumerate(rules) if lone.TAG in rule.tags),
    )


def begins_with_literal(rule: Rule) -> bool:
    """Whether a token of the rule's does, not the name that it is given to."""
    is_named = any(look.gap in (PLAIN, SPACED) for look in rule.looks)
    return rule.evidence in OWN_SHAPE and rule.anchor.most == 0 and not is_named


def decoded(data: bytes, candidates: Candidates, numbers: Numbers, budget: Budget) -> Iterator[Derived]:
    """Yield what is said in the places where the prefilter saw an encoded literal, or one that may be broken off, and
    in documents that say themselves what is encoded in them.
    """
    if numbers.tokens.isdisjoint(candidates) and all(number < numbers.first for number in candidates):
        return
    seen: set[tuple[Span, bytes]] = set()
    named = ((numbers.name(number), intervals) for number, intervals in candidates.items())
    # Documents first: they know best where something stands.
    for name, intervals in sorted(named, key=lambda one: one[0] not in documents.SIGNS):
        if not name:
            continue
        found = (
            _in_documents(name, data, intervals, budget) if name in documents.SIGNS else _read(name, data, intervals)
        )
        for one in found:
            if (one.region, one.data[:_SAMPLE]) not in seen:  # by way of another phase's form
                seen.add((one.region, one.data[:_SAMPLE]))
                yield one


def _read(name: str, data: bytes, intervals: Sequence[tuple[int, int]]) -> Iterator[Derived]:
    done = -1
    for low, high in intervals:
        at = max(low, done)  # what is before that has been read
        while at <= high and (found := READERS[name](data, at, high)):
            yield found
            done = found.region.end
            at = max(at + 1, done)


def _in_documents(name: str, data: bytes, intervals: Sequence[tuple[int, int]], budget: Budget) -> Iterator[Derived]:
    done = -1
    for low, high in intervals:
        if high >= done:
            document = documents.read(name, data, low, high)
            done = document.end
            budget.exceeded |= document.is_cut
            yield from document.found


class Layer(NamedTuple):
    """A text to be looked at: the content itself, or what is said in it. `back` leads from its spans to the content's,
    `via` names the encodings on the way, the outermost first. `stands_for` is what is not judged by its own looks when
    something is found in the layer.
    """

    data: bytes
    is_binary: bool
    via: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()
    stands_for: Span | None = None

    @property
    def is_put_together(self) -> bool:
        return self.via[-1:] == PUT_TOGETHER

    @property
    def depth(self) -> int:
        return len(self.ways)

    def back(self, span: Span) -> Span:
        for way in reversed(self.ways):
            span = way.back(span)
        return span


def layers(
    layer: Layer, candidates: Candidates, prefilter: Prefilter, numbers: Numbers, budget: Budget
) -> Iterator[tuple[Layer, Candidates]]:
    """Yield the layer and all that is encoded in it, each with its candidates."""
    yield layer, candidates
    for found in decoded(layer.data, candidates, numbers, budget):
        if layer.depth >= DEEPEST or not budget.takes(len(found.data)):
            budget.exceeded = True
            return
        inner = _inner(layer, found, budget)
        for text in (inner, *_unpacked(inner, budget)):
            try:
                inside = prefilter.candidates(text.data)
            except TooManyHits:
                budget.exceeded = True
                continue
            if found.data.startswith(lone.BEFORE):  # all others have seen it
                inside = {number: inside[number] for number in numbers.lone & inside.keys()}
            if inside:
                yield from layers(text, inside, prefilter, numbers, budget)


def _inner(layer: Layer, found: Derived, budget: Budget) -> Layer:
    via = (*layer.via, *filter(None, (found.at, found.via)))
    region = layer.back(found.region)
    if found.claim is Claim.ALWAYS:
        budget.claimed.append(region)
    stands_for = region if found.claim is Claim.MATCHED else None
    return Layer(found.data, b"\0" in found.data[:8192], via, (*layer.ways, found.way), stands_for)


def _unpacked(layer: Layer, budget: Budget) -> Iterator[Layer]:
    """Yield the files in an archive that stood encoded."""
    kind = kind_of_encoded(layer.data)
    way = Whole(Span(0, len(layer.data)))
    for member in members(layer.data, kind, budget.allowance) if kind else ():
        if isinstance(member, Member):
            # Not the member's name: nobody has looked for secrets in that.
            yield Layer(member.data, b"\0" in member.data[:8192], (*layer.via, kind), (*layer.ways, way))
        else:
            budget.exceeded |= member.is_limit
