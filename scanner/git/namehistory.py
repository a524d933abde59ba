"""Which commits brought a name of a file or folder into history, and under which paths."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import BinaryIO, Final, NamedTuple

from scanner.git.command import Git
from scanner.git.graph import WALK
from scanner.git.pipeline import pipeline
from scanner.git.refs import ref_names

_CHUNK: Final = 1 << 16
_CHANGES: Final = (
    *("diff-tree", "--stdin", "--always", "-r", "-t", "--root", "-c", "--raw", "-z", "--no-abbrev"),
    *("--no-renames", "--no-ext-diff", "--no-textconv"),
)


class Named(NamedTuple):
    """A path that ends with the name, and the commit that had it first; empty when only a tag reaches it."""

    commit: str
    path: bytes
    is_folder: bool


def named(git: Git, names: Collection[bytes], walk: Sequence[str] = WALK) -> dict[bytes, list[Named]]:
    """Return for each name all its paths, in the order in which they came. Raises GitError.

    In a part of history (`walk`) only those that come in there.
    """
    found: dict[bytes, dict[bytes, Named]] = {}
    wanted = frozenset(names)
    tagged = _in_tagged_trees(git, wanted) if walk == WALK else ()
    for commit, path, is_folder in (*_in_commits(git, wanted, walk), *tagged):
        found.setdefault(path.rpartition(b"/")[2], {}).setdefault(path, Named(commit, path, is_folder))
    return {name: list(paths.values()) for name, paths in found.items()}


def _in_commits(git: Git, wanted: frozenset[bytes], walk: Sequence[str]) -> Iterator[Named]:
    commit = ""
    with pipeline(git, ("rev-list", "--reverse", *walk), _CHANGES) as output:
        records = fields(output)
        for field in records:
            if not field.startswith(b":"):
                commit = field.decode()
            elif (path := next(records)).rpartition(b"/")[2] in wanted and (walk == WALK or _is_added(field)):
                yield Named(commit, path, new_mode(field) == b"040000")


def _is_added(record: bytes) -> bool:
    """Whether no parent has anything there: the status is a letter for each of them."""
    return not record.rpartition(b" ")[2].strip(b"A")


def new_mode(record: bytes) -> bytes:
    """Return the new mode of a raw record, which has a colon and an old mode for each parent in front of it."""
    modes = record.lstrip(b":")
    return modes.split(b" ")[len(record) - len(modes)]


def _in_tagged_trees(git: Git, wanted: frozenset[bytes]) -> Iterator[Named]:
    """Yield what no commit has, but a tree that is tagged itself."""
    for oid in _trees(git, ref_names(git)):
        listing = git.run("ls-tree", "-r", "-t", "-z", "--full-tree", oid)
        for line in listing.split(b"\0"):
            facts, _, path = line.partition(b"\t")
            if path.rpartition(b"/")[2] in wanted:
                yield Named("", path, facts.startswith(b"040000"))


def _trees(git: Git, refs: list[bytes]) -> Iterator[str]:
    """Yield the ids of the trees that these refs lead to, without a commit between."""
    process = git.start("cat-file", "--batch-check=%(objecttype) %(objectname)", pipe_stdin=True)
    try:
        assert process.stdin is not None
        for ref in refs:
            process.stdin.write(ref + b"^{}\n")
            process.stdin.flush()
            answer = process.stdout.readline()
            if answer.startswith(b"tree "):
                yield answer.split()[1].decode()
    except BrokenPipeError:
        return
    finally:
        process.close()


def fields(stream: BinaryIO) -> Iterator[bytes]:
    """Yield what stands before each NUL."""
    rest = b""
    while chunk := stream.read(_CHUNK):
        *fields, rest = (rest + chunk).split(b"\0")
        yield from fields
