"""What a source is: it names targets, and gives workers a reader that turns them into blobs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import Protocol

from scanner.model import Blob, Skip, Target


class Reader(Protocol):
    """Reads targets in one process; a context manager, because it may hold a running git."""

    def __enter__(self) -> Reader: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def read(self, targets: Sequence[Target]) -> Iterator[Blob | Skip]:
        """Yield what became of each target, in order."""
        ...


class Source(Protocol):
    """Picklable: workers get a copy and open their own reader."""

    def targets(self) -> Iterable[Target | Skip]:
        """Yield everything in scope: what is to be read, and what will not be and why."""
        ...

    def reader(self) -> Reader: ...
