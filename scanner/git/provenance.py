"""Which commit first brought a file's content into history, and under which path. Asked only for what has findings."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

from scanner.git.command import Git

_AT_ONCE: Final = 10_000  # object ids in one command line
_COMMIT: Final = b"\x02"
_LOG: Final = (
    *("log", "--all", "--reverse", "--raw", "-z", "--no-abbrev", "--no-renames", "--root", "--format=%x02%H"),
    *("--no-ext-diff", "--no-textconv", "--no-color", "--no-notes", "--no-show-signature"),
)


class Introduced(NamedTuple):
    commit: str
    path: bytes


def introductions(git: Git, blobs: Collection[str]) -> dict[str, Introduced]:
    """Return for each blob the oldest commit that has it where its parent has not. Raises GitError.

    Content that only a merge brought in, compared with each parent, is looked for in a second pass.
    """
    found = _search(git, blobs, "--diff-merges=off")
    rest = [blob for blob in blobs if blob not in found]
    if rest:
        found.update(_search(git, rest, "--diff-merges=separate", "--merges"))
    return found


def _search(git: Git, blobs: Collection[str], *options: str) -> dict[str, Introduced]:
    found: dict[str, Introduced] = {}
    remaining = iter(blobs)
    while chunk := list(islice(remaining, _AT_ONCE)):
        wanted = set(chunk)
        output = git.run(*_LOG, *options, *(f"--find-object={oid}" for oid in chunk))
        for commit, oid, path in _records(output.split(b"\0")):
            if oid in wanted:
                found.setdefault(oid, Introduced(commit, path))
    return found


def _records(fields: Sequence[bytes]) -> Iterator[tuple[str, str, bytes]]:
    """Yield (commit, new object, path) of every record of `git log --raw -z`."""
    commit = ""
    tokens = iter(fields)
    for token in tokens:
        token = token.lstrip(b"\n")
        if token.startswith(_COMMIT):
            commit = token[1:].decode()
        elif token.startswith(b":"):
            yield commit, token.split(b" ", 4)[3].decode(), next(tokens)
