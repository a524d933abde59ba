"""Markers: comments beside a secret that allow it, our own (`redhanded: allow[rule-id] reason`) and other scanners'.

They are looked for around findings only. A marker counts for a secret that begins on its line, or on the next one if
the marker stands alone; some of the others' forms count at the end of a secret of several lines, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from scanner.lines import line_span
from scanner.marker import EVERYBODYS, OURS, MarkerPolicy
from scanner.model import Span
from scanner.ruleset.names import names

# Where a marker stands: on the line where the secret begins, alone on the line before, on the line where a secret of
# several lines ends, alone on the line after that.
Where = Literal["line", "before", "last", "after"]


class Form(NamedTuple):
    """How a scanner's marker is written, and where its documentation says that it counts."""

    tool: str
    pattern: str
    places: tuple[Where, ...]


# Facts of the scanners' documentation: the READMEs of gitleaks, betterleaks (which knows gitleaks' marker as well),
# trufflehog, detect-secrets (`whitelist` is its former word) and ggshield, and docs/ADVANCED.md of kingfisher.
_FORMS: Final = (
    Form("gitleaks", r"gitleaks:allow", ("line", "last")),
    Form("betterleaks", r"betterleaks:allow", ("line", "last")),
    Form("trufflehog", r"trufflehog:ignore", ("line",)),
    Form("detect-secrets", r"pragma: ?(?:allow|white)list[ -]secret", ("line",)),
    Form("detect-secrets", r"pragma: ?(?:allow|white)list[ -]nextline[ -]secret", ("before",)),
    Form("kingfisher", r"kingfisher:ignore", ("line", "before", "last", "after")),
    Form("ggshield", r"ggignore", ("line",)),
)
_OURS: Final = Form(OURS, "", ("line", "before"))

# A bracket that is never closed or holds nothing, or a longer word, allows nothing: better a finding too many.
_MARKER: Final = re.compile(
    rb"redhanded:[ \t]{0,4}allow(?:\[([^\]\r\n]{1,400})\]|(?![\w\[-]))|(?<![\w-])(?:%s)(?![\w-])"
    % "|".join(f"({form.pattern})" for form in _FORMS).encode()
)
_WORDS: Final = (b"allow", b"ignore", b"whitelist")  # every form has one of them; to look for these costs nothing
_REASON: Final = re.compile(rb"[^\r\n]{0,400}")
# What a line may begin with that has nothing on it but a comment.
_ALONE: Final = re.compile(rb"[\s#/*;:<!%'\"(){}\[,@|.\\+-]*(?:(?i:rem|dnl)\s+)?")
_CLOSING: Final = re.compile(rb"\*/|--+>|#\}|\*\)|%>|\}\}|\*@|-\}|\]\]|\"\"\"|'''")
_TRAILING: Final = b" \t\"',;"  # of a marker that is a string
_LINE_LIMIT: Final = 4096  # bytes on each side; nobody writes a marker into the middle of a minified line


class Found(NamedTuple):
    """A marker in a text, and where: `span` from its first character to the end of its reason. See `Marker`."""

    tool: str
    rules: tuple[str, ...]
    span: Span
    reason: Span

    def names(self, rule_id: str) -> bool:
        return not self.rules or any(names(pattern, rule_id) for pattern in self.rules)


def markers_for(data: bytes, secret: Span, rule_id: str, policy: MarkerPolicy) -> list[Found]:
    """Return the markers that allow `rule_id` for a secret, those that say most first; strictness is not asked here."""
    found = [one for one in around(data, secret, policy) if one.names(rule_id)]
    return sorted(found, key=lambda one: (not one.rules, one.reason.start == one.reason.end, one.tool != OURS))


def around(data: bytes, secret: Span, policy: MarkerPolicy = EVERYBODYS) -> Iterator[Found]:
    """Yield the markers beside a secret, whatever rule they name."""
    for where, low, high in _lines(data, secret):
        if all(data.find(word, low, high) < 0 for word in _WORDS):
            continue
        for match in _MARKER.finditer(data, low, high):
            number = match.lastindex or 1
            form = _FORMS[number - 2] if number > 1 else _OURS
            if where not in form.places or form.tool not in policy.tools:
                continue
            if match.start() < secret.end and secret.start < match.end():  # the secret says so itself
                continue
            found = _read(data, match, form, high, secret)
            if where in ("line", "last") or _is_alone(data, low, match.start(), found.reason.end, high):
                yield found


def _lines(data: bytes, secret: Span) -> Iterator[tuple[Where, int, int]]:
    first_start, first_end = line_span(data, secret.start, _LINE_LIMIT)
    yield "line", first_start, first_end
    if first_start > 0 and data[first_start - 1] in b"\r\n":
        yield "before", *line_span(data, _previous(data, first_start), _LINE_LIMIT)
    if secret.end <= first_end + 1 or not any(end in data[secret.start : secret.end] for end in (b"\n", b"\r")):
        return
    last_start, last_end = line_span(data, secret.end - 1, _LINE_LIMIT)
    yield "last", last_start, last_end
    after = last_end + (2 if data[last_end : last_end + 2] == b"\r\n" else 1)
    if after < len(data) and data[last_end] in b"\r\n":
        yield "after", *line_span(data, after, _LINE_LIMIT)


def _read(data: bytes, match: re.Match[bytes], form: Form, line_end: int, secret: Span) -> Found:
    rules = (match[1] or b"").decode("utf-8", "replace").replace(",", " ").split()
    # A comment may end before the line does, and what follows it is no reason, the secret least of all.
    end = min(line_end, secret.start) if secret.start >= match.end() else line_end
    closing = _CLOSING.search(data, match.end(), end)
    words = _REASON.match(data, match.end(), closing.start() if closing else end)
    text = words[0] if words else b""
    low = match.end() + len(text) - len(text.lstrip(b" \t"))
    reason = Span(low, max(low, match.end() + len(text.rstrip(_TRAILING))))
    return Found(form.tool, tuple(rules), Span(match.start(), reason.end), reason)


def _is_alone(data: bytes, line_start: int, start: int, end: int, line_end: int) -> bool:
    """Whether nothing but a comment is on the line: code before the marker or behind it is what it belongs to."""
    is_whole = line_start == 0 or data[line_start - 1] in b"\r\n"  # of a long line only a part is looked at
    if not is_whole or not _ALONE.fullmatch(data, line_start, start):
        return False
    rest = data[end:line_end]
    closing = _CLOSING.search(rest)
    return not closing or not rest[closing.end() :].strip(b" \t\"'),;#*/-}")


def _previous(data: bytes, line_start: int) -> int:
    """Return an offset on the line before, given where a line starts."""
    return line_start - 2 if data[max(0, line_start - 2) : line_start] == b"\r\n" else line_start - 1
