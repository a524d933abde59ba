"""A second look for the hook: do the few candidates of a commit match at all? By `re`, which is loaded anyway.

It only ever rules matches out; what it cannot rule out, or not cheaply, the whole engine decides. Patterns
mean the same
to `re` and to `regex`; where `re` is too old for one (atomic groups came with Python 3.11), that one cannot
be ruled out.
"""

from __future__ import annotations

import re
from struct import error as struct_error
from struct import pack, unpack_from

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.engine.prefilter import Candidates
    from scanner.ruleset.built import Rule

_MOST_PLACES = 64  # more candidates than this are the engine's, which has time limits
_NEVER = b"(?!)"  # the hook asks for no rule that is off
_IN_PIECES = 1 << 31  # in the reach of a rule whose token may be put together from pieces
_MOST_BYTES = 1 << 20  # in all windows together, likewise


def encode(rules: Iterable[Rule]) -> bytes:
    """Return what `may_match` needs: the number of rules, the ends of their entries, the entries (reach, with a mark
    for tokens that may stand in pieces, and pattern).
    """
    from scanner.engine.disguise import begins_with_literal

    entries = [
        pack("<I", rule.max_width + rule.ahead | _IN_PIECES * begins_with_literal(rule))
        + (rule.pattern.encode("latin-1") if rule.enabled else _NEVER)
        for rule in rules
    ]
    ends = [0]
    for entry in entries:
        ends.append(ends[-1] + len(entry))
    return pack(f"<I{len(ends)}I", len(entries), *ends) + b"".join(entries)


def may_match(encoded: bytes, data: bytes, candidates: Candidates) -> bool:
    """Whether any rule may match in the data, which has these candidates, or something may be encoded there."""
    try:
        (count,) = unpack_from("<I", encoded)
    except struct_error:  # not what `encode` wrote
        return True
    places = [(rule, low, high) for rule, intervals in candidates.items() if rule < count for low, high in intervals]
    if len(places) > _MOST_PLACES:
        return True
    left = _MOST_BYTES
    tokens: set[int] = set()
    for rule, low, high in places:
        try:
            reach, pattern = _entry(encoded, rule)
        except struct_error:  # not what `encode` wrote
            return True
        if reach & _IN_PIECES:
            reach ^= _IN_PIECES
            tokens.add(rule)
        left -= high - low + reach
        if left < 0 or _matches(pattern, data, low, high, reach):
            return True
    return bool(tokens or max(candidates, default=0) >= count) and _says_something(data, candidates, count, tokens)


def _says_something(data: bytes, candidates: Candidates, first: int, tokens: set[int]) -> bool:
    from scanner.engine.budget import Budget
    from scanner.engine.disguise import Numbers, decoded

    budget = Budget(len(data))
    return any(True for _ in decoded(data, candidates, Numbers(first, frozenset(tokens)), budget)) or budget.exceeded


def _entry(encoded: bytes, rule: int) -> tuple[int, bytes]:
    (count,) = unpack_from("<I", encoded)
    start, end = unpack_from("<2I", encoded, 4 + 4 * rule)
    base = 8 + 4 * count
    (reach,) = unpack_from("<I", encoded, base + start)
    return reach, encoded[base + start + 4 : base + end]


def _matches(pattern: bytes, data: bytes, low: int, high: int, reach: int) -> bool:
    try:
        compiled = re.compile(pattern)
    except re.error:
        return True
    match = compiled.search(data, low, min(len(data), high + reach))
    return match is not None and match.start() <= high
