"""Base64 and hexadecimal runs: how a literal looks in them, how far a run goes, and what it says."""

from __future__ import annotations

import re
from base64 import b64encode
from binascii import Error, a2b_base64, unhexlify
from collections import deque
from typing import Final

from scanner.decode.derived import Derived, Digits
from scanner.model import Span

_LONGEST: Final = 4 << 20  # bytes of a run, line ends and all
_SHORTEST: Final = 16  # bytes decoded: less holds no token
_PIECE: Final = 4096
_WIDEST: Final = 1000  # bytes of a line of wrapped base64
_LINE: Final = 40  # digits that a line of wrapped base64 has at least, but for the last one
_INDENT: Final = b" \t\"'+,"
_ENDED: Final = re.compile(rb"(?:\\{1,4}r)?\\{1,4}n")
_LAST: Final = re.compile(rb"[ \t]{0,40}([A-Za-z0-9+/_-]{1,200})={0,2}(?=[\"'})\]<,;`])")  # and what closes it
_LEADS: Final = (b" ", b"\t", b"=", b":", b",", b'"', b"'")  # what stands before the first of several lines
_BASE64: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"
_HEX: Final = b"0123456789abcdefABCDEF"
_DIGITS: Final = re.compile(rb"[A-Za-z0-9+/_-]+")
_PADDING: Final = b" \t\r\n\"'="
_STANDARD: Final = bytes.maketrans(b"-_", b"+/")


