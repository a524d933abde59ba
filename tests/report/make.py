"""Reports to render, made of the real value types. The secrets are random text that no vendor issued."""

from __future__ import annotations

import io
import json
from typing import Any, Final

from scanner.model import (
    BlobOrigin,
    CommitOrigin,
    Exposure,
    FileOrigin,
    Finding,
    IndexOrigin,
    Location,
    Origin,
    Position,
    Provenance,
    Refs,
    RepositoryOrigin,
    RuleInfo,
    ScanReport,
    Skip,
    Span,
    Stats,
    StdinOrigin,
    Suppressed,
    TagOrigin,
)
from scanner.redact import Secret, fingerprint
from scanner.report import Options, render

TOKEN: Final = b"tok_" + b"Zq7Xw2Lr9Vb4Nm8Kc3Jd6Hf1"
PASSWORD: Final = b"blue-Rhubarb_93!"  # redhanded: allow[generic-password] made up for these tests
LATIN: Final = b"caf\xe9-Zw8Qm4Lx7Rt2Vn9Kp5Jd"
HOSTILE: Final = "a\x1b[2Jb\rc\nd\u202ee\u2066f\x7fg.py".encode() + b"\xe9"
OID: Final = "0123456789abcdef0123456789abcdef01234567"
COMMIT: Final = "89abcdef0123456789abcdef0123456789abcdef"

TOKEN_RULE: Final = RuleInfo(
    "acme-token",
    "Acme token",
    "Acts as the user.",
    "critical",
    "Acme",
    revoke="Delete it under Settings > Tokens.",
    references=("https://acme.example/docs/tokens", "see the manual"),
    tags=("vcs", "vcs"),
)
PASSWORD_RULE: Final = RuleInfo("password", "Password", "Opens what it protects.", "medium", "Generic")


def at(origin: Origin, line: int = 3, column: int = 9, who: Provenance | None = None) -> Location:
    span = Span(line * 40 + column, line * 40 + column + 28)
    return Location(origin, span, Position(line, column), Position(line, column + 28), who)


def who(date: str = "2023-05-06T10:00:00+02:00", author: str = "Ada Lovelace") -> Provenance:
    return Provenance(COMMIT, author, "ada@example.org", date)


def exposure(**changes: Any) -> Exposure:
    """In the files of one tag and the history of six refs, removed after 31 days."""
    gone = who("2023-06-06T10:00:00+02:00")
    reach = (Refs("branch", 1, ("main",)), Refs("tag", 5, ("v1.0", "v1.1", "v1.2")))
    made = Exposure(who("2023-06-05T10:00:00+02:00"), gone, (Refs("tag", 1, ("v1.0",)),), reach, True, 1234)
    return made._replace(**changes)


def finding(where: Location | None = None, value: bytes = TOKEN, **changes: Any) -> Finding:
    rule = TOKEN_RULE if value != PASSWORD else PASSWORD_RULE
    made = Finding(
        rule_id=rule.id,
        rule_name=rule.name,
        severity=rule.severity,
        evidence="proven",
        confidence=0.99,
        secret=Secret(value),
        fingerprint=fingerprint(rule.id, value),
        location=where or at(IndexOrigin(b"app/settings.py")),
    )
    return made._replace(**changes)


def report(command: str = "staged", *findings: Finding, **changes: Any) -> ScanReport:
    made = ScanReport(
        command=command,
        findings=findings,
        suppressed=(),
        skips=(),
        stats=Stats(scope=14, read=14, bytes=3_200_000, seconds=0.04),
        rules=(TOKEN_RULE, PASSWORD_RULE),
        rules_digest="d1g35t",
        version="0.1.0",
        root=b"/work/project",
        reader="catfile",
        prefilter="portable",
    )
    return made._replace(**changes)


def everything(command: str = "history") -> ScanReport:
    """Every kind of origin, grade and skip in one report, with hostile names and all secrets."""
    hostile = at(BlobOrigin(OID, HOSTILE), who=who(author="Eve\x1b]0;x\x07\u202e"))
    also = (at(BlobOrigin(OID, b"old/" + HOSTILE), 8, who=who()), at(TagOrigin(OID), 9, who=who()))
    origins: tuple[Origin, ...] = (
        FileOrigin(b"./dir with space/a:b#c%.py"),
        FileOrigin(b"/elsewhere/x.py"),
        IndexOrigin("grün.py".encode()),
        StdinOrigin(),
        StdinOrigin(b"named.txt"),
        BlobOrigin(OID),
        CommitOrigin(OID),
        TagOrigin(OID),
    )
    note = ("its checksum holds\x1b[1m",)
    names = (b"refs/x/\x1b[2J\xe9\xe2\x80\xae", b"refs/x/" + TOKEN, b"another's/" + LATIN)
    refs = (Refs("other", 12, tuple(name.decode("utf-8", "surrogateescape") for name in names)),)
    told = exposure(removed=who(author=f"Eve\x1b[2J {TOKEN.decode()}"), reach=refs)
    return report(
        command,
        finding(hostile, also=also, in_head=False, notes=note, exposure=told),
        finding(at(IndexOrigin(b"latin.txt")), LATIN, evidence="structured", severity="info"),
        *(finding(at(origin), PASSWORD, evidence="contextual", confidence=0.75) for origin in origins),
        suppressed=(
            Suppressed(finding(at(FileOrigin(HOSTILE))), "inline", "only a sample\x1b[8m"),
            Suppressed(finding(evidence="statistical", severity="low"), "excluded"),
        ),
        skips=(
            Skip(FileOrigin(HOSTILE), "unreadable", "Permission denied\x1b[2J"),
            Skip(RepositoryOrigin(b"/work/project"), "shallow"),
            Skip(BlobOrigin(OID), "missing-object"),
            Skip(FileOrigin(b"vendor"), "excluded", "vendor/"),
        ),
        stats=Stats(16, 13, 5, 0.5, {"placeholder": 3, "entropy": 12}, {"commits": 2}),
    )


def text(made: ScanReport, format: str = "text", **options: Any) -> str:
    """Render as the command line does, through FORMATS, onto a stream that takes only clean text."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="strict", newline="")
    render(format, made, out, Options(**options))
    out.seek(0)
    return out.read()


def document(made: ScanReport, format: str, **options: Any) -> Any:
    return json.loads(text(made, format, **options))
