"""The lines around a secret, with every secret in them masked.

What is to be masked is not taken from the report, which may be of yesterday: the content is scanned again, with all
rules and down to the least likely match, and masked is what any of them finds. Where the secret does not stand any
more, nothing is shown.
"""

from __future__ import annotations

import os
import re
from typing import Final, NamedTuple

from scanner.decode.text import views
from scanner.engine.scan import Scanner
from scanner.engine.unpack import contents
from scanner.errors import ConfigError, GitError
from scanner.git.command import Git
from scanner.model import Blob as Content
from scanner.model import BlobOrigin, CommitOrigin, FileOrigin, Finding, IndexOrigin, Location, TagOrigin
from scanner.policy.disk import read
from scanner.redact import apart, mask, printable

_LARGEST: Final = 16 << 20  # bytes of a content that is worth scanning again for seven lines
_AROUND: Final = 3  # lines before and after
_WIDEST: Final = 1_000  # bytes of a line that are looked at, either side of the secret
_LEAST: Final = 6  # bytes of a value that is masked where no rule has found it, too
_GONE: Final = "it does not stand there any more"
_END: Final = re.compile(rb"\r\n|\n|\r")


class Line(NamedTuple):
    """A line as it may be shown; `number` is 0 for one that stands for others. `focus` is where the secret begins in
    it, -1 when it is not in it.
    """

    number: int
    text: str
    focus: int = -1


class Context(NamedTuple):
    """The lines, or `why` there are none. `values` are the secret's, as it stands there."""

    lines: tuple[Line, ...] = ()
    why: str = ""
    values: frozenset[bytes] = frozenset()


class Contexts:
    """Reads places. `scanner` looks for what is reported, and `wide` for all that could be a secret. `git` is of the
    repository, paths of files are relative to `folder`.
    """

    def __init__(self, scanner: Scanner, wide: Scanner, git: Git, folder: str, show_secrets: bool = False) -> None:
        self._scanner = scanner
        self._wide = wide
        self._git = git
        self._folder = folder
        self._shows = show_secrets

    def of(self, finding: Finding) -> Context:
        location = finding.location
        try:
            data = self._content(location)
        except (ConfigError, GitError) as error:
            return Context(why=error.message)
        if data is None:
            return Context(why="it stands in no text that could be shown")
        if len(data) > _LARGEST:
            return Context(why=f"what it stands in is over {_LARGEST >> 20} MiB long")
        for text in views(data):
            found = self._found(text.data, location)
            here = [one for one in found if one.fingerprint == finding.fingerprint]
            if here:
                best = min(here, key=lambda one: abs(one.location.start.line - location.start.line))
                values = frozenset(one.secret.reveal() for one in here)
                return Context(_lines(text.data, best, () if self._shows else found), values=values)
        return Context(why=_GONE)

    def is_gone(self, finding: Finding) -> bool:
        """Whether it stood only in files on disk, and does so no more."""
        places = (finding.location, *finding.also)
        if not all(isinstance(place.origin, FileOrigin) for place in places):
            return False
        distinct = {(place.origin, place.inside): place for place in places}
        return all(self._is_out(finding._replace(location=place)) for place in distinct.values())

    def _is_out(self, finding: Finding) -> bool:
        path = os.path.join(self._folder, os.fsdecode(finding.location.origin.path))
        return not os.path.lexists(path) or self.of(finding).why == _GONE

    def _found(self, data: bytes, location: Location) -> list[Finding]:
        origin = location.origin
        named = FileOrigin(origin.path) if isinstance(origin, IndexOrigin | BlobOrigin) and origin.path else origin
        results = [scanner.scan_blob(Content(named, data)) for scanner in (self._scanner, self._wide)]
        everything = [finding for result in results for finding in result.findings]
        everything += [entry.finding for result in results for entry in result.suppressed]
        return [finding for finding in everything if not finding.location.inside]

    def _content(self, location: Location) -> bytes | None:
        data = self._whole(location)
        if not location.inside or data is None:
            return data
        members = contents(data, location.origin, self._scanner.scan_blob)
        return next((content for name, content in members if name == location.inside), None)

    def _whole(self, location: Location) -> bytes | None:
        """Raises ConfigError, GitError for what cannot be read."""
        match location.origin:
            case FileOrigin(path):
                name = os.fsdecode(path)
                return read(os.path.join(self._folder, name), printable(name), 8 * _LARGEST)
            case IndexOrigin(path):
                return self._git.run("cat-file", "blob", f":{os.fsdecode(path)}")
            case BlobOrigin(oid) if location.place in (None, "file", "stash", "note", "symlink"):
                return self._git.run("cat-file", "blob", oid)
            case CommitOrigin(oid):
                return self._git.run("cat-file", "commit", oid)
            case TagOrigin(oid):
                return self._git.run("cat-file", "tag", oid)
            case _:
                return None


def _lines(data: bytes, finding: Finding, found: list[Finding] | tuple[()]) -> tuple[Line, ...]:
    start, end = finding.location.span
    ends = [match.span() for match in _END.finditer(data)]
    starts = [0, *(after for _, after in ends)]
    stops = [*(before for before, _ in ends), len(data)]
    if len(starts) > 1 and starts[-1] == len(data):  # what follows the last line's end is no line
        starts, stops = starts[:-1], stops[:-1]
    first = next(number for number, stop in enumerate(stops) if stop >= start)
    last = next(number for number, stop in enumerate(stops) if stop >= end)
    hidden = _hidden(data, found)
    numbers = range(max(0, first - _AROUND), min(len(stops), last + _AROUND + 1))
    shown = [number for number in numbers if number <= first + 1 or number >= last]
    made: list[Line] = []
    for number in shown:
        if made and number > made[-1].number:  # numbers are from 0 here, and were from 1 there
            left = number - made[-1].number
            made.append(Line(0, f"... {left:,} more {'line' if left == 1 else 'lines'} of it"))
        low, high = starts[number], stops[number]
        at = start if number == first else low
        is_in = first <= number <= last
        before, after = _shown(data, low, at, hidden), _shown(data, at, high, hidden)
        made.append(Line(number + 1, before + after, len(before) if is_in else -1))
    return tuple(made)


def _hidden(data: bytes, found: list[Finding] | tuple[()]) -> list[tuple[int, int]]:
    """Return what is to be masked: what was found with all its parts, and the same values wherever else they stand."""
    spans = [tuple(one.location.span) for one in found]
    spans += [tuple(part.location.span) for one in found for part in one.parts]
    secrets = [*(one.secret for one in found), *(part.secret for one in found for part in one.parts)]
    values = {value for secret in secrets if len(value := secret.reveal()) >= _LEAST}
    for value in values:
        at = data.find(value)
        while at >= 0:
            spans.append((at, at + len(value)))
            at = data.find(value, at + len(value))
    return apart((start, end) for start, end in spans if start < end)


def _shown(data: bytes, low: int, high: int, hidden: list[tuple[int, int]]) -> str:
    """Return a piece of a line as it may be shown; of a long one the end or beginning that is next to the secret."""
    pieces: list[str] = []
    at = low
    for start, end in hidden:
        if end <= low or start >= high:
            continue
        pieces.append(_plain(data[at : max(at, start)]))
        pieces.append(mask(data[start:end]) if start >= low else "********")
        at = min(end, high)
    pieces.append(_plain(data[at:high]))
    return "".join(pieces)


def _plain(piece: bytes) -> str:
    if len(piece) > 2 * _WIDEST:
        piece = piece[:_WIDEST] + b" ... " + piece[-_WIDEST:]
    return printable(piece.replace(b"\t", b"    "))
