"""The value types that cross between the parts of redhanded. Immutable, small, and free of behaviour.

They are named tuples: the hook path has `typing` loaded anyway, and `dataclasses` would add 10 ms to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, Protocol
from zlib import crc32

from scanner.exposure import Exposure as Exposure
from scanner.exposure import Provenance as Provenance
from scanner.exposure import RefKind as RefKind
from scanner.exposure import Refs as Refs
from scanner.marker import Marker as Marker
from scanner.origins import BlobOrigin as BlobOrigin
from scanner.origins import CommitOrigin as CommitOrigin
from scanner.origins import FileOrigin as FileOrigin
from scanner.origins import IndexOrigin as IndexOrigin
from scanner.origins import NameOrigin as NameOrigin
from scanner.origins import ObjectOrigin as ObjectOrigin
from scanner.origins import Origin as Origin
from scanner.origins import Place as Place
from scanner.origins import RefOrigin as RefOrigin
from scanner.origins import RepositoryOrigin as RepositoryOrigin
from scanner.origins import StdinOrigin as StdinOrigin
from scanner.origins import TagOrigin as TagOrigin
from scanner.origins import TreeOrigin as TreeOrigin
from scanner.redact import Secret
from scanner.skips import BY_CONTENT as BY_CONTENT
from scanner.skips import BY_DECISION as BY_DECISION
from scanner.skips import Skip as Skip
from scanner.skips import SkipReason as SkipReason

Severity = Literal["critical", "high", "medium", "low", "info"]
Evidence = Literal["proven", "structured", "contextual", "statistical"]

POLICY_CHANGE: Final = "policy-change"  # the rule of findings that are no secrets, but changes of the policy

SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low", "info")
EVIDENCES: tuple[Evidence, ...] = ("proven", "structured", "contextual", "statistical")  # strongest first

# How sure a finding of each grade is, unless its rule says otherwise.
CONFIDENCE: dict[Evidence, float] = {"proven": 0.99, "structured": 0.95, "contextual": 0.75, "statistical": 0.4}


class Target(NamedTuple):
    """Something to be read: cheap and picklable. `size` in bytes, -1 when not known before reading.

    It may stand for many objects (a share of a pack): so many `objects`.
    """

    origin: Origin
    size: int
    handle: str = ""  # what the source needs to read it: an object id; empty for files
    objects: int = 1


Copy = tuple[int, int, int]  # a run of bytes that two contents share: offset in this one, length, offset in the other


class Lineage(Protocol):
    """What a content is a change of: the last one before it in the same stream that is `depth - 1` deep, if that is
    the one numbered `base`. Its own number is `number`; `is_base` says whether something else may be a change of it.
    """

    @property
    def number(self) -> int: ...

    @property
    def base(self) -> int: ...

    @property
    def depth(self) -> int: ...

    @property
    def is_base(self) -> bool: ...

    @property
    def base_content(self) -> bytes:
        """What it is a change of, where that has not come before it in the stream; empty if that is not known."""
        ...

    def copies(self, size: int) -> Sequence[Copy] | None:
        """Return the longest runs shared with the base, in order; None if that is not worth it. `size`: its own."""
        ...


# By rule number, where something matched in a text that was scanned before: closed intervals in which it began.
Leads = dict[int, list[tuple[int, int]]]
NO_LEADS: Final[Mapping[str, Leads]] = MappingProxyType({})


class Blob(NamedTuple):
    origin: Origin
    data: bytes
    lineage: Lineage | None = None
    leads: Leads | None = None

    def __repr__(self) -> str:  # the content may hold secrets
        return f"Blob({self.origin!r}, {len(self.data)} bytes)"


class Names(NamedTuple):
    """Names that were met in reading so many objects. Each is scanned once, at the end, as a text of its own.

    `found` tells for each the id of a folder that has it, empty for the name of a ref.
    """

    found: Mapping[Origin, str]
    objects: int


class Span(NamedTuple):
    """Half-open byte offsets into the original bytes."""

    start: int
    end: int


class Position(NamedTuple):
    """1-based line and column; the column counts code points."""

    line: int
    column: int


class Judged(NamedTuple):
    """What a judge of content has found, for when the path is known: log-odds, and what the path's part depends on."""

    content: float
    stance: tuple[str, ...]


class Location(NamedTuple):
    """Where a secret stands. `end` is the position just after its last character. In a name, `span` is within its path.

    `place` is None for what is not looked at more closely: see `scanner.report._place`. `judged` is None when the
    finding's confidence is final. `via` names the encodings that it stands in there, the outermost first; `inside` is
    the member of an archive that the span and the positions are in. `in_head`: known to stand in a file of HEAD.
    `allowed`: see scanner.engine.allowing.
    """

    origin: Origin
    span: Span
    start: Position
    end: Position
    provenance: Provenance | None = None
    place: Place | None = None
    judged: Judged | None = None
    via: tuple[str, ...] = ()
    inside: bytes = b""
    in_head: bool = False
    allowed: tuple[int, ...] = ()


