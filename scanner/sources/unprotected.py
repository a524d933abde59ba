"""Secrets on unchanged lines that a commit leaves without protection: a comment allowed them before, or a suppression.

They are not new, so they are no findings of the commit; but the next scan of the whole will report them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from scanner.engine.result import BlobResult
from scanner.engine.unpack import secret_of
from scanner.git.catfile import CatFile, Object
from scanner.git.command import Git
from scanner.git.index import Change
from scanner.model import Blob, Finding, IndexOrigin
from scanner.sources.added import followed


def without_comment(
    git: Git, changes: Sequence[Change], findings: Sequence[Finding], scan: Callable[[Blob], BlobResult]
) -> list[Finding]:
    """Return those findings, all of which stand on unchanged lines, that a comment allowed in the file's old version.

    `scan` is a scanner's.
    """
    paths = {finding.location.origin.path for finding in findings}
    found: list[Finding] = []
    with CatFile(git) as objects:
        for change in followed(git, changes):
            if change.path not in paths or change.is_new:
                continue
            (old,) = objects.read([change.old])
            if isinstance(old, Object):
                before = scan(Blob(IndexOrigin(change.path), old.data))
                here = [finding for finding in findings if finding.location.origin.path == change.path]
                found += _opened(here, before)
    return found


def _opened(findings: Sequence[Finding], before: BlobResult) -> Iterator[Finding]:
    """Yield the findings for which there are fewer in the open before; the last ones, if some were."""
    quiet = {secret_of(entry.finding) for entry in before.suppressed}
    free = Counter(secret_of(finding) for finding in before.findings)
    for finding in findings:
        if free[secret_of(finding)] > 0:
            free[secret_of(finding)] -= 1
        elif secret_of(finding) in quiet:
            yield finding


def files_of_head(git: Git, folder: str) -> list[tuple[str, bytes]]:
    """Return the files below a folder as HEAD has them, each with its name from the root; none without a commit."""
    listing = git.try_run("ls-tree", "-r", "-z", "--full-tree", "HEAD", "--", f"{folder}/")
    entries = [line.partition(b"\t") for line in (listing or b"").split(b"\0") if line]
    blobs = [
        (head.split()[2].decode(), name.decode("utf-8", "replace")) for head, _, name in entries if b" blob " in head
    ]
    with CatFile(git) as objects:
        read = list(objects.read([oid for oid, _ in blobs]))
    return [(name, found.data) for (_, name), found in zip(blobs, read, strict=True) if isinstance(found, Object)]
