"""Which commits brought a file's content into history, and under which paths. Asked only for what has findings.

A commit brings in a path when the path has that content there and in none of the commit's parents: so content that a
merge alone made is seen, and what a merge only took over is not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from tempfile import TemporaryFile
from typing import Final, NamedTuple

from scanner.errors import GitError
from scanner.git.atonce import at_once
from scanner.git.command import Git, failure
from scanner.git.graph import WALK, Commits
from scanner.git.namehistory import fields, new_mode

_FEW: Final = 250  # commits that one git compares before another has started
_SHARES: Final = 3  # of the commits for each git, one after the other: later commits have more to compare
_MANY: Final = 300  # object ids that still fit into a command line everywhere
EVERYTHING: Final = WALK
_LINK: Final = b"120000"
_CHANGES: Final = (
    *("diff-tree", "--stdin", "--always", "-r", "--root", "-c", "--raw", "-z", "--no-abbrev"),
    *("--no-renames", "--no-ext-diff", "--no-textconv"),
)


class Introduced(NamedTuple):
    commit: str
    path: bytes


class Change(NamedTuple):
    """What a commit did to a path that has one of the blobs after it, or had one before it in any of its parents.

    `new` is the blob that it has now, empty when that is none of those asked about, or the path is gone.
    """

    path: bytes
    new: str


class Introductions(NamedTuple):
    """`blobs`: for each blob the first commit of each of its paths, oldest first. `ranks`: a number for each commit
    that is named there or was asked for; an ancestor's is always lower; otherwise, where
    dates are in order, the older commit's is.

    `changes`: for each commit all that it did to the paths of these blobs, those of a merge as its own changes only:
    where it differs from every parent.

    `error` says why this is not all, if it is not. `links` are those commits and paths of them that made the blob a
    symbolic link. `commits` are those that were gone through, from the first on.
    """

    blobs: dict[str, list[Introduced]]
    ranks: dict[str, int]
    error: GitError | None = None
    changes: Mapping[str, list[Change]] = {}
    links: frozenset[tuple[str, bytes]] = frozenset()
    commits: Commits = ()


def traced(
    git: Git,
    graph: Commits,
    blobs: Collection[str],
    commits: Collection[str],
    jobs: int,
    error: GitError | None = None,
) -> Introductions:
    """Go through these commits, from the first on, for the blobs and the commits that are asked for. `error` says why
    the graph is not all of history; `jobs` gits share the work.
    """
    found: dict[str, dict[bytes, str]] = {}
    ranks: dict[str, int] = {}
    changed: dict[str, list[Change]] = {}
    links: set[tuple[str, bytes]] = set()
    asked = frozenset(commits)
    listing = [line[0] for line in graph]
    share = max(-(-len(listing) // (jobs * _SHARES)), _FEW)
    lots = [listing[at : at + share] for at in range(0, len(listing), share)]
    for number, lot in enumerate(at_once([partial(_changes, git, lot, blobs, asked) for lot in lots], jobs)):
        links |= lot.links
        for place, commit, is_asked, changes in lot.seen:
            if is_asked or any(change.new for change in changes):
                ranks[commit] = number * share + place
            if changes:
                changed[commit] = changes
            for path, new in changes:
                if new:
                    found.setdefault(new, {}).setdefault(path, commit)
        error = error or lot.error
    paths = {oid: [Introduced(commit, path) for path, commit in by_path.items()] for oid, by_path in found.items()}
    return Introductions(paths, ranks, error, changed, frozenset(links), graph)


class _Lot(NamedTuple):
    """Of those commits that do something to the blobs, or were asked for: the place in the lot, the commit, whether it
    was asked for, and what it does. `links` are the symbolic links among that.
    """

    seen: list[tuple[int, str, bool, list[Change]]]
    links: set[tuple[str, bytes]]
    error: GitError | None


def _changes(git: Git, commits: Sequence[str], blobs: Collection[str], asked: frozenset[str]) -> _Lot:
    """Compare these commits with their parents."""
    arguments = (*_CHANGES, *(f"--find-object={oid}" for oid in (blobs if len(blobs) <= _MANY else ())))
    wanted = frozenset(oid.encode() for oid in blobs)
    links: set[tuple[str, bytes]] = set()
    try:
        with TemporaryFile() as names:
            names.write("".join(f"{commit}\n" for commit in commits).encode())
            names.seek(0)
            process = git.start(*arguments, stdin=names.fileno())
            try:
                seen = list(_seen(fields(process.stdout), wanted, asked, links))
                code = process.wait()
                return _Lot(seen, links, failure(arguments[:1], code, process.messages()) if code else None)
            finally:
                process.close()
    except OSError as error:
        why = f"the list of commits cannot be written to a temporary file: {error.strerror}"
        return _Lot([], set(), GitError(why))


def _seen(
    fields: Iterator[bytes], wanted: frozenset[bytes], asked: frozenset[str], links: set[tuple[str, bytes]]
) -> Iterator[tuple[int, str, bool, list[Change]]]:
    commit, changes, place = "", list[Change](), -1
    for field in fields:
        if field.startswith(b":"):
            path, (*old, new) = next(fields), _objects(field)
            if new in wanted:
                changes.append(Change(path, new.decode()))
                if new_mode(field) == _LINK:
                    links.add((commit, path))
            elif not wanted.isdisjoint(old):
                changes.append(Change(path, ""))
            continue
        if changes or commit in asked:
            yield place, commit, commit in asked, changes
        commit, changes, place = field.decode(), [], place + 1
    if changes or commit in asked:
        yield place, commit, commit in asked, changes


def _objects(record: bytes) -> list[bytes]:
    """Return the objects of a raw record, the new one last: of `:mode mode old new status`, or of a merge's, with a
    colon, a mode and an old object for each parent.
    """
    parents = len(record) - len(record.lstrip(b":"))
    return record.split(b" ")[parents + 1 : -1]
