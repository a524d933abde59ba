"""Origins as SARIF locations. Every location is given a URI that code-scanning services accept.

They reject a whole upload for one absolute URI with a scheme of its own, and for a result without a file. So
what is no file (a commit message, a tag, a blob whose path is unknown) gets a path under `.git`, where no
tracked file can be, and a logical location that says what it is.
"""

from __future__ import annotations

import posixpath
from typing import Final
from urllib.parse import quote

from scanner.model import (
    BlobOrigin,
    CommitOrigin,
    FileOrigin,
    IndexOrigin,
    Location,
    NameOrigin,
    Origin,
    RefOrigin,
    RepositoryOrigin,
    StdinOrigin,
    TagOrigin,
    TreeOrigin,
)
from scanner.redact import printable
from scanner.report._place import name, object_id

BASE: Final = "%SRCROOT%"
_STDIN: Final = StdinOrigin().path

Object = dict[str, object]


def location(where: Location, root: bytes) -> Object:
    """Return the SARIF location of a finding; `root` is the folder that relative paths start from."""
    region: Object = {"startLine": 1}  # of a name or an archive: its lines are not these, but there must be one
    if not isinstance(where.origin, NameOrigin | RefOrigin) and not where.inside:
        region = _region(where)
    logical = _member(where) if where.inside else _logical(where.origin)
    return {"physicalLocation": {"artifactLocation": artifact(where.origin, root), "region": region}, **logical}


def _member(where: Location) -> Object:
    name = printable(where.inside)
    full = f"{printable(where.origin.path)}!/{name}:{where.start.line}:{where.start.column}"
    return {"logicalLocations": [{"name": name, "fullyQualifiedName": full, "kind": "member"}]}


def _region(where: Location) -> Object:
    return {
        "startLine": where.start.line,
        "startColumn": where.start.column,
        "endLine": where.end.line,
        "endColumn": where.end.column,
    }


def whole(origin: Origin, root: bytes) -> Object:
    """Return the SARIF location of something as a whole: what a skip is about."""
    return {"physicalLocation": {"artifactLocation": artifact(origin, root)}, **_logical(origin)}


def artifact(origin: Origin, root: bytes) -> Object:
    match origin:
        case FileOrigin() | RepositoryOrigin():
            return _file(origin.path, root)
        case StdinOrigin() if origin.path == _STDIN:
            return {"uri": quote(origin.path)}  # relative to nothing: it is in no folder
        case StdinOrigin():
            return _file(origin.path, root)
        case BlobOrigin() if not origin.path:
            return _beneath(f".git/blob/{quote(origin.oid)}")
        case RefOrigin():
            return _beneath(f".git/{quote(origin.path)}")
        case TreeOrigin() if not origin.path:
            return _beneath(f".git/tree/{quote(origin.oid)}")
        case IndexOrigin() | BlobOrigin() | TreeOrigin() | NameOrigin():
            return _beneath(quote(origin.path))
        case CommitOrigin() | TagOrigin():
            return _beneath(f".git/{origin.kind}/{quote(origin.oid)}")


def file_name(origin: Origin, root: bytes) -> str:
    """Return the path of an origin for services that show no URIs: relative to `root` where it can be."""
    match origin:
        case FileOrigin() | RepositoryOrigin():
            return printable(relative(origin.path, root)) or "."
        case BlobOrigin() if not origin.path:
            return f".git/blob/{origin.oid}"
        case TreeOrigin() if not origin.path:
            return f".git/tree/{origin.oid}"
        case CommitOrigin() | TagOrigin():
            return f".git/{origin.kind}/{origin.oid}"
        case RefOrigin():
            return f".git/{printable(origin.path)}"
    return printable(origin.path)


def relative(path: bytes, root: bytes) -> bytes:
    """Return a path as the user named it relative to `root`, empty for that itself; absolute when it is elsewhere."""
    path, root = _normal(path), _normal(root)
    if _is_absolute(path) or path == b".." or path.startswith(b"../"):
        path = path if _is_absolute(path) else posixpath.normpath(posixpath.join(root, path))
        if root and path == root:
            return b""
        if root and path.startswith(root.rstrip(b"/") + b"/"):
            path = path[len(root.rstrip(b"/")) + 1 :]
    return b"" if path == b"." else path


def _file(path: bytes, root: bytes) -> Object:
    path = relative(path, root)
    if _is_absolute(path):
        return {"uri": "file:///" + quote(path.lstrip(b"/"), safe="/:")}
    return _beneath(quote(path) or "./")


def _normal(path: bytes) -> bytes:
    if _has_drive(path) or path.startswith(b"\\\\"):
        path = path.replace(b"\\", b"/")
    return posixpath.normpath(path) if path else b""


def _is_absolute(path: bytes) -> bool:
    return path.startswith(b"/") or _has_drive(path)


def _has_drive(path: bytes) -> bool:
    return path[:1].isalpha() and path[1:3] in (b":\\", b":/")


def _beneath(uri: str) -> Object:
    return {"uri": uri, "uriBaseId": BASE}


def _logical(origin: Origin) -> Object:
    oid = object_id(origin)
    if oid is None or origin.path:
        return {}
    return {
        "logicalLocations": [{"name": name(origin), "fullyQualifiedName": f"{origin.kind}/{oid}", "kind": origin.kind}]
    }
