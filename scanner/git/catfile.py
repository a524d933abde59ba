"""The general object reader: `git cat-file --batch`, which reads whatever git itself can read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Final, Literal, NamedTuple

from scanner.git.command import Git, failure
from scanner.git.process import Process

MAX_BYTES: Final = 512 << 20  # of one object
_AT_ONCE: Final = 512  # requests of 65 bytes at most: they fit into a pipe, so writing them cannot block
_CHUNK: Final = 1 << 20


class Object(NamedTuple):
    """A git object; `kind` is blob, commit, tag or tree."""

    oid: str
    kind: str
    data: bytes


class Unread(NamedTuple):
    """An object that git does not have, or has damaged, or that is too large to be read."""

    oid: str
    reason: Literal["missing-object", "unreadable", "too-large"]
    detail: str


class CatFile:
    """A running `git cat-file --batch`, started when first needed; use it as a context manager.

    An object of more than `max_bytes` is not held in memory.
    """

    def __init__(self, git: Git, max_bytes: int = MAX_BYTES) -> None:
        self._git = git
        self._max_bytes = max_bytes
        self._process: Process | None = None

    def __enter__(self) -> CatFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> Process:
        """Start git now, so that it is ready by the time the first object is asked for."""
        if self._process is None:
            self._process = self._git.start("cat-file", "--batch", pipe_stdin=True)
        return self._process

    def read(self, oids: Sequence[str]) -> Iterator[Object | Unread]:
        """Yield each object, in the order asked for. One on which git gives up is Unread; the rest follow."""
        at = 0
        try:
            while at < len(oids):
                for answer in self._batch(oids[at : at + _AT_ONCE]):
                    at += 1
                    yield answer
        finally:
            if at < len(oids):
                self.close()  # the answers that are on their way would be taken for answers to what is asked next

    def _batch(self, oids: Sequence[str]) -> Iterator[Object | Unread]:
        process = self.start()
        assert process.stdin is not None
        try:
            process.stdin.write("".join(f"{oid}\n" for oid in oids).encode())
            process.stdin.flush()
        except BrokenPipeError:
            pass  # git has given up on an object before these; what it did answer is still to be read
        for oid in oids:
            answer = self._answer(process, oid)
            yield answer
            if self._process is None:
                return  # git has stopped; the caller asks again for the rest

    def _answer(self, process: Process, oid: str) -> Object | Unread:
        header = process.stdout.readline().split()
        if len(header) == 2 and header[1] == b"missing":
            return Unread(oid, "missing-object", "git does not have it, or cannot read it")
        if len(header) == 3:
            kind, size = header[1].decode(), int(header[2])
            data = self._data(process, size + 1)
            if data is None:
                return Unread(oid, "too-large", f"is over {self._max_bytes >> 20} MiB")
            if len(data) == size + 1:
                return Object(oid, kind, data[:-1])
        return Unread(oid, "unreadable", self._last_words())

    def _data(self, process: Process, size: int) -> bytes | None:
        """Return so many bytes, fewer when git ends before, None when they are too many to be kept."""
        if size <= self._max_bytes + 1:
            return process.stdout.read(size)
        while size > 0 and (chunk := process.stdout.read(min(size, _CHUNK))):
            size -= len(chunk)
        return b"" if size else None

    def _last_words(self) -> str:
        process, self._process = self._process, None
        assert process is not None
        try:
            return failure(("cat-file",), process.finish()[1], process.messages()).message
        finally:
            process.close()

    def close(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.close()
