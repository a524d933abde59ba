"""Names of refs are shown beside every incident that they lead to, and someone may have put a secret into one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Protocol

from scanner.engine.result import BlobResult
from scanner.model import Blob, Exposure, FileOrigin, Finding, RefKind, RefOrigin, Span
from scanner.redact import apart, mask

Name = tuple[RefKind, str]

_PREFIXES: Final[dict[RefKind, bytes]] = {
    "branch": b"refs/heads/",
    "tag": b"refs/tags/",
    "remote": b"refs/remotes/",
    "other": b"",
}


class Scans(Protocol):
    def scan_blob(self, blob: Blob) -> BlobResult: ...


def hidden(findings: Sequence[Finding], scanner: Scans) -> tuple[Finding, ...]:
    """Return the findings with every secret that the rules see in a ref's name masked there.

    They may see one in the names as they are shown, or in the full name of one, which is how findings are made.
    """
    names = sorted({name for finding in findings for name in _names(finding.exposure)})
    if not names:
        return tuple(findings)
    text = "\n".join(name for _, name in names).encode("utf-8", "surrogateescape")
    spans = apart((*_seen(scanner, Blob(FileOrigin(b""), text)), *_in_full(names, scanner)))
    if not spans:
        return tuple(findings)
    for start, end in reversed(spans):
        lines = text.count(b"\n", start, end)
        text = text[:start] + mask(text[start:end].split(b"\n")[0]).encode() + b"\n" * lines + text[end:]
    masked = dict(zip(names, text.decode("utf-8", "surrogateescape").split("\n"), strict=True))
    return tuple(_with_names(finding, masked) for finding in findings)


def _seen(scanner: Scans, blob: Blob) -> Iterator[Span]:
    found = scanner.scan_blob(blob)
    for finding in (*found.findings, *(entry.finding for entry in found.suppressed)):
        yield finding.location.span
        yield from (part.location.span for part in finding.parts)


def _in_full(names: Iterable[Name], scanner: Scans) -> Iterator[Span]:
    """Yield what is seen in the full names, as places in the lines of the short ones."""
    at = 0
    for kind, name in names:
        short, prefix = name.encode("utf-8", "surrogateescape"), _PREFIXES[kind]
        for start, end in _seen(scanner, Blob(RefOrigin(prefix + short), prefix + short)):
            if end > len(prefix):
                yield Span(at + max(start - len(prefix), 0), at + end - len(prefix))
        at += len(short) + 1


def _names(exposure: Exposure | None) -> Iterator[Name]:
    for refs in (*exposure.tips, *exposure.reach) if exposure else ():
        yield from ((refs.kind, name) for name in refs.names)


def _with_names(finding: Finding, masked: dict[Name, str]) -> Finding:
    exposure = finding.exposure
    if exposure is None:
        return finding
    return finding._replace(exposure=exposure.renamed(lambda kind, name: masked[kind, name]))
