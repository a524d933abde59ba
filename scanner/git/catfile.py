"""The general object reader: `git cat-file --batch`, which reads whatever git itself can read."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Final, Literal, NamedTuple

from scanner.errors import over
from scanner.git.command import Git, failure
from scanner.git.digest import Digests
from scanner.git.process import Process
from scanner.git.watch import PATIENCE, Watch

MAX_BYTES: Final = 512 << 20  # of one object
_AT_ONCE: Final = 512  # requests of 65 bytes at most: they fit into a pipe, so writing them cannot block
_CHUNK: Final = 1 << 20


class Object(NamedTuple):
    """A git object, its content checked against its id; `kind` is blob, commit, tag or tree."""

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

    An object of more than `max_bytes` is not read; nor one on which git says nothing for `patience` seconds. Each lot
    of requests ends with one for an object that cannot exist, of a name that nobody can know: where its answer stands,
    git has said all it will, whatever it had announced.
    """

    def __init__(self, git: Git, max_bytes: int = MAX_BYTES, patience: float = PATIENCE) -> None:
        self._watch = Watch(patience)
        self._git = git
        self._max_bytes = max_bytes
        self._process: Process | None = None
        self._digests = Digests()
        self._last = f"?{os.urandom(16).hex()}"
        self._end = f"{self._last} missing\n".encode()

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
            process.stdin.write("".join(f"{oid}\n" for oid in (*oids, self._last)).encode())
            process.stdin.flush()
        except BrokenPipeError:
            pass  # git has given up on an object before these; what it did answer is still to be read
        with self._watch.over(process):
            for oid in oids:
                answer = self._answer(process, oid)
                yield answer
                if isinstance(answer, Unread) and answer.reason != "missing-object":
                    return  # this git is of no more use; the caller asks another for the rest
            with self._watch.waiting:
                line = process.stdout.readline()
            if line != self._end:
                self.close()

    def _answer(self, process: Process, oid: str) -> Object | Unread:
        with self._watch.waiting:
            return self._awaited(process, oid)

    def _awaited(self, process: Process, oid: str) -> Object | Unread:
        line = process.stdout.readline()
        name, *facts = line.split() or [b""]
        if name == oid.encode() and facts == [b"missing"]:
            return Unread(oid, "missing-object", "git does not have it, or cannot read it")
        if name == oid.encode() and len(facts) == 2:
            return self._object(process, oid, facts[0].decode(), int(facts[1]))
        return self._broken(oid, has_ended=not line)

    def _object(self, process: Process, oid: str, kind: str, size: int) -> Object | Unread:
        if size > self._max_bytes:
            self.close()
            return Unread(oid, "too-large", over(self._max_bytes))
        data = self._content(process, size + 1)
        if len(data) == size + 1 and self._digests.fit(oid, kind, data[:-1]):
            return Object(oid, kind, data[:-1])
        return self._broken(oid, has_ended=len(data) <= size and not data.endswith(self._end))

    def _content(self, process: Process, size: int) -> bytes:
        """Return so many bytes, or what there was before git ended or had no more to say."""
        parts: list[bytes] = []
        end = b""
        while size and not end.endswith(self._end):
            part = process.stdout.read1(min(size, _CHUNK))
            self._watch.hears()
            if not part:
                break
            parts.append(part)
            size -= len(part)
            end = end[-len(self._end) :] + part[-len(self._end) :]
        return b"".join(parts)

    def _broken(self, oid: str, has_ended: bool) -> Unread:
        detail = "its content is not what its id says"
        if self._watch.has_ended_it:
            detail = f"git said nothing about it for {self._watch.patience:,.0f} seconds, and was ended"
        elif has_ended and self._process:
            detail = failure(("cat-file",), self._process.finish()[1], self._process.messages()).message
        self.close()
        return Unread(oid, "unreadable", detail)

    def close(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.close()
