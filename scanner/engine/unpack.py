"""Archives are scanned member by member, each as a file of its own, archives in archives too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from scanner.decode.containers import members
from scanner.decode.magic import kind_of
from scanner.decode.member import Allowance, Member, Unread
from scanner.engine.result import EMPTY, BlobResult
from scanner.model import Blob, FileOrigin, Finding, NameOrigin, Origin, Place, Skip
from scanner.redact import covered, printable

_DEEPEST: Final = 5  # archives within each other
_MEMBERS: Final = 65_535  # what a zip of the first form may have
_BYTES: Final = 1 << 30
_HELD: Final = 1 << 28  # bytes of members that are held at once
BETWEEN: Final = b"!/"

Scan = Callable[[Blob], BlobResult]


def scan_members(blob: Blob, scan: Scan) -> list[BlobResult]:
    """Return what the blob holds; if it is an archive, what each of its members does, too.

    What stands in a member as it is, unpacked, is told of the member alone.
    """
    found = scan(blob)
    if not kind_of(blob.data):
        return [found]
    allowance = Allowance(len(blob.data), _BYTES, _MEMBERS)
    return _without_copies(found, list(_inside(blob.data, b"", blob.origin, scan, allowance, 0)))


def contents(data: bytes, origin: Origin, scan: Scan) -> Iterator[tuple[bytes, bytes]]:
    """Yield the members of an archive, and of those in it, each with its name as it may be shown and its content."""
    yield from _contents(data, b"", origin, scan, Allowance(len(data), _HELD, _MEMBERS), 0)


def _contents(
    data: bytes, above: bytes, origin: Origin, scan: Scan, allowance: Allowance, depth: int
) -> Iterator[tuple[bytes, bytes]]:
    kind = kind_of(data)
    for member in members(data, kind, allowance) if kind and depth < _DEEPEST else ():
        if isinstance(member, Member):
            named = _named(member.name, origin, scan)
            name = BETWEEN.join(filter(None, (above, shown_name(member.name, named) or kind.encode())))
            yield name, member.data
            yield from _contents(member.data, name, origin, scan, allowance, depth + 1)


def _without_copies(outer: BlobResult, inner: list[BlobResult]) -> list[BlobResult]:
    found = {secret_of(finding) for result in inner for finding in result.findings}
    allowed = Counter(secret_of(entry.finding) for result in inner for entry in result.suppressed)
    quiet = tuple(
        s for s in outer.suppressed if secret_of(s.finding) not in found and not allowed[secret_of(s.finding)]
    )
    # Around a member stands other text than in it, where its comments may not be told from that. As many as are allowed
    # in members are those; what there is beyond stands somewhere else.
    allowed -= Counter(secret_of(entry.finding) for entry in outer.suppressed)
    own: list[Finding] = []
    for finding in outer.findings:
        if allowed[secret_of(finding)] > 0:
            allowed[secret_of(finding)] -= 1
        elif secret_of(finding) not in found:
            own.append(finding)
    return [outer._replace(findings=tuple(own), suppressed=quiet), *inner]


def secret_of(finding: Finding) -> tuple[str, str]:
    """Return what names the secret, wherever it stands."""
    return finding.rule_id, finding.fingerprint


def _inside(
    data: bytes, above: bytes, origin: Origin, scan: Scan, allowance: Allowance, depth: int
) -> Iterator[BlobResult]:
    kind = kind_of(data)
    for member in members(data, kind, allowance):
        named = _named(member.name, origin, scan)
        name = BETWEEN.join(filter(None, (above, shown_name(member.name, named) or kind.encode())))
        if named is not EMPTY:
            yield _placed(named, name, "file-name")
        if isinstance(member, Unread):
            yield EMPTY._replace(skips=(_skip(origin, above if not member.name else name, member),))
            continue
        # Rules for certain files go by the member's own name.
        own = FileOrigin(member.name) if member.name else origin
        found = _placed(_from(scan(Blob(own, member.data)), origin), name)
        if not kind_of(member.data):
            yield found
        elif depth + 1 < _DEEPEST:
            inner = list(_inside(member.data, name, origin, scan, allowance, depth + 1))
            yield from _without_copies(found, inner)
        else:
            deep = Unread(b"", f"archives are read {_DEEPEST} deep", is_limit=True)
            yield found._replace(skips=(*found.skips, _skip(origin, name, deep)))


def _named(name: bytes, origin: Origin, scan: Scan) -> BlobResult:
    """Return what a member's name holds."""
    found = scan(Blob(NameOrigin(name), name)) if name else EMPTY
    return found if found is EMPTY else _from(found, origin)


def shown_name(name: bytes, found: BlobResult) -> bytes:
    """Return the name of a member as it may be shown: it is told wherever something stands in the member."""
    told = (*found.findings, *(entry.finding for entry in found.suppressed))
    return covered(name, [place.span for one in told for place in (one.location, *(p.location for p in one.parts))])


def _skip(origin: Origin, name: bytes, member: Unread) -> Skip:
    detail = f"{printable(name)}: {member.detail}" if name else member.detail
    return Skip(origin, "too-deep" if member.is_limit else "packed", detail)


def _placed(found: BlobResult, name: bytes, place: Place | None = None) -> BlobResult:
    return found._replace(
        findings=tuple(_finding(finding, name, place) for finding in found.findings),
        suppressed=tuple(entry._replace(finding=_finding(entry.finding, name, place)) for entry in found.suppressed),
        skips=tuple(skip._replace(detail=f"{printable(name)}: {skip.detail}") for skip in found.skips),
    )


def _from(found: BlobResult, origin: Origin) -> BlobResult:
    """Return the result as one of the archive's origin."""
    return found._replace(
        findings=tuple(_of(finding, origin) for finding in found.findings),
        suppressed=tuple(entry._replace(finding=_of(entry.finding, origin)) for entry in found.suppressed),
        skips=tuple(skip._replace(origin=origin) for skip in found.skips),
    )


def _of(finding: Finding, origin: Origin) -> Finding:
    parts = tuple(part._replace(location=part.location._replace(origin=origin)) for part in finding.parts)
    return finding._replace(location=finding.location._replace(origin=origin), parts=parts)


def _finding(finding: Finding, name: bytes, place: Place | None) -> Finding:
    parts = tuple(part._replace(location=part.location._replace(inside=name, place=place)) for part in finding.parts)
    return finding._replace(location=finding.location._replace(inside=name, place=place), parts=parts)
