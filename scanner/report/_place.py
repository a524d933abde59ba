"""Where something stands, in the words of a report, and the order in which findings are told."""

from __future__ import annotations

from scanner.model import (
    EVIDENCES,
    SEVERITIES,
    BlobOrigin,
    CommitOrigin,
    Exposure,
    FileOrigin,
    Finding,
    IndexOrigin,
    Location,
    NameOrigin,
    Origin,
    Place,
    RefOrigin,
    RepositoryOrigin,
    ScanReport,
    StdinOrigin,
    TagOrigin,
    TreeOrigin,
)
from scanner.redact import printable

_SHORT = 12  # hex digits of an object id: enough to be unique in any repository seen so far


def short(oid: str) -> str:
    return printable(oid[:_SHORT])


def name(origin: Origin) -> str:
    """Return what a person calls this origin: its path, or what kind of object it is and which."""
    match origin:
        case FileOrigin() | IndexOrigin() | StdinOrigin() | NameOrigin() | RefOrigin():
            return _harmless(printable(origin.path))
        case BlobOrigin():
            return _harmless(printable(origin.path)) or f"blob {short(origin.oid)}"
        case CommitOrigin():
            return f"commit {short(origin.oid)}"
        case TagOrigin():
            return f"tag {short(origin.oid)}"
        case TreeOrigin():
            return _harmless(printable(origin.path)) or f"folder {short(origin.oid)}"
        case RepositoryOrigin():
            return printable(origin.path) or "the repository"


def _harmless(path: str) -> str:
    """Return the path so that it begins no line that a CI service takes for a command to itself."""
    return f"./{path}" if path.lstrip().startswith(("::", "##")) else path


def place(location: Location) -> str:
    """Return `path:line:column`, which editors and terminals make clickable; `archive!/member:line:column` for what is
    in an archive.
    """
    return f"{_file(location)}:{location.start.line}:{location.start.column}"


def encodings(location: Location) -> str:
    """Return what a secret is encoded in there, the outermost first; "" for nothing."""
    return ", in it ".join(printable(way) for way in location.via)


def _file(location: Location) -> str:
    return f"{name(location.origin)}!/{printable(location.inside)}" if location.inside else name(location.origin)


def kind_of_place(location: Location) -> Place | None:
    """Return what kind of place it is: what was found out, or what its origin says anyway."""
    match location.origin:
        case _ if location.place:
            return location.place
        case FileOrigin() | IndexOrigin() | StdinOrigin() | BlobOrigin():
            return "file"
        case CommitOrigin():
            return "message"
        case TagOrigin():
            return "tag-message"
        case NameOrigin():
            return "file-name"
        case RefOrigin():
            return "ref-name"
        case _:
            return None


def object_id(origin: Origin) -> str | None:
    match origin:
        case BlobOrigin() | CommitOrigin() | TagOrigin() | TreeOrigin():
            return origin.oid
        case _:
            return None


def reads_history(command: str) -> bool:
    return command in ("history", "push")


def in_order(report: ScanReport) -> list[Finding]:
    """Return the findings as they are read best: by place in a work tree, by weight in a history.

    Someone who mends files goes from file to file; someone who audits a history begins with what must be rotated
    first: what is surest and worst, then what still stands in the files of a ref or in a message, then what a ref
    reaches, then what stood longest.
    """
    return sorted(report.findings, key=by_weight if reads_history(report.command) else _by_place)


def _by_place(finding: Finding) -> tuple[object, ...]:
    origin, span = finding.location.origin, finding.location.span
    return origin.path, object_id(origin) or "", origin.kind, span, finding.rule_id


def by_weight(finding: Finding) -> tuple[object, ...]:
    """Return what to sort by, so that what must be rotated first is first."""
    weight = EVIDENCES.index(finding.evidence), SEVERITIES.index(finding.severity)
    exposure = finding.exposure or Exposure()
    urgency = not exposure.stands, not exposure.reach, -(exposure.days or 0)
    return *weight, *urgency, *_by_place(finding)
