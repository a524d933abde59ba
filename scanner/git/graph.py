"""The graph of commits: who is whose parent, and what a commit has under some path."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from types import TracebackType
from typing import Final

from scanner.errors import GitError
from scanner.git.command import Git, failure
from scanner.git.process import Process

WALK: Final = ("--all", "--reflog", "--date-order")  # everything that a ref or reflog reaches
_LOOKUP: Final = ("cat-file", "--batch-check=%(objectname)")
_AT_ONCE: Final = 1 << 12  # bytes of requests: they fit into a pipe, so writing them cannot block


Commits = Sequence[Sequence[str]]  # each followed by its parents; all of them come before it


class Listing:
    """A git that lists commits, from the first on, while others work."""

    def __init__(self, git: Git, walk: Sequence[str] = WALK) -> None:
        self._arguments = ("rev-list", "--reverse", "--parents", *walk)
        self._process = git.start(*self._arguments)
        self._answer: tuple[Commits, GitError | None] | None = None

    def commits(self) -> tuple[Commits, GitError | None]:
        """Wait, and return the commits, and why these are not all, if they are not."""
        if self._answer is None:
            self._answer = self._read()
        return self._answer

    def close(self) -> None:
        if self._answer is None:
            self._process.close()

    def _read(self) -> tuple[Commits, GitError | None]:
        known: dict[str, str] = {}  # one text for each commit, however many children it has
        try:
            output, code = self._process.finish()
            lines = output.decode().split("\n")[:-1]
            found = [tuple([known.setdefault(oid, oid) for oid in line.split(" ")]) for line in lines]
            return found, failure(self._arguments, code, self._process.messages()) if code else None
        finally:
            self._process.close()


def listed(git: Git, walk: Sequence[str] = WALK) -> tuple[Commits, GitError | None]:
    """Return the commits of a walk, from the first on, and why these are not all, if they are not."""
    return Listing(git, walk).commits()


def commits(git: Git) -> Commits:
    """Return each commit that a ref or reflog reaches. Raises GitError when git could not go through all."""
    found, error = listed(git)
    if error:
        raise error
    return found


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
