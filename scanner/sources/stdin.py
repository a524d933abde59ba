"""Standard input: one stream, read whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import BinaryIO, Final

from scanner.model import Blob, Skip, StdinOrigin, Target

MAX_BYTES: Final = 512 << 20


class Stdin:
    """Reads `stream` once; a scan of standard input runs in one process."""

    def __init__(self, stream: BinaryIO, name: bytes = b"<stdin>") -> None:
        self._stream = stream
        self._origin = StdinOrigin(name)

    def targets(self) -> list[Target | Skip]:
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
            try:
                data = self._stream.read(MAX_BYTES + 1)
            except OSError as error:
                yield Skip(target.origin, "unreadable", error.strerror or str(error))
                continue
            if len(data) > MAX_BYTES:
                yield Skip(target.origin, "too-large", f"is over {MAX_BYTES >> 20} MiB")
            else:
                yield Blob(target.origin, data)
