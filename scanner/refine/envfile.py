"""An environment file (`.env`) that holds values: its own kind of finding, one for a file.

Empty values, references, placeholders, switches and numbers are no values that count. That a file is an example is told
by its name, which the rule's paths leave out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from scanner.model import Drop, Keep, Span
from scanner.refine import placeholder
from scanner.refine.subject import Subject

_LARGEST: Final = 1 << 18  # bytes; a longer one is judged by its beginning
_BEGINNING: Final = 1024
_LINE: Final = re.compile(
    rb"""(?m)^[ \t]*(?:export[ \t]+)?([A-Za-z_][0-9A-Za-z_.]{0,80})[ \t]{0,8}=[ \t]{0,8}"""
    rb"""(?:"([^"\r\n]{0,4096})"|'([^'\r\n]{0,4096})'|([^\s#"'][^\r\n]{0,4096})?)"""
)
# How a _LINE begins.
_GIVEN: Final = re.compile(rb"(?m)^[ \t]*(?:export[ \t]+)?[A-Za-z_][0-9A-Za-z_.]{0,80}[ \t]{0,8}=")
_FULL: Final = re.compile(rb"(?m)^[ \t]*[^\s#]")  # a line that is neither empty nor a comment
_COMMENT: Final = re.compile(rb"[ \t]+#.*", re.DOTALL)
# Switches, numbers, names of surroundings and of levels, addresses of the machine itself.
_HARMLESS: Final = re.compile(
    rb"""(?ix) true | false | yes | no | on | off | enabled? | disabled?
    | null | none | nil | undefined | auto | default
    | -?[0-9]{1,9}(?:\.[0-9]{1,6})?[smhdkgb]{0,2}
    | [0-9.]{7,15}(?::[0-9]{1,5})?
    | [0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.]{5,15}(?:Z|[+-][0-9:]{4,5})?)?
    | prod(?:uction)? | dev(?:elopment|elop)? | stag(?:e|ing) | test(?:ing)? | local | ci | debug | info | warn(?:ing)?
    | error | trace | verbose | silent | localhost(?::[0-9]{1,5})? | https?://(?:localhost|127\.0\.0\.1)(?::[0-9]{1,5})?/?
    | utf-?8
    | [a-z]{2}_[a-z]{2}(?:\.utf-?8)? | [./][\w./-]{0,200} | \*"""
)
_REFERENCE: Final = re.compile(
    rb"\$[A-Za-z_({]|(?:op|vault|ssm|secretsmanager|keyvault|doppler|sops|awssm|gcpsm|bws)[:/]|ENC\[|encrypted:"
)
_STAND_IN: Final = re.compile(
    rb"(?i)<[^<>]*>|\[[^\[\]]*\]|x{3,}|\*{3,}|\.{3}|(?:your|my|some|change|replace|insert|example|todo)(?:[\W_].*)?"
)
_TELLING: Final = re.compile(rb"(?i)pass|pwd|secret|token|key|cred|auth|dsn|salt|webhook|private")

_EMPTY: Final = Drop("no-values", "the file holds no values")
_COUNTED: Final = Drop("same-file", "the file is told of at its first value")
_ELSEWHERE: Final = Drop("no-file", "it is no file of its own")


class Held(NamedTuple):
    """What a file holds: where the name of its first value begins, how many values there are, and where those stand
    whose name speaks of secrets.
    """

    first: int
    values: int
    secrets: tuple[Span, ...]


def refine(subject: Subject) -> Keep | Drop | None:
    if not subject.path and not subject.path_follows:
        return _ELSEWHERE
    held = _held(subject.data)
    if not held.values:
        return _EMPTY
    if subject.secret.start != held.first:
        return _COUNTED
    counted = "1 value" if held.values == 1 else f"{held.values} values"
    telling = len(held.secrets)
    named = f", {telling} with a name that speaks of secrets" if telling else ""
    return Keep("contextual", f"it holds {counted}{named}", severity="medium" if telling else None)


def is_one(data: bytes) -> bool:
    """Whether the data says itself that it is an environment file, and no script. Content without a name yet is asked
    this before its lines are: else the paths of every script in a history would have to be looked up.
    """
    return _begins_like_settings(data) and _is_settings(data)


def is_told(subject: Subject, others: Sequence[Span]) -> bool:
    """Whether findings at these places, one at least, say all that there is to say of an environment file."""
    return all(any(a < end and start < b for a, b in others) for start, end in _held(subject.data).secrets)


@lru_cache(maxsize=4)  # asked for each name in it
def _begins_like_settings(data: bytes) -> bool:
    """Whether at least half of the first lines below the opening comments give a value to a name: a quick look."""
    first = _FULL.search(data, 0, _LARGEST)
    begin = first.start() if first else 0
    lines = [line for line in data[begin : begin + _BEGINNING].split(b"\n")[:-1] if _FULL.match(line)]
    return sum(_LINE.match(line) is not None for line in lines) * 2 >= len(lines)


@lru_cache(maxsize=4)  # asked for each name in it
def _is_settings(data: bytes) -> bool:
    """Whether nine of ten lines give a value to a name."""
    lines = len(_GIVEN.findall(data, 0, _LARGEST))
    return len(_FULL.findall(data, 0, _LARGEST)) * 9 <= lines * 10


@lru_cache(maxsize=4)  # asked for each name in it
def _held(data: bytes) -> Held:
    first = -1
    values = 0
    secrets: list[Span] = []
    for line in _LINE.finditer(data, 0, _LARGEST):
        if _counts(line):
            first = line.start(1) if first < 0 else first
            values += 1
            if _TELLING.search(line[1]):
                secrets.append(Span(*line.span(line.lastindex or 0)))
    return Held(first, values, tuple(secrets))


def _counts(line: re.Match[bytes]) -> bool:
    return is_value(line[2] or line[3] or _COMMENT.sub(b"", line[4] or b"").strip())


def is_value(value: bytes) -> bool:
    """Whether a value says something: it is no switch, number, reference or placeholder."""
    if not value or _HARMLESS.fullmatch(value) or _REFERENCE.match(value) or _STAND_IN.fullmatch(value):
        return False
    return placeholder.free_text(value) is None
