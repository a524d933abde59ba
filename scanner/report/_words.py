"""The words, numbers and line breaks that reports share. ASCII, so that any terminal can show them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from scanner.model import POLICY_CHANGE, Evidence, Finding, Marker, Notice, Place, RuleInfo, SkipReason, Suppressed
from scanner.redact import printable

WHY_SURE: Final[dict[Evidence, str]] = {
    "proven": "its checksum holds",
    "structured": "its format is that of this kind of secret alone",
    "contextual": "what is beside it says that it is a secret, and it looks like one",
    "statistical": "it looks random, but nothing else suggests a secret",
}

ADVICE: Final[dict[Evidence, str]] = {
    "proven": "Treat it as live.",
    "structured": "Treat it as live.",
    "contextual": "Treat it as live unless you know it is not.",
    "statistical": "Check it: it may be a false alarm.",
}

SKIPPED: Final[dict[SkipReason, str]] = {
    "excluded": "excluded",
    "submodule": "a submodule, which has its own history",
    "missing-object": "git does not have this object",
    "shallow": "the clone is shallow: older history is not here",
    "unresolved-ref": "it leads to no object",
    "dangling-ref": "a symbolic ref to nothing",
    "unreadable": "it could not be read",
    "vanished": "it disappeared during the scan",
    "unreachable": "no branch, tag or reflog leads to it any more",
    "not-a-file": "not a regular file",
    "symlink": "a symbolic link, which is not followed",
    "loop": "a folder that contains itself",
    "too-large": "larger than the limit",
    "timeout": "it took longer than the time limit",
    "too-many-matches": "it has more matches than the limit",
    "packed": "an archive that cannot be unpacked",
    "too-deep": "it is encoded or packed more deeply than the limit",
    "worker-died": "the process that read it died",
    "unmerged": "it has a merge conflict, so there is no one content to read",
    "interrupted": "the scan was stopped early",
    "git-error": "git failed",
}

PLACES: Final[dict[Place, str]] = {
    "file": "the content of a file",
    "symlink": "the target of a symbolic link",
    "note": "a note (refs/notes)",
    "stash": "a file in a stash",
    "message": "a commit's message",
    "author": "a commit's author",
    "committer": "a commit's committer",
    "trailer": "a trailer of a commit's message",
    "header": "a header of a commit or tag",
    "tag-message": "a tag's message",
    "tagger": "a tag's tagger",
    "file-name": "the name of a file",
    "folder-name": "the name of a folder",
    "ref-name": "the name of a branch, tag or other ref",
}

_COLORS: Final = {"bold": "1", "red": "1;31", "yellow": "33", "green": "32", "dim": "2"}


def paint(text: str, style: str, color: bool) -> str:
    return f"\x1b[{_COLORS[style]}m{text}\x1b[0m" if color else text


def prose(text: str) -> str:
    """Return text as one safe line: rule files fold their prose, and a hostile one could hold escapes."""
    return printable(" ".join(text.split()))


def why_sure(finding: Finding) -> str:
    """Return the grade and what it rests on: the notes of this finding, or what the grade always means."""
    reasons = ", ".join(prose(note) for note in finding.notes) or WHY_SURE[finding.evidence]
    return f"{finding.evidence}: {reasons}"


def place_of(notice: Notice) -> str:
    """Return `.redhanded.yaml:3: `, nothing for what is in no file."""
    if not notice.path:
        return ""
    return f"{printable(notice.path)}:{notice.line}: " if notice.line else f"{printable(notice.path)}: "


def whose(marker: Marker) -> str:
    """Return `gitleaks marker on line 3, which names no rule`."""
    lack = f", which {marker.lack}" if marker.lack else ""
    return f"{marker.form} on line {marker.line:,}{lack}"


def unapproved(finding: Finding) -> str:
    return f"the change itself would let this pass, by {prose(finding.unapproved)}; that does not count"


def advice(finding: Finding, rule: RuleInfo | None) -> str:
    if finding.rule_id == POLICY_CHANGE:
        return "This is no secret: under a strict policy a person has to approve it (docs/policy.md, Trust)."
    revoke = prose(rule.revoke) if rule else ""
    return f"{ADVICE[finding.evidence]} {revoke or 'Revoke it where it was issued.'}"


def by_whom(entry: Suppressed) -> str:
    """Return why it is allowed, and who said so."""
    owner = f" ({prose(entry.owner)})" if entry.owner else ""
    return (prose(entry.detail) or "no reason given") + owner


PACKED: Final = "packed"  # the reason for which a skip is told by name though it does not make the scan incomplete

LEFT_OUT: Final[dict[str, tuple[str, str]]] = {  # of one, of several
    "excluded": ("excluded", "excluded"),
    "submodule": ("submodule", "submodules"),
    "dangling-ref": ("dangling ref", "dangling refs"),
    "unreachable": ("unreachable object", "unreachable objects"),
    "not-a-file": ("special file", "special files"),
    "symlink": ("symbolic link", "symbolic links"),
    PACKED: ("archive or file in one", "archives or files in them"),
}


def count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def tally(reasons: Iterable[str]) -> str:
    """Return `2 excluded, 1 symbolic link`, the most frequent first."""
    counted = sorted(Counter(reasons).items(), key=lambda entry: (-entry[1], entry[0]))
    words = {reason: LEFT_OUT.get(reason, (reason, reason))[number != 1] for reason, number in counted}
    return ", ".join(f"{number:,} {printable(words[reason])}" for reason, number in counted)


def size(number: int) -> str:
    if number < 1000:
        return f"{number} B"
    for unit, scale in (("kB", 1e3), ("MB", 1e6)):
        if number < 999.95 * scale:
            return f"{number / scale:.1f} {unit}"
    return f"{number / 1e9:.1f} GB"


def wrap(text: str, first: str, rest: str, width: int) -> str:
    """Return `text` broken at spaces; its first line begins with `first`, the others with `rest`.

    The standard library's textwrap would load `re`, which the commit hook does without.
    """
    lines, line = [], first
    for word in text.split(" "):
        if line not in (first, rest) and len(line) + len(word) > width:
            lines.append(line.rstrip())
            line = rest
        line += word + " "
    return "\n".join([*lines, line.rstrip()])
