"""Which findings two reports share, and which appear, vanish or change from the one to the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, Final, NamedTuple

Found = Mapping[str, Any]  # a finding of a JSON report

_WATCHED: Final = ("rule_id", "severity", "evidence", "confidence")


class Pair(NamedTuple):
    """One finding as both sides see it; `fields` are those in which they differ."""

    old: Found
    new: Found
    fields: tuple[str, ...]


class Comparison(NamedTuple):
    appeared: tuple[Found, ...]
    vanished: tuple[Found, ...]
    changed: tuple[Pair, ...]
    unchanged: int

    @property
    def differs(self) -> bool:
        return bool(self.appeared or self.vanished or self.changed)


def compare(old: Sequence[Found], new: Sequence[Found]) -> Comparison:
    """Pair the findings off, the surest way first: the same secret of the same rule at the same place, then elsewhere,
    then the same characters by another rule, then characters that overlap.
    """
    left, right = list(old), list(new)
    pairs: list[tuple[Found, Found]] = []
    for key in (_same, _secret, _spot):
        left, right = _paired(left, right, key, pairs)
    left, right = _overlapping(left, right, pairs)
    judged = [Pair(one, other, _differences(one, other)) for one, other in pairs]
    changed = sorted((pair for pair in judged if pair.fields), key=lambda pair: place_order(pair.new))
    unchanged = len(judged) - len(changed)
    return Comparison(
        tuple(sorted(right, key=place_order)), tuple(sorted(left, key=place_order)), tuple(changed), unchanged
    )


def overlapping(finding: Found, others: Sequence[Found]) -> Found | None:
    """Return the first of the others that stands at the same place and shares a character with it."""
    return next((other for other in others if _place(other) == _place(finding) and _share(other, finding)), None)


def _paired(
    left: list[Found], right: list[Found], key: Callable[[Found], Hashable], pairs: list[tuple[Found, Found]]
) -> tuple[list[Found], list[Found]]:
    waiting: dict[Hashable, list[Found]] = defaultdict(list)
    for finding in right:
        waiting[key(finding)].append(finding)
    alone = []
    for finding in left:
        same = waiting[key(finding)]
        if same:
            pairs.append((finding, same.pop(0)))
        else:
            alone.append(finding)
    kept = {id(finding) for same in waiting.values() for finding in same}
    return alone, [finding for finding in right if id(finding) in kept]


def _overlapping(
    left: list[Found], right: list[Found], pairs: list[tuple[Found, Found]]
) -> tuple[list[Found], list[Found]]:
    by_place: dict[Hashable, list[Found]] = defaultdict(list)
    for finding in right:
        by_place[_place(finding)].append(finding)
    alone, taken = [], set()
    for finding in left:
        near = [other for other in by_place[_place(finding)] if id(other) not in taken and _share(finding, other)]
        if near:
            pairs.append((finding, near[0]))
            taken.add(id(near[0]))
        else:
            alone.append(finding)
    return alone, [finding for finding in right if id(finding) not in taken]


def _place(finding: Found) -> Hashable:
    at = finding["location"]
    return at["kind"], at["path"], at["inside"], at["object"], tuple(at["via"])


def _span(finding: Found) -> tuple[int, int]:
    span = finding["location"]["span"]
    return span["start"], span["end"]


def _same(finding: Found) -> Hashable:
    return finding["rule_id"], finding["fingerprint"], _place(finding), _span(finding)


def _secret(finding: Found) -> Hashable:
    """In a history a secret is one finding, whichever place is the first; elsewhere each place is one of its own."""
    return finding["rule_id"], finding["fingerprint"], finding["in_head"] is None and _place(finding)


def _spot(finding: Found) -> Hashable:
    return _place(finding), _span(finding)


def _share(one: Found, other: Found) -> bool:
    (start, end), (from_, to) = _span(one), _span(other)
    return start < to and from_ < end


def _differences(old: Found, new: Found) -> tuple[str, ...]:
    fields = [name for name in _WATCHED if old[name] != new[name]]
    if _place(old) == _place(new) and _span(old) != _span(new):
        fields.append("span")
    if len(old["also"]) != len(new["also"]):
        fields.append("places")
    return tuple(fields)


def place_order(finding: Found) -> tuple[Any, ...]:
    at = finding["location"]
    return at["path"] or "", at["inside"] or "", at["object"] or "", _span(finding), finding["rule_id"]
