"""Drafts as the text of a rule file, in the order and style of those that people write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from scanner.convert.drafts import Draft, LeftOut
from scanner.redact import printable

_WIDTH: Final = 110
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def text_of(provider: str, source: str, entries: Sequence[Draft | LeftOut]) -> str:
    """Return the file's text; rules that were left out are comments."""
    lines = [
        f"# Imported from {printable(source)} by `redhanded rules import`. docs/writing-rules.md explains the keys.",
        f"provider: {scalar(provider)}",
        "rules:",
    ]
    for entry in entries:
        lines += _rule(entry) if isinstance(entry, Draft) else _comment(entry, source)
    return "\n".join(lines) + "\n"


def _rule(draft: Draft) -> Iterator[str]:
    yield f"  - id: {draft.id}"
    yield f"    name: {scalar(draft.name)}"
    yield f"    description: {scalar(draft.description)}"
    yield f"    severity: {draft.severity}"
    yield f"    evidence: {draft.evidence}"
    yield f"    pattern: {scalar(draft.pattern)}"
    if draft.min_entropy:
        yield f"    min_entropy: {draft.min_entropy:.6g}"
    for key in ("paths", "allow", "pair", "tags"):
        if values := getattr(draft, key):
            yield from _list(key, values)
    if draft.example:
        yield from _list("examples", (draft.example,))
    yield ""


def _list(key: str, values: Sequence[str]) -> Iterator[str]:
    written = [scalar(value) for value in values]
    short = f"    {key}: [{', '.join(written)}]"
    if len(short) <= _WIDTH and key in ("pair", "tags", "paths"):
        yield short
        return
    yield f"    {key}:"
    yield from (f"      - {value}" for value in written)


def _comment(left: LeftOut, source: str) -> Iterator[str]:
    yield f"  # Left out: rule {printable(repr(left.id))} ({printable(source)}:{left.line}): {printable(left.reason)}"
    if left.source:
        yield f"  #   its regex: {printable(left.source)}"
    yield ""


def scalar(text: str) -> str:
    """Return a text as YAML, in single quotes where it can stand there."""
    if text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(_ESCAPES.get(c) or (c if c.isprintable() else _escaped(c)) for c in text) + '"'


def _escaped(character: str) -> str:
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
