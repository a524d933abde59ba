"""The graph of commits: who is whose parent, and what a commit has under some path."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from types import TracebackType
from typing import Final

from scanner.git.command import Git, failure
from scanner.git.process import Process

_GRAPH: Final = ("rev-list", "--all", "--reflog", "--date-order", "--reverse", "--parents")
_LOOKUP: Final = ("cat-file", "--batch-check=%(objectname)")
_AT_ONCE: Final = 1 << 12  # bytes of requests: they fit into a pipe, so writing them cannot block


def commits(git: Git) -> Iterator[tuple[str, ...]]:
    """Yield each commit that a ref or reflog reaches, followed by its parents; all of them came before.

    Raises GitError at the end when git could not go through all.
    """
    known: dict[str, str] = {}  # one text for each commit, however many children it has
    process = git.start(*_GRAPH)
    try:
        for line in process.stdout:
            yield tuple(known.setdefault(oid, oid) for oid in line.decode().split())
        if code := process.wait():
            raise failure(_GRAPH, code, process.messages())
    finally:
        process.close()


def files(git: Git, treeish: str) -> Iterator[tuple[str, bytes]]:
    """Yield (object id, path) of every file of a commit or a tree. Raises GitError."""
    for line in git.run("ls-tree", "-r", "-z", "--full-tree", treeish).split(b"\0"):
        if line:
            facts, _, path = line.partition(b"\t")
            yield facts.split()[2].decode(), path


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
        odd: set[bytes] = set()
        size = 0
        for path in paths:
            if b"\n" in path:  # it would be two requests
                odd.add(path)
                continue
            size += len(commit) + len(path) + 2
            if lot and size > _AT_ONCE:
                found |= self._ask(commit, lot)
                lot, size = [], len(commit) + len(path) + 2
            lot.append(path)
        found |= self._ask(commit, lot)
        if odd:
            found |= {path: oid for oid, path in files(self._git, commit) if path in odd}
        return {path: oid for path, oid in found.items() if oid}

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
