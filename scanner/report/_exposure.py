"""Since when a secret of a history was there, until when, and which refs still lead to it, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from scanner.model import Finding, Refs
from scanner.redact import printable
from scanner.report._place import short
from scanner.report._words import count

_SOME: Final = 3  # names of refs; the rest are counted


def past(finding: Finding) -> Iterator[tuple[str, str]]:
    """Yield which commits brought it and took it out, each with its label."""
    exposure = finding.exposure
    who = finding.location.provenance
    if who is not None:
        author = f"{printable(who.author)} <{printable(who.email)}>"
        yield "introduced", f"{short(who.commit)} on {_day(who.date)} by {author}"
    if exposure is not None and exposure.removed is not None:
        gone = exposure.removed
        after = "" if exposure.stands or exposure.days is None else f", after {count(exposure.days, 'day')}"
        yield "removed", f"{short(gone.commit)} on {_day(gone.date)} by {printable(gone.author)}{after}"


def _day(date: str) -> str:
    """Return the day of an ISO date; whatever else a commit gives for a date as it is."""
    return printable(date[:10] if date[10:11] == "T" else date)


def today(finding: Finding) -> str:
    """Return in words whether it is in HEAD, in files elsewhere, in the history of what, and for how long."""
    exposure = finding.exposure
    parts = []
    if finding.in_head:
        parts.append("still in HEAD")
    elif finding.in_head is not None:
        was_there = exposure is None or exposure.removed is not None
        parts.append("no longer in HEAD" if was_there else "not in HEAD")
    if exposure is None:
        return "; ".join(parts)
    if exposure.tips:
        parts.append(f"in the files of {'' if exposure.exact else 'at most '}{in_words(exposure.tips)}")
    if exposure.reach and exposure.reach != exposure.tips:
        parts.append(f"in the history of {in_words(exposure.reach)}")
    if not exposure.reach:
        parts.append("no branch, tag or other ref leads to it")
    if exposure.stands and exposure.days is not None:
        parts.append(f"exposed for {count(exposure.days, 'day')}")
    return "; ".join(parts)


def in_words(groups: Sequence[Refs]) -> str:
    """Return `main, v1.0, v1.1 and 3 more refs`: branches, tags, remote branches, others."""
    names = [name for group in groups for name in group.names][:_SOME]
    shown = ", ".join(map(printable, names))
    more = sum(group.total for group in groups) - len(names)
    return f"{shown} and {count(more, 'more ref')}" if more else shown