def base64_forms(literal: bytes) -> tuple[bytes, bytes, bytes]:
    """Return the digits that the literal fixes wherever it stands in base64: at each of three phases, which are how
    many bytes of a group of three come before it.
    """
    forms = []
    for phase in range(3):
        digits = b64encode(b"\0" * phase + literal)
        forms.append(digits[-(-phase * 8 // 6) : (phase + len(literal)) * 8 // 6])
    return forms[0], forms[1], forms[2]


def base64_text(data: bytes, hit: int, phase: int) -> Derived | None:
    """Return what the run says that has, at the offset `hit`, the first digit of a literal's form at this phase."""
    runs = _wrapped(data, hit, _BASE64)
    before = sum(min(end, hit) - start for start, end in runs if start < hit)
    skip = (before - -(-phase * 8 // 6)) % 4  # digits before the first whole group
    digits = b"".join(data[start:end] for start, end in runs)[skip:].translate(_STANDARD)
    digits = digits[: len(digits) - (len(digits) % 4 == 1)]
    try:
        said = a2b_base64(digits + b"=" * (-len(digits) % 4))
    except Error:
        return None
    return _derived(said, "base64", 6, runs, skip)


def base64_between(data: bytes, start: int, end: int) -> Derived | None:
    """Return what is said between two offsets, if nothing stands there but base64, in however many lines."""
    runs = [run.span() for run in _DIGITS.finditer(data, start, end)]
    if not runs or _DIGITS.sub(b"", data[start:end]).strip(_PADDING):
        return None
    digits = b"".join(data[low:high] for low, high in runs).translate(_STANDARD)
    if len(digits) % 4 == 1:
        return None
    said = a2b_base64(digits + b"=" * (-len(digits) % 4))
    return _derived(said, "base64", 6, runs, 0, shortest=1)


def hex_text(data: bytes, hit: int) -> Derived | None:
    """Return what the run of hex digits says that has two of a byte at the offset `hit`, over all its lines."""
    runs = _wrapped(data, hit, _HEX)
    skip = sum(min(end, hit) - start for start, end in runs if start < hit) % 2
    digits = b"".join(data[start:end] for start, end in runs)[skip:]
    said = unhexlify(digits[: len(digits) // 2 * 2])
    return _derived(said, "hex", 4, runs, skip)


def _derived(
    said: bytes, via: str, bits: int, runs: list[tuple[int, int]], skip: int, shortest: int = _SHORTEST
) -> Derived | None:
    if len(said) < shortest:
        return None
    places: list[tuple[int, int]] = []
    digits = -skip
    for start, end in runs:
        places.append((digits, start))
        digits += end - start
    return Derived(said, via, Span(runs[0][0], runs[-1][1]), Digits(bits, places))


def _wrapped(data: bytes, hit: int, digits: bytes) -> list[tuple[int, int]]:
    """Return the run of digits around the hit, and those on the lines before and after that it goes on from and to."""
    runs = deque(_in_string(data, _run(data, hit, digits), digits))
    while (before := _line_before(data, runs[0], digits)) and runs[-1][1] - before[0] < _LONGEST:
        runs.appendleft(before)
    if first := _end_of_line(data, runs[0], digits):
        runs.appendleft(first)
    while (after := _line_after(data, runs[-1], digits)) and after[1] - runs[0][0] < _LONGEST:
        runs.append(after)
    return list(runs)


def _in_string(data: bytes, run: tuple[int, int], digits: bytes) -> deque[tuple[int, int]]:
    """Return the run, and those that it goes on from and to behind line ends that are written as `\\n`."""
    runs = deque([run])
    while data[runs[0][0] - 1 : runs[0][0] + 1] == b"\\n" and runs[-1][1] - runs[0][0] < _LONGEST:
        start, end = runs[0]
        runs[0] = (start + 1, end)  # the n is no digit
        ended = _ENDED.search(data, max(0, start - 8), start + 1)
        stop = ended.start() if ended else start - 1
        before = _run(data, stop, digits)[0]
        if stop - before < _LINE:
            break
        runs.appendleft((before, stop))
    while runs[-1][1] - runs[-1][0] >= _LINE and (ended := _ENDED.match(data, runs[-1][1])):
        after = _DIGITS.match(data, ended.end())
        if after is None or after.end() - runs[0][0] > _LONGEST:
            break
        runs.append(after.span())
    return runs


def _line_before(data: bytes, run: tuple[int, int], digits: bytes) -> tuple[int, int] | None:
    """Return the run that the line before this one consists of, if that can go on with this one."""
    end = data.rfind(b"\n", max(0, run[0] - _LINE), run[0])
    if end < 0 or data[end + 1 : run[0]].strip(_INDENT):
        return None
    start = data.rfind(b"\n", max(0, end - _WIDEST), end) + 1
    before = _only(data, start, end, digits)
    return before if before and before[1] - before[0] >= _LINE else None


def _end_of_line(data: bytes, run: tuple[int, int], digits: bytes) -> tuple[int, int] | None:
    """Return the run at the end of the line before this one, if it is long: the first line may begin with its name."""
    end = data.rfind(b"\n", max(0, run[0] - _LINE), run[0])
    if end < 0 or data[end + 1 : run[0]].strip(_INDENT):
        return None
    end -= data.startswith(b"\r\n", end - 1)
    start = _run(data, end, digits)[0]
    return (start, end) if _LINE <= end - start < _WIDEST and data[start - 1 : start] in _LEADS else None


def _line_after(data: bytes, run: tuple[int, int], digits: bytes) -> tuple[int, int] | None:
    """Return the run that the line after this one consists of, if this one can go on with that."""
    start = data.find(b"\n", run[1], run[1] + _LINE) + 1
    if run[1] - run[0] < _LINE or not start or data[run[1] : start].strip(_INDENT + b"\r\n"):
        return None
    end = data.find(b"\n", start, start + _WIDEST)
    whole = _only(data, start, end if end >= 0 else min(len(data), start + _WIDEST), digits)
    if whole:
        return whole
    last = _LAST.match(data, start) if not data[run[1] : start].strip(b"\r\n") else None
    return last.span(1) if last else None


def _only(data: bytes, start: int, end: int, digits: bytes) -> tuple[int, int] | None:
    """Return where the run of digits stands of which the line consists, but for what indents, quotes and joins it."""
    line = data[start:end]
    begin = start + len(line) - len(line.lstrip(_INDENT))
    line = line.strip(_INDENT + b"\r").rstrip(b"=")
    return (begin, begin + len(line)) if line and not line.strip(digits) else None


def _run(data: bytes, hit: int, digits: bytes) -> tuple[int, int]:
    """Return the run of these digits around an offset, each way no longer than may be."""
    start = end = hit
    while start > max(0, hit - _LONGEST):
        piece = data[max(0, start - _PIECE) : start]
        taken = len(piece) - len(piece.rstrip(digits))
        start -= taken
        if taken < len(piece):
            break
    while end < min(len(data), hit + _LONGEST):
        piece = data[end : end + _PIECE]
        taken = len(piece) - len(piece.lstrip(digits))
        end += taken
        if taken < len(piece):
            break
    return start, end
