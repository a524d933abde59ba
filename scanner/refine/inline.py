"""The inline marker: `redhanded: allow[rule-id] reason`, on the line of the secret or alone on the line before."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from scanner.lines import line_span

# A bracket that is never closed or holds nothing, or a longer word, allows nothing: better a finding too many.
_MARKER: Final = re.compile(
    rb"redhanded:[ \t]{0,4}allow(?:\[([^\]\r\n]{1,400})\]|(?![\w\[-]))[ \t]{0,8}([^\r\n]{0,400})"
)
_ALONE: Final = re.compile(rb"[\s#/*;:<!%'\"(){}\[,@-]*(?:(?i:rem|dnl)\s+)?")
_CLOSING: Final = re.compile(rb"\s*(?:\*/|-->|#\}|\*\)|%>|\"\"\"|''')?\s*$")
_LINE_LIMIT: Final = 4096  # bytes on each side; nobody writes a marker into the middle of a minified line


class Marker(NamedTuple):
    """`rules` empty: any rule."""

    rules: tuple[str, ...]
    reason: str


def marker_for(data: bytes, start: int, rule_id: str) -> Marker | None:
    """Return the marker that allows `rule_id` for a secret at offset `start`, if there is one."""
    line_start, line_end = line_span(data, start, _LINE_LIMIT)
    found = [_MARKER.search(data, line_start, line_end)]
    if line_start > 0 and data[line_start - 1] in b"\r\n":
        before_start, before_end = line_span(data, _previous(data, line_start), _LINE_LIMIT)
        match = _MARKER.search(data, before_start, before_end)
        if match and _ALONE.fullmatch(data, before_start, match.start()):
            found.append(match)
    for marker in (_read(match) for match in found if match):
        if not marker.rules or rule_id in marker.rules:
            return marker
    return None


def _read(match: re.Match[bytes]) -> Marker:
    rules = (match[1] or b"").decode("utf-8", "replace").replace(",", " ").split()
    return Marker(tuple(rules), _CLOSING.sub(b"", match[2]).decode("utf-8", "replace").strip())


def _previous(data: bytes, line_start: int) -> int:
    """Return an offset on the line before, given where a line starts."""
    return line_start - 2 if data[max(0, line_start - 2) : line_start] == b"\r\n" else line_start - 1