class Keep(NamedTuple):
    """A match stays, at this grade; `note` tells what moved it ("its checksum holds", "the key is encrypted").

    `severity` and `confidence` replace the rule's own when given. `facts` are what the value tells of itself ("AWS
    account 1234..."). `judged`: the path is not known yet, and will move the confidence.
    """

    evidence: Evidence
    note: str = ""
    severity: Severity | None = None
    facts: tuple[str, ...] = ()
    confidence: float | None = None
    judged: Judged | None = None


class Drop(NamedTuple):
    """A match goes. `reason` is one word for counting, `detail` a sentence for a person."""

    reason: str
    detail: str = ""


class Part(NamedTuple):
    """Another part of a credential that comes in parts, found beside the finding that it belongs to."""

    rule_id: str
    rule_name: str
    secret: Secret
    location: Location
    fingerprint: str = ""


class Finding(NamedTuple):
    """One secret in one place; in history one secret with every place (`also`), the first one in `location`."""

    rule_id: str
    rule_name: str
    severity: Severity
    evidence: Evidence
    confidence: float
    secret: Secret
    fingerprint: str
    location: Location
    notes: tuple[str, ...] = ()
    also: tuple[Location, ...] = ()
    in_head: bool | None = None  # None outside history
    parts: tuple[Part, ...] = ()
    facts: tuple[str, ...] = ()  # what the secret or a part of it tells of itself: "AWS account 123456789012"
    exposure: Exposure | None = None  # None outside history, when git cannot tell, and for what only names have
    refused: Marker | None = None  # it would allow the finding, but does not say enough for a strict policy
    unapproved: str = ""  # what in the change itself would allow it, and does not count: file, line, and what it says

    @property
    def id(self) -> str:
        """Names this finding within a report: the secret and the place."""
        origin, (line, column) = self.location.origin, self.location.start
        where = crc32((origin.path or getattr(origin, "oid", "").encode()) + self.location.inside)
        return f"{self.fingerprint[:12]}-{where:08x}-{line}-{column}"


Incident = Finding  # one secret with all its places


class Suppressed(NamedTuple):
    """A finding that the user allowed, and in whose words: an inline comment's, the configuration's (a path that is
    left out, a pattern), or those of an entry in `.redhanded/allow/`, which has an owner, too. `skipped`: the rule is
    off at its path.
    """

    finding: Finding
    reason: Literal["inline", "excluded", "config", "skipped", "allowed"]
    detail: str = ""
    marker: Marker | None = None  # the comment, when that is what allows it
    owner: str = ""


class Notice(NamedTuple):
    """Something about the policy itself that a person should know: it hides nothing and finds nothing. `unprotected`:
    a commit takes away what allowed a secret that it does not touch.

    `fails`: with --strict-policy the exit code says so. `policy-change`: what a change under review does to the policy,
    in the file at `path`, where that is known also at this `line`, from 1.
    """

    kind: Literal["expired", "unused", "unprotected", "policy-change"]
    message: str
    fails: bool = True
    path: bytes = b""
    line: int = 0


class RuleInfo(NamedTuple):
    """What reports may know of a rule."""

    id: str
    name: str
    description: str
    severity: Severity
    provider: str
    revoke: str = ""
    references: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


KNOWN: Final = "known-clean"  # among `Stats.details`: of what counts as read, what an earlier run had read


class Stats(NamedTuple):
    """Counts of one run: targets asked for (`scope`) and read whole, bytes of content, seconds of wall time."""

    scope: int = 0
    read: int = 0
    bytes: int = 0
    seconds: float = 0.0
    drops: Mapping[str, int] = {}  # reason -> matches that a refiner dropped
    details: Mapping[str, int] = {}  # what the source has in scope: refs, commits, blobs; and KNOWN


class ScanReport(NamedTuple):
    """A whole run; the only input of every report format."""

    command: str
    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]
    skips: tuple[Skip, ...]
    stats: Stats
    rules: tuple[RuleInfo, ...]
    rules_digest: str
    version: str
    root: bytes = b""  # folder that relative paths start from
    reader: str = ""
    prefilter: str = ""
    versions: Mapping[str, str] = {}  # of what did the work, by name
    limits: Mapping[str, float] = {}  # in force, by name; the name ends with the unit
    started: float = 0.0  # Unix time in seconds
    policy: tuple[str, ...] = ()  # what the configuration has changed, and where it says so
    notices: tuple[Notice, ...] = ()

    @property
    def incomplete(self) -> bool:
        return any(skip.incomplete for skip in self.skips)
