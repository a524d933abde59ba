"""What a worker spends its time on, measured from outside: around the reader, the scanner and its prefilter.

Nothing of this is there in a run that is not measured.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from time import perf_counter
from types import TracebackType
from typing import Any, Final

from scanner.engine.batch import Scans, Spent
from scanner.engine.result import BlobResult
from scanner.engine.scan import Scanner
from scanner.engine.source import Divisible, Doubtful, Perilous, Reader, Sealing, Source
from scanner.model import Blob, Names, Skip, Target

_PREFILTERING: Final = ("candidates", "hits", "hits_in")


class Meter:
    """Seconds of wall time in one process, since the last batch ended."""

    def __init__(self) -> None:
        self.began = self.reading = self.prefilter = self.scanning = 0.0
        self._is_inside = False

    def taken(self) -> Spent:
        total = perf_counter() - self.began
        matching, rest = self.scanning - self.prefilter, total - self.scanning - self.reading
        spent = Spent(os.getpid(), 1, self.reading, self.prefilter, matching, rest)
        self.began = self.reading = self.prefilter = self.scanning = 0.0
        return spent

    def filtering(self, method: Callable[..., Any]) -> Callable[..., Any]:
        """Return a method of the prefilter that notes its time; one that is called by another notes none."""

        def metered(*arguments: Any) -> Any:
            if self._is_inside:
                return method(*arguments)
            self._is_inside, began = True, perf_counter()
            try:
                return method(*arguments)
            finally:
                self._is_inside = False
                self.prefilter += perf_counter() - began

        return metered


class MeteredScanner:
    """A scanner whose prefilter is metered, too."""

    def __init__(self, scanner: Scanner, meter: Meter) -> None:
        self._scanner = scanner
        self._meter = meter
        for name in _PREFILTERING:
            if method := getattr(scanner.prefilter, name, None):
                setattr(scanner.prefilter, name, meter.filtering(method))

    def __reduce__(self) -> tuple[object, ...]:
        return MeteredScanner, (self._scanner, self._meter)  # metered anew where it arrives

    def scan_blob(self, blob: Blob) -> BlobResult:
        began = perf_counter()
        try:
            return self._scanner.scan_blob(blob)
        finally:
            self._meter.scanning += perf_counter() - began


class MeteredSource:
    def __init__(self, source: Source, meter: Meter) -> None:
        self._source = source
        self._meter = meter

    def targets(self) -> Iterable[Target | Skip]:
        return self._source.targets()

    def parts(self, target: Target) -> Sequence[Target]:
        return self._source.parts(target) if isinstance(self._source, Divisible) else ()

    def is_perilous(self) -> bool:
        return isinstance(self._source, Perilous) and self._source.is_perilous()

    def reader(self) -> _Reader:
        return _Reader(self._source.reader(), self._meter)


class _Reader:
    def __init__(self, reader: Reader, meter: Meter) -> None:
        self._reader = reader
        self._meter = meter

    def __enter__(self) -> _Reader:
        self._reader.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._reader.__exit__(kind, error, trace)

    def read(self, targets: Sequence[Target]) -> Iterator[Blob | Skip | Names]:
        self._meter.began = began = perf_counter()
        for blob in self._reader.read(targets):
            self._meter.reading += perf_counter() - began
            yield blob
            del blob  # the next one may be large
            began = perf_counter()
        self._meter.reading += perf_counter() - began

    def check(self, blob: Blob) -> Skip | None:
        return self._reader.check(blob) if isinstance(self._reader, Doubtful) else None

    def seal(self, blob: Blob) -> bytes:
        return self._reader.seal(blob) if isinstance(self._reader, Sealing) else b""

    def spent(self) -> Spent:
        return self._meter.taken()


def metered(source: Source, scanner: Scanner) -> tuple[Source, Scans]:
    """Return the same, so that results tell what was spent on them. The scanner's prefilter stays metered."""
    meter = Meter()
    return MeteredSource(source, meter), MeteredScanner(scanner, meter)
