"""The policy as a commit has it, read through git's objects. Links are not followed, submodules not entered."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NoReturn

from scanner.errors import ConfigError, GitError
from scanner.git.catfile import CatFile, Object, Unread
from scanner.git.command import Git
from scanner.git.commitfiles import CommitFiles, Node, size_of
from scanner.model import BlobOrigin, RepositoryOrigin, Skip, TreeOrigin
from scanner.policy.allowfile import Entry
from scanner.policy.allowfolder import ENDING, FOLDER, MOST_FILES, MOST_IN_A_FILE, parse_all
from scanner.redact import printable

_REASONS: Mapping[str, str] = {
    "link": "is a link, and is not followed",
    "folder": "is not a file",
    "submodule": "is a submodule, whose files do not count",
}


class PolicyFiles:
    """A `Read` of a commit's files; without a commit there are none. `prefix` is what names the commit in messages.

    What git does not have counts as not there, and is told by `skips`: then nobody can say what the policy is.
    """

    def __init__(self, git: Git, commit: str | None) -> None:
        self.commit = commit
        self.prefix = f"{commit[:12]}:" if commit else ""
        self._git = git
        self._files = CommitFiles(git, commit) if commit else None
        self._read: dict[str, bytes | None] = {}
        self._skips: dict[str, Skip] = {}

    def __call__(self, path: str, limit: int) -> bytes | None:
        if path not in self._read:
            self._read[path] = self._content(path, limit)
        return self._read[path]

    def nested(self, name: str, start: str, left_out: Callable[[str], bool]) -> Iterable[str]:
        if self.commit is None:
            return []
        listing = self._git.try_run("ls-tree", "-r", "-z", "--name-only", "--full-tree", self.commit)
        if listing is None:  # folders are missing
            why = "the configurations of folders, which are not known without them"
            self._skips[name] = Skip(RepositoryOrigin(b""), "missing-object", why)
        paths = (os.fsdecode(path) for path in (listing or b"").split(b"\0"))
        return [path for path in paths if path.startswith(start) and path.endswith(f"/{name}")]

    def lacks(self, path: str) -> bool:
        above = self._files.unread if self._files else ()
        return path in self._skips or any(not folder or path.startswith(f"{folder}/") for folder in above)

    def node(self, path: str) -> Node | None:
        return self._files.node(path) if self._files else None

    @property
    def skips(self) -> tuple[Skip, ...]:
        folders = self._files.unread.items() if self._files else ()
        missing = (
            Skip(TreeOrigin(found.oid, os.fsencode(path)), found.reason, _why(path or "the root"))
            for path, found in folders
        )
        return (*self._skips.values(), *missing)

    def _content(self, path: str, limit: int) -> bytes | None:
        node = self.node(path)
        if node is None:
            return None
        self._want_file(node, path)
        with CatFile(self._git, limit) as objects:
            (found,) = objects.read([node.oid])
        return self._data(found, path, limit)

    def _want_file(self, node: Node, path: str) -> None:
        if node.kind != "file":
            self._fail(_REASONS[node.kind], path, "put the file itself there")

    def _data(self, found: Object | Unread, path: str, limit: int) -> bytes | None:
        if isinstance(found, Object):
            return found.data
        if found.reason == "too-large":
            size = size_of(self._git, found.oid)
            self._fail(f"is {size:,} bytes long; the limit is {limit:,}", path)
        self._skips[path] = Skip(BlobOrigin(found.oid, os.fsencode(path)), found.reason, _why(path))
        return None

    def entries(self) -> tuple[Entry, ...]:
        """Return the suppressions, each with the name of its file in the commit. Raises ConfigError."""
        found = parse_all((self.prefix + name, data) for name, data in self._allow())
        return tuple(entry._replace(file=entry.file.removeprefix(self.prefix)) for entry in found)

    def _allow(self) -> Iterator[tuple[str, bytes]]:
        names = self._allow_names()
        with CatFile(self._git, MOST_IN_A_FILE) as objects:
            for path, node in names.items():
                (found,) = objects.read([node.oid])
                data = self._data(found, path, MOST_IN_A_FILE)
                if data is not None:
                    yield path, data

    def _allow_names(self) -> dict[str, Node]:
        if self._files is None:
            return {}
        above, _, _ = FOLDER.partition("/")
        for path in (above, FOLDER):
            node = self._files.node(path)
            if node is None:
                return {}
            if node.kind != "folder":
                reason = "is not a folder" if node.kind == "file" else _REASONS[node.kind]
                self._fail(reason, path, f"suppressions are files in the folder {FOLDER}")
        found = {f"{FOLDER}/{name}": node for name, node in sorted(self._files.folder(FOLDER).items())}
        for path in found:
            if path.endswith(".yml"):
                self._fail("does not count: its name must end with .yaml", path, "rename it")
        found = {path: node for path, node in found.items() if _counts(path)}
        if len(found) > MOST_FILES:
            self._fail(f"holds {len(found):,} files; the limit is {MOST_FILES:,}", FOLDER)
        for path, node in found.items():
            self._want_file(node, path)
        return found

    def _fail(self, problem: str, path: str, help: str | None = None) -> NoReturn:
        raise ConfigError(problem, printable(self.prefix + path), help=help)


def _why(path: str) -> str:
    return f"it is {path} of the policy, which is not known without it"


def _counts(path: str) -> bool:
    return path.endswith(ENDING) and not path.rpartition("/")[2].startswith(".")


def entries_or_none(files: PolicyFiles) -> tuple[Entry, ...]:
    """Return the suppressions of what a change is compared with; none when they are wrong, so that all of the change's
    are new.
    """
    try:
        return files.entries()
    except (ConfigError, GitError):
        return ()
