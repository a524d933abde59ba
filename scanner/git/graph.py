"""The graph of commits: who is whose parent, and what a commit has under some path."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice, zip_longest
from tempfile import TemporaryFile
from types import TracebackType
from typing import Final

from scanner.errors import GitError
from scanner.git.atonce import at_once
from scanner.git.command import Git, failure
from scanner.git.process import Process

WALK: Final = ("--all", "--reflog", "--date-order")  # everything that a ref or reflog reaches
_LOOKUP: Final = ("cat-file", "--batch-check=%(objectname)")
_WORTH: Final = 100  # paths for each git: for fewer, asking one after the other is as quick
_FORESEEN: Final = 200_000  # paths looked up ahead, at most: a quarter of a kilobyte each
_SHARE: Final = 4  # paths: for fewer a second git is not worth waking
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
    """Tells which blob a commit has under a path. A context manager; gits are started when first needed.

    `jobs` gits share what is asked of one commit: each has to walk down from its tree to every path.
    """

    def __init__(self, git: Git, jobs: int = 1) -> None:
        self._git = git
        self._jobs = jobs
        self._processes: list[Process] = []
        self._foreseen: dict[tuple[str, bytes], str] = {}

    def __enter__(self) -> Lookup:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._processes:
            process.close()

    def foresee(self, questions: Iterable[tuple[str, Collection[bytes]]], most: int) -> None:
        """Look up at once what will probably be asked, at most so many paths: git answers sooner when nobody waits for
        each answer. What git does not tell is asked when it comes to it. What was foreseen before is forgotten.
        """
        each = ((commit, path) for commit, paths in questions for path in sorted(paths) if b"\n" not in path)
        wanted = list(islice(each, min(most, _FORESEEN)))
        self._foreseen = {}
        share = -(-len(wanted) // self._jobs)
        if share < _WORTH:
            return
        shares = [wanted[at : at + share] for at in range(0, len(wanted), share)]
        for found in at_once([partial(self._told, share) for share in shares], self._jobs):
            self._foreseen |= found

    def _told(self, wanted: Sequence[tuple[str, bytes]]) -> dict[tuple[str, bytes], str]:
        """Return the object at each of these places, empty for none, as far as git gets."""
        try:
            with TemporaryFile() as names:
                names.write(b"".join(b"%s:%s\n" % (commit.encode(), path) for commit, path in wanted))
                names.seek(0)
                process = self._git.start(*_LOOKUP, stdin=names.fileno())
                try:
                    output, _ = process.finish()
                finally:
                    process.close()
        except (OSError, GitError):
            return {}
        lines = output.split(b"\n")[:-1]
        return {one: _oid(line, len(one[0])) for one, line in zip(wanted, lines, strict=False)}

    def __call__(self, commit: str, paths: Collection[bytes]) -> dict[bytes, str]:
        """Return the object under each of the paths, without those that the commit has not. Raises GitError."""
        foreseen = {path: oid for path in paths if (oid := self._foreseen.get((commit, path))) is not None}
        rest = [path for path in paths if path not in foreseen] if foreseen else paths
        found = foreseen | self._asked(commit, rest) if rest else foreseen
        return {path: oid for path, oid in found.items() if oid}

    def _asked(self, commit: str, paths: Collection[bytes]) -> dict[bytes, str]:
        odd = {path for path in paths if b"\n" in path}  # each would be two requests
        plain = sorted(path for path in paths if path not in odd)  # what stands in one folder, to one git
        share = max(_SHARE, -(-len(plain) // self._jobs))
        found: dict[bytes, str] = {}
        for lots in zip_longest(*(_lots(commit, plain[at : at + share]) for at in range(0, len(plain), share))):
            for process, lot in zip(self._gits(len(lots)), lots, strict=True):
                self._ask(process, commit, lot or ())
            for process, lot in zip(self._processes, lots, strict=False):
                found |= {path: self._answer(process, len(commit)) for path in lot or ()}
        if odd:
            found |= {path: oid for oid, path in files(self._git, commit) if path in odd}
        return found

    def _gits(self, count: int) -> list[Process]:
        while len(self._processes) < count:
            self._processes.append(self._git.start(*_LOOKUP, pipe_stdin=True))
        return self._processes[:count]

    def _ask(self, process: Process, commit: str, paths: Sequence[bytes]) -> None:
        assert process.stdin is not None
        prefix = commit.encode() + b":"
        try:
            process.stdin.write(b"".join(prefix + path + b"\n" for path in paths))
            process.stdin.flush()
        except BrokenPipeError:
            raise failure(_LOOKUP, process.finish()[1], process.messages()) from None

    def _answer(self, process: Process, width: int) -> str:
        line = process.stdout.readline()
        if not line:
            raise failure(_LOOKUP, process.finish()[1], process.messages())
        return _oid(line.removesuffix(b"\n"), width)


def _oid(answer: bytes, width: int) -> str:
    return answer.decode() if len(answer) == width else ""  # otherwise it says that nothing is there


def _lots(commit: str, paths: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """Yield the paths in as few lots as fit into a pipe."""
    first = size = 0
    for number, path in enumerate(paths):
        more = len(commit) + len(path) + 2
        if number > first and size + more > _AT_ONCE:
            yield paths[first:number]
            first, size = number, 0
        size += more
    if first < len(paths):
        yield paths[first:]
