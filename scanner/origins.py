"""Where content comes from: what is scanned has exactly one origin. `scanner.model` hands these on."""

from __future__ import annotations

from typing import Literal, NamedTuple


class FileOrigin(NamedTuple):
    """A file on disk; `path` as the user named it."""

    path: bytes
    kind: Literal["file"] = "file"


class IndexOrigin(NamedTuple):
    """The blob that `git commit` would record for `path`, relative to the repository's root."""

    path: bytes
    kind: Literal["index"] = "index"


class StdinOrigin(NamedTuple):
    path: bytes = b"<stdin>"
    kind: Literal["stdin"] = "stdin"


class BlobOrigin(NamedTuple):
    """File content in history: object id in hex and one path that it had, empty until that is looked up."""

    oid: str
    path: bytes = b""
    kind: Literal["blob"] = "blob"


class CommitOrigin(NamedTuple):
    """A commit object: its headers and its message, as `git cat-file -p` shows them."""

    oid: str
    path: bytes = b""
    kind: Literal["commit"] = "commit"


class TagOrigin(NamedTuple):
    """An annotated tag object: its headers and its message."""

    oid: str
    path: bytes = b""
    kind: Literal["tag"] = "tag"


class TreeOrigin(NamedTuple):
    """A tree object: a folder as it was at one time."""

    oid: str
    path: bytes = b""
    kind: Literal["tree"] = "tree"


class NameOrigin(NamedTuple):
    """The name of a file or folder in history: the last part of `path`, or all of it until the rest is looked up."""

    path: bytes
    kind: Literal["name"] = "name"


class RefOrigin(NamedTuple):
    """The full name of a branch, tag or other ref."""

    path: bytes
    kind: Literal["ref"] = "ref"


class RepositoryOrigin(NamedTuple):
    """A repository as a whole, or a part of one that has no object of its own (a shallow boundary, say)."""

    path: bytes
    kind: Literal["repository"] = "repository"


ObjectOrigin = BlobOrigin | CommitOrigin | TagOrigin | TreeOrigin
Origin = FileOrigin | IndexOrigin | StdinOrigin | ObjectOrigin | NameOrigin | RefOrigin | RepositoryOrigin

# What kind of place a secret stands in.
Place = Literal[
    "file",
    "symlink",  # its target
    "note",
    "stash",
    "message",  # a commit's
    "author",
    "committer",
    "trailer",
    "header",  # another one of a commit: a signature, the tag that was merged
    "tag-message",
    "tagger",
    "file-name",
    "folder-name",
    "ref-name",
]
