"""The end of the text report: what was not read, what was allowed, what was set aside, and the sum of it.

A person must not be able to mistake a scan that could not read everything for a clean one.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from scanner.model import POLICY_CHANGE, Notice, ScanReport, Skip, Suppressed
from scanner.redact import printable
from scanner.report import Options
from scanner.report._place import name, place, reads_history
from scanner.report._words import PACKED, SKIPPED, by_whom, count, paint, place_of, prose, size, tally, whose, wrap

_MANY: Final = 20  # more skips than this are counted by reason unless --verbose


def coverage(report: ScanReport, options: Options) -> Iterator[str]:
    """Yield the paragraphs that this run needs, in rising order of how much they matter."""
    if report.suppressed:
        yield _allowed(report.suppressed, options)
    if options.verbose:
        yield from _counts(report, options)
    if changes := [notice for notice in report.notices if notice.kind == POLICY_CHANGE]:
        yield _changes(changes, options)
    if report.policy:
        head = f"The configuration changes {count(len(report.policy), 'setting')}"
        yield _listed(head, map(printable, report.policy), options)
    decided = [skip for skip in report.skips if not skip.incomplete and (options.verbose or not _is_of_git(skip))]
    if chosen := [skip for skip in decided if skip.reason != PACKED]:
        yield _decided(chosen, options)
    if packed := [skip for skip in decided if skip.reason == PACKED]:
        yield _packed(packed, options)
    unread = [skip for skip in report.skips if skip.incomplete]
    if unread:
        yield _unread(unread, options)


def _allowed(suppressed: Sequence[Suppressed], options: Options) -> str:
    head = f"{count(len(suppressed), 'finding')} allowed"
    return _listed(head, map(_allowed_line, suppressed), options)


def _allowed_line(entry: Suppressed) -> str:
    finding = entry.finding
    rule, masked = printable(finding.rule_id), printable(finding.secret.masked)
    by = f" ({whose(entry.marker)})" if entry.marker else ""
    return f"{place(finding.location)}  [{rule}] {masked}  {entry.reason}: {by_whom(entry)}{by}"


def _changes(notices: Sequence[Notice], options: Options) -> str:
    head = f"The change itself alters the policy, in {count(len(notices), 'place')}"
    return _first_of(head, [f"{place_of(notice)}{prose(notice.message)}" for notice in notices], options)


def _counts(report: ScanReport, options: Options) -> Iterator[str]:
    for head, counts in (("Matches ruled out, by check", report.stats.drops), ("Read", report.stats.details)):
        if counts:
            told = ", ".join(f"{number:,} {printable(reason)}" for reason, number in sorted(counts.items()))
            yield wrap(f"{head}: {told}.", "", "  ", options.width)


def _decided(skips: Sequence[Skip], options: Options) -> str:
    head = f"Left out on purpose: {tally(skip.reason for skip in skips)}"
    return _listed(head, map(_skip_line, skips), options)


def _packed(skips: Sequence[Skip], options: Options) -> str:
    """Return each of them by name: nobody has chosen to leave them out."""
    noun = tally([PACKED] * len(skips))
    head = f"Not read, as {'it' if len(skips) == 1 else 'they'} cannot be unpacked ({noun})"
    return _first_of(head, _once_each(f"{name(skip.origin)}: {prose(skip.detail)}" for skip in skips), options)


def _first_of(head: str, lines: Sequence[str], options: Options) -> str:
    shown = lines if options.verbose else lines[:_MANY]
    more = [f"... and {len(lines) - len(shown):,} more (-v lists them)"] if len(shown) < len(lines) else []
    return "\n".join([f"{head}:", *(f"  {line}" for line in (*shown, *more))])


def _once_each(lines: Iterable[str]) -> list[str]:
    """Return lines without repetitions: the versions of a file often have the same one."""
    return [line if number == 1 else f"{line} ({number:,} times)" for line, number in Counter(lines).items()]


def _is_of_git(skip: Skip) -> bool:
    """Whether it is the folder `.git`, which nobody expects to be scanned as files: worth a line only to who asks."""
    return skip.reason == "excluded" and os.path.basename(skip.origin.path) == b".git"


def _unread(skips: Sequence[Skip], options: Options) -> str:
    head = (
        f"The scan is INCOMPLETE: {len(skips):,} in scope {'was' if len(skips) == 1 else 'were'} not read, "
        "or not wholly, and may hold secrets:"
    )
    if len(skips) > _MANY and not options.verbose:
        lines = [*_by_reason(skips), "(-v lists them)"]
    else:
        lines = _once_each(map(_skip_line, skips))
    return "\n".join([paint(head, "yellow", options.color), *(f"  {line}" for line in lines)])


def _by_reason(skips: Sequence[Skip]) -> list[str]:
    counted = Counter(_reason(skip) for skip in skips)
    return [f"{number:,}: {reason}" for reason, number in counted.most_common()]


def _reason(skip: Skip) -> str:
    """Return the words for the reason; of a process that died also what of."""
    words = SKIPPED.get(skip.reason, skip.reason)
    cause = skip.detail.partition(";")[0] if skip.reason == "worker-died" else ""
    return f"{words} ({prose(cause)})" if cause else words


def _skip_line(skip: Skip) -> str:
    detail = f" ({prose(skip.detail)})" if skip.detail else ""
    return f"{name(skip.origin)}: {SKIPPED.get(skip.reason, skip.reason)}{detail}"


def _listed(head: str, lines: Iterable[str], options: Options) -> str:
    if not options.verbose:
        return f"{head} (-v lists them)."
    return "\n".join([f"{head}:", *(f"  {line}" for line in lines)])


def summary(report: ScanReport, options: Options) -> str:
    """Return the last line. It never says that nothing was found without saying what was not read."""
    found = count(len(report.findings), "finding") if report.findings else "nothing found"
    line = f"{found} in {_read(report)} ({size(report.stats.bytes)}, {report.stats.seconds:.2f} s)"
    if any(skip.reason == "interrupted" for skip in report.skips):
        line += "; INCOMPLETE: it was stopped before its end, and this report is partial"
    elif report.incomplete:
        line += f"; INCOMPLETE: {sum(skip.incomplete for skip in report.skips):,} not read"
    style = "red" if report.findings else "yellow" if report.incomplete else "green"
    return paint(line, style, options.color)


def _read(report: ScanReport) -> str:
    noun = "object" if report.command == "ci" or reads_history(report.command) else "file"
    stats = report.stats
    if stats.read < stats.scope and report.incomplete:
        return f"{stats.read:,} of {count(stats.scope, noun)}"
    return count(stats.read, noun)
