"""The graph of commits: who is whose parent, and what a commit has under some path. Asked only for what has findings."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from types import TracebackType
from typing import Final

from scanner.git.command import Git, failure
from scanner.git.process import Process

_GRAPH: Final = ("rev-list", "--all", "--reflog", "--date-order", "--reverse", "--parents")
_LOOKUP: Final = ("cat-file", "--batch-check=%(objectname)")
_AT_ONCE: Final = 1 << 12  # bytes of requests: they fit into a pipe, so writing them cannot block


def commits(git: Git) -> Iterator[list[str]]:
    """Yield each commit that a ref or reflog reaches, followed by its parents; all of them came before.

    Raises GitError at the end when git could not go through all.
    """
    process = git.start(*_GRAPH)
    try:
        for line in process.stdout:
            yield line.decode().split()
        if code := process.wait():
            raise failure(_GRAPH, code, process.messages())
    finally:
        process.close()


class Lookup:
    """Tells which blob a commit has under a path. A context manager; git is started when first needed."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._process: Process | None = None

    def __enter__(self) -> Lookup:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process:
            self._process.close()

    def __call__(self, commit: str, paths: Collection[bytes]) -> dict[bytes, str]:
        """Return the object under each of the paths, without those that the commit has not. Raises GitError."""
        found: dict[bytes, str] = {}
        lot: list[bytes] = []
        size = 0
        for path in paths:
            if b"\n" in path:  # it would be two requests
                found[path] = self._single(commit, path)
                continue
            size += len(commit) + len(path) + 2
            if lot and size > _AT_ONCE:
                found |= self._ask(commit, lot)
                lot, size = [], len(commit) + len(path) + 2
            lot.append(path)
        found |= self._ask(commit, lot)
        return {path: oid for path, oid in found.items() if oid}

    def _single(self, commit: str, path: bytes) -> str:
        name = f"{commit}:{path.decode('utf-8', 'surrogateescape')}"
        return (self._git.try_run("rev-parse", "--quiet", "--verify", "--end-of-options", name) or b"").decode().strip()

    def _ask(self, commit: str, paths: list[bytes]) -> dict[bytes, str]:
        if not paths:
            return {}
        process = self._process = self._process or self._git.start(*_LOOKUP, pipe_stdin=True)
        assert process.stdin is not None
        prefix = commit.encode() + b":"
        try:
            process.stdin.write(b"".join(prefix + path + b"\n" for path in paths))
            process.stdin.flush()
        except BrokenPipeError:
            raise failure(_LOOKUP, process.finish()[1], process.messages()) from None
        return {path: self._answer(process, len(commit)) for path in paths}

    def _answer(self, process: Process, width: int) -> str:
        line = process.stdout.readline()
        if not line:
            raise failure(_LOOKUP, process.finish()[1], process.messages())
        return line[:width].decode() if len(line) == width + 1 else ""
