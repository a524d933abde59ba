"""What a source is: it names targets, and gives workers a reader that turns them into blobs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import Protocol, runtime_checkable

from scanner.model import Blob, Names, Skip, Target


class Reader(Protocol):
    """Reads targets in one process; a context manager, because it may hold a running git."""

    def __enter__(self) -> Reader: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def read(self, targets: Sequence[Target]) -> Iterator[Blob | Skip | Names]:
        """Yield what became of the targets, in order: answers for as many objects as each one's `objects` says."""
        ...


@runtime_checkable
class Doubtful(Protocol):
    """A reader that takes contents on trust, and can check one: those in which something was found are worth it."""

    def check(self, blob: Blob) -> Skip | None:
        """Return what is wrong with the blob, if its content is not what it should be."""
        ...


@runtime_checkable
class Sealing(Protocol):
    """A reader that can say by what to remember an object in which nothing was found."""

    def seal(self, blob: Blob) -> bytes:
        """Return what names this content for good, as the source likes; empty for what is not to be remembered."""
        ...


class Source(Protocol):
    """Picklable: workers get a copy and open their own reader."""

    def targets(self) -> Iterable[Target | Skip]:
        """Yield everything in scope: what is to be read, and what will not be and why."""
        ...

    def reader(self) -> Reader: ...


@runtime_checkable
class Divisible(Protocol):
    """A source with targets that stand for many objects."""

    def parts(self, target: Target) -> Sequence[Target]:
        """Return the smaller targets that this one can be read as; none when it is a single thing."""
        ...


@runtime_checkable
class Perilous(Protocol):
    """A source that may kill whoever reads it: to read a mapped file that was cut short is to be ended by a signal."""

    def is_perilous(self) -> bool: ...
