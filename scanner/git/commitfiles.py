"""The files of one commit, found by path: folder by folder, and each folder read once, however many files it holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from scanner.errors import GitError
from scanner.git.catfile import CatFile, Object, Unread
from scanner.git.command import Git
from scanner.git.history import identified

Kind = Literal["file", "link", "folder", "submodule"]

_MAX_TREE: Final = 64 << 20  # bytes of one folder; a million files have some forty
_NOTHING: Final = frozenset("0")


class Node(NamedTuple):
    """What a commit has at a path. A link is a file to git, and its content a path."""

    oid: str
    kind: Kind


class CommitFiles:
    """What stands where in a commit; links are not followed, submodules not entered. `unread` are folders that git
    does not have, or cannot read, by path: nothing is known of what is in them.
    """

    def __init__(self, git: Git, commit: str) -> None:
        self.commit = commit
        self.unread: dict[str, Unread] = {}
        self._git = git
        self._folders: dict[str, Mapping[str, Node]] = {}

    def node(self, path: str) -> Node | None:
        """Return what is at a path (slashes between folders, no others), None when there is nothing."""
        folder, _, name = path.rpartition("/")
        return self.folder(folder).get(name)

    def folder(self, path: str) -> Mapping[str, Node]:
        """Return what is in a folder by name, nothing when there is no such folder. The root's path is empty."""
        left = []
        while path not in self._folders:  # no recursion: a path may be thousands of folders deep
            left.append(path)
            if not path:
                break
            path = path.rpartition("/")[0]
        for path in reversed(left):
            self._folders[path] = self._read(path)
        return self._folders[path]

    def _read(self, path: str) -> Mapping[str, Node]:
        oid: str | None
        if path:
            above, _, name = path.rpartition("/")
            node = self._folders[above].get(name)
            oid = node.oid if node and node.kind == "folder" else None
        else:
            oid = self._tree()
        data = self._object(oid, path) if oid else None
        return _entries(data, len(oid) // 2) if oid and data else {}

    def _tree(self) -> str | None:
        """Return the id of the commit's tree, as the commit says: to ask git for it would fail when it is not here."""
        data = self._object(self.commit, "") or b""
        word, _, rest = data.partition(b" ")
        return rest.partition(b"\n")[0].decode("ascii", "replace") if word == b"tree" else None

    def _object(self, oid: str, path: str) -> bytes | None:
        with CatFile(self._git, _MAX_TREE) as objects:
            (found,) = objects.read([oid])
        if isinstance(found, Object):
            return found.data
        self.unread[path] = found
        return None


def _entries(data: bytes, width: int) -> dict[str, Node]:
    """Return what a tree lists: `mode name`, NUL, and the id in `width` bytes. Names that are not UTF-8 are decoded as
    paths are. What is broken ends it; git writes no such tree.
    """
    found: dict[str, Node] = {}
    at = 0
    while at < len(data):
        end = data.find(b"\0", at)
        mode, _, name = data[at:end].partition(b" ")
        at = end + 1 + width
        if end < 0 or at > len(data):
            break
        oid = data[end + 1 : at].hex()
        found[name.decode("utf-8", "surrogateescape")] = Node(oid, _kind(mode))
    return found


def _kind(mode: bytes) -> Kind:
    kinds: dict[bytes, Kind] = {b"40000": "folder", b"120000": "link", b"160000": "submodule"}
    return kinds.get(mode.lstrip(b"0"), "file")


def read_all(git: Git, oids: Sequence[str], limit: int) -> dict[str, Object | Unread]:
    """Return what each of these objects holds; what has more than `limit` bytes is not read."""
    wanted = list(dict.fromkeys(oids))
    with CatFile(git, limit) as objects:
        return dict(zip(wanted, objects.read(wanted), strict=True))


def size_of(git: Git, oid: str) -> int:
    """Return the size in bytes of an object, -1 when it is not here. Raises GitError."""
    return next(iter(identified(git, [oid]))).size


class Change(NamedTuple):
    """A path at which two commits differ. `old` and `new` are object ids, empty for nothing; `mode` is that of new."""

    path: bytes
    old: str
    new: str


def changed(git: Git, old: str | None, new: str) -> list[Change]:
    """Return the paths at which the commit `new` differs from `old`; without one, all of its paths. Raises GitError."""
    options = ("-r", "-z", "--raw", "--no-abbrev", "--no-renames", "--no-ext-diff", "--no-textconv")
    if old is None:
        listing = git.run("ls-tree", "-r", "-z", "--full-tree", new)
        return [_listed(line) for line in listing.split(b"\0") if line]
    fields = git.run("diff-tree", *options, old, new).split(b"\0")
    return [_change(facts, path) for facts, path in zip(fields[::2], fields[1::2], strict=False)]


def _listed(line: bytes) -> Change:
    facts, _, path = line.partition(b"\t")
    return Change(path, "", facts.split()[2].decode())


def _change(facts: bytes, path: bytes) -> Change:
    """`:mode mode old new status`."""
    old, new = facts.decode().split(" ")[2:4]
    return Change(path, _id(old), _id(new))


def _id(text: str) -> str:
    return "" if frozenset(text) == _NOTHING else text


def merge_bases(git: Git, one: str, others: Iterable[str]) -> list[str]:
    """Return the best common ancestors of a commit and any of the others, the newest first; none when there is none,
    or a shallow clone does not have it.
    """
    found: dict[str, None] = {}
    for other in others:
        answer = git.try_run("merge-base", "--all", one, other) or b""
        found.update(dict.fromkeys(answer.decode().split()))
    return newest_first(git, found)


def newest_first(git: Git, commits: Iterable[str]) -> list[str]:
    wanted = list(dict.fromkeys(commits))
    if len(wanted) < 2:
        return wanted
    try:
        return git.run("rev-list", "--no-walk=sorted", *wanted).decode().split()
    except GitError:  # one of them is not here
        return wanted
