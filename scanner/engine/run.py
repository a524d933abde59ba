"""A whole run: targets to batches to results, in this process or in several."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import chain
from typing import Final

from scanner.engine.batch import (
    NO_NAMES,
    BatchResult,
    Scans,
    batches,
    cost,
    lost,
    merged,
    scan_batch,
    scan_names,
    split,
)
from scanner.engine.source import Perilous, Source
from scanner.model import Finding, RefOrigin, Skip, Target

_WORTH_A_POOL: Final = 16 << 20  # bytes; less is scanned sooner than workers start
_MANY: Final = 2_000  # targets of unknown or small size


Notice = Callable[[BatchResult], None]


class Interrupted(KeyboardInterrupt):
    """Ctrl-C came while a source was read; `found` is what was found until then."""

    def __init__(self, found: BatchResult) -> None:
        super().__init__()
        self.found = found


def ignore(result: BatchResult) -> None:
    """Nobody wants to know how far it has come."""


def run(source: Source, scanner: Scans, jobs: int, notice: Notice = ignore) -> BatchResult:
    """Scan everything that the source names; `notice` is told of each batch that is done.

    Raises what the source raises while it lists its targets, and Interrupted.
    """
    skips: list[Skip] = []
    got: list[BatchResult] = []

    def noted(result: BatchResult) -> None:
        got.append(result)
        notice(result)

    try:
        return _finished(_scanned(source, scanner, jobs, noted, skips), skips, scanner)
    except KeyboardInterrupt:
        raise Interrupted(_finished(merged(got), skips, scanner)) from None


def _scanned(source: Source, scanner: Scans, jobs: int, notice: Notice, skips: list[Skip]) -> BatchResult:
    groups = batches(source.targets(), skips)
    is_perilous = isinstance(source, Perilous) and source.is_perilous()
    first = _worth_a_pool(groups) if jobs > 1 and not is_perilous else []
    if (jobs > 1 or is_perilous) and (after := next(groups, None)):
        from scanner.engine.pool import scan_parallel

        return merged(scan_parallel(chain(first, [after], groups), source, scanner, jobs, notice))
    return merged(_noticed(scan_serial(chain(first, groups), source, scanner), notice))


def _finished(found: BatchResult, skips: Sequence[Skip], scanner: Scans) -> BatchResult:
    """Return what was found with the names that were met scanned, in order."""
    if found.names:
        found = merged((found._replace(names=NO_NAMES), scan_names(found.names, scanner)))
    listed = sum(not isinstance(skip.origin, RefOrigin) for skip in skips)  # refs are names, not things to be read
    ordered = sorted(found.findings, key=finding_order)
    return found._replace(findings=tuple(ordered), skips=(*skips, *found.skips), scope=found.scope + listed)


def finding_order(finding: Finding) -> tuple[object, ...]:
    """Return what to sort findings by: their place, whatever order they came in."""
    origin = finding.location.origin
    return origin.kind, origin, finding.location.span, finding.rule_id  # origins of different kinds do not compare


def _noticed(results: Iterable[BatchResult], notice: Notice) -> Iterator[BatchResult]:
    for result in results:
        notice(result)
        yield result


def _worth_a_pool(groups: Iterator[list[Target]]) -> list[list[Target]]:
    """Take batches until there is so much work that starting workers pays."""
    taken: list[list[Target]] = []
    count = size = 0
    for group in groups:
        taken.append(group)
        count, size = count + sum(t.objects > 0 for t in group), size + sum(map(cost, group))
        if size >= _WORTH_A_POOL or count >= _MANY:
            break
    return taken


def scan_serial(tasks: Iterable[list[Target]], source: Source, scanner: Scans) -> Iterator[BatchResult]:
    """Scan in this process: plain map. What is too much for its memory is split until that is alone."""
    again: list[list[Target]] = []
    with ExitStack() as opened:
        reader = opened.enter_context(source.reader())
        for targets in tasks:
            again.append(targets)
            while again:
                lot = again.pop()
                try:
                    result = scan_batch(lot, reader, scanner)
                except MemoryError:
                    result = None  # only from here on is what was read let go
                if result is not None:
                    yield result
                    continue
                opened.close()
                reader = opened.enter_context(source.reader())
                parts = split(lot, source)
                again += reversed(parts)
                if not parts:
                    yield lost(lot, "out of memory")
