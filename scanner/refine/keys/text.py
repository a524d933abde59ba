"""The lines and the base64 of a key, however the text around it writes them: escaped, quoted, indented, commented."""

from __future__ import annotations

import re
from base64 import b64decode
from typing import Final

from scanner.refine.keys import MAX_BYTES, KeyFormatError

# JSON writers escape these three; no other escape stands within base64.
_SIGNS: Final = (
    (rb"\\{1,8}/|\\{1,8}u002[fF]|%2[fF]", b"/"),
    (rb"\\{1,8}u002[bB]|%2[bB]", b"+"),
    (rb"\\{1,8}u003[dD]|%3[dD]", b"="),
)
_LINE_END: Final = re.compile(
    rb"\\{1,8}(?:[nr]|u000[aAdD]|x0[aAdD]|01[25])|[\r\n]|<br ?/?>|&#(?:1[03]|[xX]0{0,3}[aAdD]);|%0[aAdD]"
)
_QUOTED: Final = re.compile(rb"[^\"'`]{0,80}[\"'`]([^\"'`]*)[\"'`][^\"'`]{0,80}")
_EDGES: Final = b" \t\"'`,;()[]\\"
_LEAD: Final = re.compile(rb"[^0-9A-Za-z]{1,4}")  # a comment's sign, the + of a patch
_LINE_ENDS: Final = (re.compile(rb"\r?\n"), re.compile(rb"(?:\\{1,8}r)?\\{1,8}n"), re.compile(rb"(?:;|&&)"))
_REDIRECTED: Final = re.compile(rb">+[ ]?")  # `>` makes a file, `>>` adds to it
_RUN: Final = re.compile(rb"[0-9A-Za-z+/=]+")
_MOST_LINES: Final = 2000
_LOOSE: Final = 2  # lines of another form: `echo >> key.asc`
_HEADER: Final = re.compile(rb"[A-Z][A-Za-z-]*: ")


def lines(inside: bytes) -> list[bytes]:
    """Return the lines of a key without quotes, indentation, string operators and comment signs; empty ones left out.

    `inside` ends where the text's last frame line begins: what stands before it on its line, every line has.
    """
    for escape, sign in _SIGNS:
        inside = re.sub(escape, sign, inside)
    raw = _LINE_END.split(inside)
    lead = raw[-1].strip(_EDGES)
    lead = lead if len(raw) > 1 and _LEAD.fullmatch(lead) else b""
    if lead:
        raw.pop()
    cleaned = (_cleaned(line, lead) for line in raw)
    return [line for line in cleaned if line not in (b"", b"+", b".", b"&", b"_")]


def _cleaned(line: bytes, lead: bytes) -> bytes:
    quoted = _QUOTED.fullmatch(line)
    if quoted:
        return quoted[1].strip(_EDGES)
    return line.strip(_EDGES).removeprefix(lead).strip(_EDGES)


def scripted(inside: bytes) -> list[bytes]:
    """Return the lines of a key that a script writes one by one (`echo "..." >> key.pem`), empty when it is none.

    What stands before the last frame line stands before each line, whatever comes behind.
    """
    for line_end in _LINE_ENDS:
        _, *raw, last = (b"", *line_end.split(inside))[-_MOST_LINES:]
        lead = _REDIRECTED.sub(b">", last).strip()
        within = [line for line in map(bytes.strip, raw[1:]) if line]
        written = [line for line in (_REDIRECTED.sub(b">", one) for one in within) if line.startswith(lead)]
        if lead and len(written) >= max(1, len(within) - _LOOSE):
            return [line for line in (_written(line[len(lead) :].lstrip()) for line in written) if line]
    return []


def _written(rest: bytes) -> bytes:
    run = _RUN.match(rest)
    return rest.partition(b'"')[0] if _HEADER.match(rest) else run[0] if run else b""


def joined(found: list[bytes]) -> bytes:
    """Return the lines as one, but for headers (`Version: ...`)."""
    return b"".join(line for line in found if not _HEADER.match(line)).translate(None, b" \t")


def base64_of(found: list[bytes]) -> bytes:
    """Decode lines of base64. Raises KeyFormatError."""
    text = joined(found)
    if len(text) > MAX_BYTES * 4 // 3:
        raise KeyFormatError
    try:
        return b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except ValueError:
        raise KeyFormatError from None
