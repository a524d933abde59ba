"""Of matches that claim the same characters, the strongest and most specific one stays."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from itertools import accumulate
from typing import Final, NamedTuple

from scanner.model import EVIDENCES, Keep, Span
from scanner.refine import envfile
from scanner.refine.subject import Subject

# What a provider's rule says of a value that has its token's form and was never issued.
FAKE: Final = frozenset(("checksum", "structure"))

_STRUCTURED: Final = EVIDENCES.index("structured")
_FRAMED: Final = (b"-----BEGIN ", b"PuTTY-User-Key-File-")  # how a private key in text begins
_FEW: Final = frozenset(
    ("escapes", "entities", "percent escapes", "quoted-printable")
)  # as scanner.decode.sparse has it


class Kept(NamedTuple):
    """A match that no refiner dropped. `span`: where its secret stands in the content; `via`: the encodings that it
    stands in there, the outermost first.
    """

    subject: Subject
    verdict: Keep
    span: Span
    via: tuple[str, ...] = ()

    @property
    def is_put_together(self) -> bool:
        """Whether it stands there in pieces, and perhaps, more or less, in one as well."""
        return self.via[-1:] == ("joined",)


def resolve(kept: list[Kept]) -> tuple[list[Kept], list[tuple[Kept, Kept]]]:
    """Return the matches that stay, in order of place, and those that yield, each with its rival."""
    stay: list[Kept] = []
    gone: list[tuple[Kept, Kept]] = []
    for group in _groups(kept):
        winners: list[Kept] = []
        for one in sorted(group, key=_rank):
            rival = next((w for w in winners if _touch(w, one)), None)
            if rival is None:
                winners.append(one)
            else:
                gone.append((one, rival))
        stay += winners
    return _without_told_files(sorted(stay, key=in_place), gone)


def _without_told_files(stay: list[Kept], gone: list[tuple[Kept, Kept]]) -> tuple[list[Kept], list[tuple[Kept, Kept]]]:
    """Let the finding that a file of settings is there yield where every secret in it is told of by itself."""
    for file in [one for one in stay if "env-file" in one.subject.rule.tags and not one.via]:
        # A rule for certain files only may not be for this one, of which the path is not known yet.
        others = [one for one in stay if one is not file and not (file.subject.path_follows and one.subject.rule.paths)]
        if others and envfile.is_told(file.subject, [one.span for one in others]):
            stay = [one for one in stay if one is not file]
            gone = [*gone, (file, others[0])]
    return stay, gone


def without_fakes(kept: list[Kept], fakes: list[Span]) -> tuple[list[Kept], list[Kept]]:
    """Return those that stay, and the generic matches that go: a provider's rule knows their value as made up."""
    return _parted(kept, fakes, lambda one: True)


def without_claimed(kept: list[Kept], claimed: list[Span]) -> tuple[list[Kept], list[Kept]]:
    """Return those that stay, and the generic matches that go: what they encode has been looked at instead."""
    return _parted(kept, claimed, lambda one: not one.via)


def _parted(kept: list[Kept], places: list[Span], is_meant: Callable[[Kept], bool]) -> tuple[list[Kept], list[Kept]]:
    """Part the generic matches that are meant and touch one of the places from the others."""
    ordered = sorted(places)
    reach = list(accumulate((end for _, end in ordered), max))  # of all places up to this one
    stay: list[Kept] = []
    gone: list[Kept] = []
    for one in kept:
        start, end = one.span
        before = bisect_left(ordered, Span(end, end))
        touches = before > 0 and reach[before - 1] > start
        (gone if touches and "generic" in one.subject.rule.tags and is_meant(one) else stay).append(one)
    return stay, gone


def in_place(kept: Kept) -> tuple[Span, str]:
    """Sort key: the order of a report."""
    return kept.span, kept.subject.rule.id


def _groups(kept: list[Kept]) -> list[list[Kept]]:
    """Split into runs of matches whose secrets overlap, so that resolving stays linear in their number."""
    groups: list[list[Kept]] = []
    reach = -1
    for one in sorted(kept, key=lambda k: k.span):
        if one.span.start >= reach:
            groups.append([])
        groups[-1].append(one)
        reach = max(reach, one.span.end)
    return groups


def _touch(one: Kept, other: Kept) -> bool:
    return one.span.start < other.span.end and other.span.start < one.span.end


def _rank(kept: Kept) -> tuple[int, int, int, int, int, int, str]:
    """Sort key, strongest first: grade, a provider's rule before a generic one and that before what is only left plain,
    what is said before how it is encoded,
    longer literal or secret,
    then the match that read more of the name (`GS_SECRET_ACCESS_KEY` says more than `SECRET_ACCESS_KEY`).
    """
    rule, secret = kept.subject.rule, kept.subject.secret
    # Of a contextual rule the literals are words of the name, which `lead` counts.
    literal = 0 if rule.evidence == "contextual" else min(len(text) for text in rule.anchor.literals)
    lead = secret.start - kept.subject.match.start
    grade = EVIDENCES.index(kept.verdict.evidence)
    if kept.subject.value.startswith(_FRAMED):
        grade = min(grade, _STRUCTURED)  # that a key is encrypted makes it no less sure that its letters are a key's
    # A key in bytes, decoded, is the body of a key in text.
    is_body = "key-store" in rule.tags and kept.via
    kind = 2 if "left-plain" in rule.tags else 1 if "generic" in rule.tags or is_body else 0
    return grade, kind, _way(kept), -literal, secret.start - secret.end, -lead, rule.id


def _way(kept: Kept) -> int:
    """What is said comes before how it is encoded, and what stands in one piece before what was put together. What
    stands there as it is comes before the same as a part of what is encoded around it; where only a few letters are
    escaped, it is as good as the same without escapes.
    """
    if not kept.via:
        return 1
    size = kept.subject.secret.end - kept.subject.secret.start
    is_same = kept.span.end - kept.span.start == size
    return 3 if kept.is_put_together else 2 if is_same else 1 if kept.via[-1] in _FEW else 0
