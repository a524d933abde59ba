"""The general object reader: `git cat-file --batch`, which reads whatever git itself can read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Final, NamedTuple

from scanner.git.command import Git, failure
from scanner.git.process import Process

_AT_ONCE: Final = 512  # requests of 65 bytes at most: they fit into a pipe, so writing them cannot block


class Object(NamedTuple):
    """A git object; `kind` is blob, commit, tag or tree."""

    oid: str
    kind: str
    data: bytes


class Unread(NamedTuple):
    """An object that git could not give: `missing`, or git's message about a damaged one."""

    oid: str
    missing: bool
    detail: str


class CatFile:
    """A running `git cat-file --batch`, started when first needed; use it as a context manager."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._process: Process | None = None

    def __enter__(self) -> CatFile:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def start(self) -> Process:
        """Start git now, so that it is ready by the time the first object is asked for."""
        if self._process is None:
            self._process = self._git.start("cat-file", "--batch", pipe_stdin=True)
        return self._process

    def read(self, oids: Sequence[str]) -> Iterator[Object | Unread]:
        """Yield each object, in the order asked for. A damaged one, on which git gives up, is Unread; the rest follow."""
        at = 0
        while at < len(oids):
            wanted = oids[at : at + _AT_ONCE]
            for answer in self._batch(wanted):
                at += 1
                yield answer

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
            if isinstance(answer, Unread) and not answer.missing:
                return  # git has stopped; the caller asks again for the rest

    def _answer(self, process: Process, oid: str) -> Object | Unread:
        header = process.stdout.readline().split()
        if len(header) == 2 and header[1] == b"missing":
            return Unread(oid, True, "git does not have it")
        if len(header) == 3:
            size = int(header[2])
            data = process.stdout.read(size + 1)
            if len(data) == size + 1:
                return Object(oid, header[1].decode(), data[:-1])
        return Unread(oid, False, self._last_words())

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
