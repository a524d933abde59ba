"""The objects that a repository's refs reach, and what git says about the repository as a whole."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from tempfile import TemporaryFile
from typing import Final, NamedTuple

from scanner.errors import GitError
from scanner.git.command import Git, failure
from scanner.git.pipeline import pipeline
from scanner.git.process import Process

_FORMAT: Final = "--batch-check=%(objecttype) %(objectname) %(objectsize) %(rest)"
_REACHED: Final = ("rev-list", "--objects", "--all", "--reflog", "--missing=print")
_AT_ONCE: Final = 512  # requests of 41 bytes: they fit into a pipe, so writing them cannot block
_DEATHS: Final = 8  # objects on which git may give up, before we do


class Entry(NamedTuple):
    """An object. `kind` is blob, commit, tag or tree, or `missing`; `path` is one path that a blob has, else empty.

    The path is a hint: git cuts it at a newline, and a blob has as many as it has had names. `detail` is what git says
    of one of which it cannot even say what it is.
    """

    oid: str
    kind: str
    size: int
    path: bytes
    detail: str = ""


def entries(git: Git, revisions: Sequence[str] = ("--all",)) -> Iterator[Entry]:
    """Yield every commit, tag and blob that any ref reaches, HEAD and the other worktrees' HEADs among them.

    `revisions` are another beginning, and what is left out (`^` and an id): see `git rev-list`. What is missing is
    named, not fetched. Raises GitError, after what git listed before it gave up.
    """
    # Missing objects come as "?<oid>", which the second git calls missing in its turn.
    lister = ("rev-list", "--objects", "--missing=print", *revisions)
    with pipeline(git, lister, ("cat-file", "--buffer", _FORMAT)) as lines:
        for line in lines:
            if not line.startswith(b"tree "):
                yield _entry(line)


def reached(git: Git, wanted: Collection[str]) -> dict[str, bytes]:
    """Return those of the objects that a ref or reflog reaches, each with one path that a blob has, else empty.

    The path is a hint: git cuts it at a newline. Raises GitError when git cannot go through all of it.
    """
    return _listed(git, wanted, git.start(*_REACHED))


def reached_without_commits(git: Git, wanted: Collection[str]) -> dict[str, bytes]:
    """Do the same for objects that no commit holds that a ref or reflog reaches: tags, and what they lead to otherwise.

    All that a commit of a ref holds is left out, so git goes through little; where that cannot be said to it, through
    everything. Raises GitError.
    """
    try:
        tips = git.run("for-each-ref", "--format=%(objecttype) %(objectname) %(*objecttype) %(*objectname)")
        words = iter(tips.replace(b"\n", b" ").split(b" "))
        commits = {oid for kind, oid in zip(words, words, strict=False) if kind == b"commit"}
        with TemporaryFile() as known:
            known.write(b"".join(b"^%s\n" % oid for oid in sorted(commits)))
            known.seek(0)
            return _listed(git, wanted, git.start(*_REACHED, "--stdin", stdin=known.fileno()))
    except (GitError, OSError):  # a ref to what is not there, no room for a file
        return reached(git, wanted)


def _listed(git: Git, wanted: Collection[str], process: Process) -> dict[str, bytes]:
    asked = frozenset(oid.encode() for oid in wanted)
    found: dict[str, bytes] = {}
    try:
        for line in process.stdout:
            oid, _, path = line.rstrip(b"\n").partition(b" ")
            if oid in asked:
                found[oid.decode()] = path
        if code := process.wait():
            raise failure(_REACHED, code, process.messages())
    finally:
        process.close()
    return found


def identified(git: Git, oids: Sequence[str]) -> Iterator[Entry]:
    """Yield what each of these objects is. One on which git gives up is missing, with its words; the rest follow.

    Raises GitError when git gives up on many.
    """
    at = deaths = 0
    while at < len(oids):
        try:
            for entry in _identified(git, oids[at:]):
                at += 1
                yield entry
        except GitError as error:
            deaths += 1
            if deaths > _DEATHS:
                raise
            yield Entry(oids[at], "missing", -1, b"", error.message)
            at += 1


def _identified(git: Git, oids: Sequence[str]) -> Iterator[Entry]:
    arguments = ("cat-file", "--batch-check")
    process = git.start(*arguments, pipe_stdin=True)
    try:
        assert process.stdin is not None
        for at in range(0, len(oids), _AT_ONCE):
            lot = oids[at : at + _AT_ONCE]
            with suppress(BrokenPipeError):  # it has given up, and answers no more
                process.stdin.write("".join(f"{oid}\n" for oid in lot).encode())
                process.stdin.flush()
            for oid in lot:
                fields = process.stdout.readline().split()
                if fields[:1] != [oid.encode()]:
                    raise failure(arguments, process.finish()[1], process.messages())
                is_missing = fields[1:] == [b"missing"]
                yield Entry(oid, fields[1].decode(), -1 if is_missing else int(fields[2]), b"")
    finally:
        process.close()


def stored(git: Git) -> Iterator[Entry]:
    """Yield every object that the repository has, reachable or not, without paths. Raises GitError."""
    lister = ("cat-file", "--batch-all-objects", "--unordered", "--buffer", _FORMAT)
    process = git.start(*lister)
    try:
        yield from map(_entry, process.stdout)
        if code := process.wait():
            raise failure(lister, code, process.messages())
    finally:
        process.close()


def _entry(line: bytes) -> Entry:
    fields = line.rstrip(b"\n").split(b" ", 3)
    if fields[-1] == b"missing":
        # "?<oid> missing", or "<oid> missing" when an object vanishes in between.
        return Entry(fields[0].lstrip(b"?").decode(), "missing", -1, b"")
    kind, oid, size, path = fields
    return Entry(oid.decode(), kind.decode(), int(size), path)


def is_shallow(git: Git) -> bool:
    """Whether the clone lacks the commits before some boundary."""
    return git.run("rev-parse", "--is-shallow-repository").strip() == b"true"


def head_blobs(git: Git) -> frozenset[str] | None:
    """Return the ids of all files in HEAD; none when HEAD has no commit yet, None when git cannot read it."""
    if git.try_run("rev-parse", "--quiet", "--verify", "HEAD") is None:
        return frozenset()
    try:
        listing = git.run("ls-tree", "-r", "-z", "--full-tree", "HEAD")
    except GitError:
        return None
    return frozenset(line.split(b"\t", 1)[0].split()[2].decode() for line in listing.split(b"\0") if line)
