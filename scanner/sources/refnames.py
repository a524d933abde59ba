"""Names of refs are shown beside every incident that they lead to, and someone may have put a secret into one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from scanner.engine.scan import BlobResult
from scanner.model import Blob, Exposure, FileOrigin, Finding, Refs
from scanner.redact import mask


class Scans(Protocol):
    def scan_blob(self, blob: Blob) -> BlobResult: ...


def hidden(findings: Sequence[Finding], scanner: Scans) -> tuple[Finding, ...]:
    """Return the findings with every secret that the rules see in a ref's name masked there."""
    names = sorted({name for finding in findings for name in _names(finding.exposure)})
    if not names:
        return tuple(findings)
    text = "\n".join(names).encode("utf-8", "surrogateescape")
    found = scanner.scan_blob(Blob(FileOrigin(b""), text))
    spans = {finding.location.span for finding in (*found.findings, *(s.finding for s in found.suppressed))}
    if not spans:
        return tuple(findings)
    for start, end in sorted(spans, reverse=True):
        lines = text.count(b"\n", start, end)
        text = text[:start] + mask(text[start:end].split(b"\n")[0]).encode() + b"\n" * lines + text[end:]
    masked = dict(zip(names, text.decode("utf-8", "surrogateescape").split("\n"), strict=True))
    return tuple(_with_names(finding, masked) for finding in findings)


def _names(exposure: Exposure | None) -> list[str]:
    return [name for refs in (*exposure.tips, *exposure.reach) for name in refs.names] if exposure else []


def _with_names(finding: Finding, masked: dict[str, str]) -> Finding:
    exposure = finding.exposure
    if exposure is None:
        return finding
    tips, reach = (tuple(_renamed(refs, masked) for refs in group) for group in (exposure.tips, exposure.reach))
    return finding._replace(exposure=exposure._replace(tips=tips, reach=reach))


def _renamed(refs: Refs, masked: dict[str, str]) -> Refs:
    return refs._replace(names=tuple(masked[name] for name in refs.names))
