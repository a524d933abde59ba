"""Standard input: one stream, read whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import BinaryIO, Final

from scanner.model import Blob, Skip, StdinOrigin, Target

MAX_BYTES: Final = 512 << 20
_PIECE: Final = 1 << 20


class Stdin:
    """Reads `stream` once, at most `limit` bytes; None is a stream that was closed. Such a scan runs in one process."""

    def __init__(self, stream: BinaryIO | None, name: bytes = b"<stdin>", limit: int = MAX_BYTES) -> None:
        self._stream = stream
        self._origin = StdinOrigin(name)
        self._limit = limit

    def targets(self) -> list[Target | Skip]:
        if self._stream is None:
            return [Skip(self._origin, "unreadable", "standard input is closed")]
        return [Target(self._origin, -1)]

    def reader(self) -> Stdin:
        return self

    def __enter__(self) -> Stdin:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def read(self, targets: Sequence[Target]) -> Iterator[Blob | Skip]:
        for target in targets:
            assert self._stream is not None
            try:
                data = _content(self._stream, self._limit)
            except OSError as error:
                yield Skip(target.origin, "unreadable", error.strerror or str(error))
                continue
            if data is None:
                yield Skip(target.origin, "too-large", f"is over {self._limit:,} bytes")
            else:
                yield Blob(target.origin, data)


def _content(stream: BinaryIO, limit: int) -> bytes | None:
    """Return all of the stream, None when that is more than `limit` bytes."""
    pieces: list[bytes] = []
    left = limit
    while left >= 0 and (piece := stream.read(min(_PIECE, left + 1))):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces) if left >= 0 else None
