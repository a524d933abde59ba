"""A batch of targets to its results: the one path that a single process and every worker share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from os.path import splitext
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Protocol, runtime_checkable

from scanner.engine.result import EMPTY, BlobResult
from scanner.engine.source import Divisible, Doubtful, Sealing
from scanner.model import NO_LEADS, Blob, Finding, Leads, Names, Notice, ObjectOrigin, Origin, Skip, Suppressed, Target

_TARGETS: Final = 256
_BYTES: Final = 8 << 20  # of content in a batch
# How many times longer than a text of their size some files take: a megabyte of packed text 7 times as long, and a
# megabyte of a PDF, whose pages take thirty milliseconds each, 150 to 350 times.
_PACKED: Final = (b".docx", b".xlsx", b".pptx", b".zip", b".jar", b".whl", b".gz", b".tgz", b".bz2", b".xz")
_SLOW: Final = {b".pdf": 200, **dict.fromkeys(_PACKED, 7)}
NO_NAMES: Final[Mapping[Origin, str]] = MappingProxyType({})


class Reads(Protocol):
    def read(self, targets: Sequence[Target]) -> Iterator[Blob | Skip | Names]: ...


class Scans(Protocol):
    def scan_blob(self, blob: Blob) -> BlobResult: ...


class Quiet(NamedTuple):
    """The seals of what holds no finding, not even an allowed one, and was read whole: one after the other for those in
    which nothing matched at all; and with the drops of those in which every match was set aside.

    Only a Keep depends on the time (an expired token is graded lower), so this is true for good.
    """

    seals: bytes = b""
    dropped: tuple[tuple[bytes, tuple[tuple[str, int], ...]], ...] = ()


class Spent(NamedTuple):
    """What a process has spent on batches: seconds of wall time. `rest`: checking ids, and putting results together."""

    worker: int
    batches: int
    reading: float
    prefilter: float
    matching: float
    rest: float


@runtime_checkable
class Metered(Protocol):
    """A reader that can say what was spent on a batch."""

    def spent(self) -> Spent: ...


class BatchResult(NamedTuple):
    """What a batch held. `read` counts the targets read whole, `bytes` their content. `known` are those of them that an
    earlier run had read.

    `names` were met on the way, each in the object of that id, and are still to be scanned; then those are left in
    which anything matched. `spent` is of each process, if that is measured.
    """

    findings: tuple[Finding, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    skips: tuple[Skip, ...] = ()
    drops: tuple[tuple[str, int], ...] = ()
    scope: int = 0
    read: int = 0
    bytes: int = 0
    names: Mapping[Origin, str] = NO_NAMES
    known: int = 0
    quiet: Quiet = Quiet()
    spent: tuple[Spent, ...] = ()
    notices: tuple[Notice, ...] = ()
    leads: Mapping[str, Leads] = NO_LEADS


def scan_batch(targets: Sequence[Target], reader: Reads, scanner: Scans) -> BatchResult:
    """Read and scan the targets in order."""
    results: list[BatchResult] = []
    seal = reader.seal if isinstance(reader, Sealing) else None
    check = reader.check if isinstance(reader, Doubtful) else None
    seals: list[bytes] = []
    scope = read = size = 0
    for blob in reader.read(targets):
        if isinstance(blob, Names):
            scope, read = scope + blob.objects, read + blob.objects
            results.append(BatchResult(names=blob.found))
            continue
        scope += 1
        if isinstance(blob, Skip):
            results.append(BatchResult(skips=(blob,)))
            continue
        size += len(blob.data)
        found = scanner.scan_blob(blob)
        if found is EMPTY:
            read += 1
            if seal:
                seals.append(seal(blob))
        else:
            results.append(_checked(found, blob, check))
            if seal:
                results[-1] = _to_remember(results[-1], blob, found, seal)
            read += not any(skip.incomplete for skip in results[-1].skips)
        del blob  # the next one may be large
    if scope != sum(target.objects for target in targets):
        raise AssertionError("a reader must answer for everything that it is asked for")
    result = merged(results)
    quiet = result.quiet._replace(seals=b"".join(seals))
    spent = (reader.spent(),) if isinstance(reader, Metered) else ()
    return result._replace(scope=scope, read=read, bytes=size, quiet=quiet, spent=spent)


def _checked(found: BlobResult, blob: Blob, check: Callable[[Blob], Skip | None] | None) -> BatchResult:
    wrong = check(blob) if check and (found.findings or found.suppressed) else None
    return _batch(found._replace(skips=(*found.skips, wrong)) if wrong else found)


def _to_remember(result: BatchResult, blob: Blob, found: BlobResult, seal: Callable[[Blob], bytes]) -> BatchResult:
    """Return the result of a blob with what the next run is to know of it."""
    if found.leads and isinstance(blob.origin, ObjectOrigin):
        return result._replace(leads={blob.origin.oid: found.leads})
    if result.findings or result.suppressed or result.skips or not (name := seal(blob)):
        return result
    return result._replace(quiet=Quiet(dropped=((name, found.drops),)))


def _batch(found: BlobResult) -> BatchResult:
    return BatchResult(found.findings, found.suppressed, found.skips, found.drops)


def merged(results: Iterable[BatchResult]) -> BatchResult:
    findings: list[Finding] = []
    suppressed: list[Suppressed] = []
    skips: list[Skip] = []
    drops: Counter[str] = Counter()
    names: dict[Origin, str] = {}
    leads: dict[str, Leads] = {}
    seals: list[bytes] = []
    dropped: list[tuple[bytes, tuple[tuple[str, int], ...]]] = []
    spent: dict[int, Spent] = {}
    scope = read = size = known = 0
    for result in results:
        names |= result.names
        leads |= result.leads
        findings += result.findings
        suppressed += result.suppressed
        skips += result.skips
        drops.update(dict(result.drops))
        scope, read, size = scope + result.scope, read + result.read, size + result.bytes
        known += result.known
        seals.append(result.quiet.seals)
        dropped += result.quiet.dropped
        for one in result.spent:
            spent[one.worker] = _sum(one, spent.get(one.worker))
    return BatchResult(
        findings=tuple(findings),
        suppressed=tuple(suppressed),
        skips=tuple(skips),
        drops=tuple(sorted(drops.items())),
        scope=scope,
        read=read,
        bytes=size,
        names=names,
        leads=leads,
        known=known,
        quiet=Quiet(b"".join(seals), tuple(dropped)),
        spent=tuple(spent.values()),
    )


def _sum(one: Spent, other: Spent | None) -> Spent:
    if other is None:
        return one
    sums: Iterator[Any] = (a + b for a, b in zip(one[1:], other[1:], strict=True))
    return Spent(one.worker, *sums)


def scan_names(names: Mapping[Origin, str], scanner: Scans) -> BatchResult:
    """Scan each name as a text of its own: what stands beside it in a folder says nothing about it."""
    ordered = sorted(names, key=lambda name: (name.kind, name.path))
    scanned = ((name, scanner.scan_blob(Blob(name, name.path))) for name in ordered)
    return merged(_batch(found)._replace(names={name: names[name]}) for name, found in scanned if found is not EMPTY)


def split(targets: Sequence[Target], source: object) -> list[list[Target]]:
    """Return the targets in smaller lots, for when they are too much at once; none when it is a single thing."""
    if len(targets) > 1:
        half = len(targets) // 2
        return [list(targets[:half]), list(targets[half:])]
    return [[part] for part in source.parts(targets[0])] if isinstance(source, Divisible) else []


def lost(targets: Sequence[Target], detail: str) -> BatchResult:
    """Return the result of targets that nobody could scan."""
    skips = []
    for target in targets:
        which = f"{detail}; {target.objects} objects were not read" if target.objects > 1 else detail
        skips.append(Skip(target.origin, "worker-died", which))
    return BatchResult(skips=tuple(skips), scope=sum(target.objects for target in targets))


def cost(target: Target) -> int:
    """Return about how many bytes of text take as long as this; 0 when nobody knows."""
    return max(target.size, 0) * _SLOW.get(splitext(target.origin.path)[1].lower(), 1)


def batches(targets: Iterable[Target | Skip], skips: list[Skip]) -> Iterator[list[Target]]:
    """Group targets for the workers by number and by how long they will take; what will not be read goes to `skips`
    at once.
    """
    batch: list[Target] = []
    size = 0
    for target in targets:
        if isinstance(target, Skip):
            skips.append(target)
            continue
        batch.append(target)
        size += cost(target)
        if len(batch) >= _TARGETS or size >= _BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
