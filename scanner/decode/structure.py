"""What stands where in JSON and YAML: every scalar with the keys that lead to it and its place.

YAML is read by PyYAML as a stream of events, so that an anchor is never followed. The `json` module tells no places, so
JSON is read token by token. Of a malformed document that is known which was read before the fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

DEEPEST: Final = 64  # collections within each other; parsers of YAML need more than linear time beyond
_TOKEN: Final = re.compile(
    rb"""[{}\[\]]|"(?P<text>(?:[^"\\]|\\.)*)(?:"|\Z)|(?P<word>[^\s{}\[\],:"]{1,64})""", re.DOTALL
)
# Every byte that is not printable ASCII becomes a letter: offsets stay, and PyYAML refuses nothing.
_ASCII: Final = bytes(byte if byte in b"\t\n\r" or 0x20 <= byte < 0x7F else 0x78 for byte in range(256))
_ACTIONS: Final = re.compile(rb"\{\{[^{}\r\n]*\}\}")  # of a template
_OPENING: Final = ("{", "[")


class Scalar(NamedTuple):
    """A text in a document: the keys (and numbers) that lead to it, what it says, and its place, quotes and all."""

    path: tuple[str, ...]
    value: str
    start: int
    end: int


Event = tuple[str, str, int, int]  # one of `{`, `[`, `}`, `]`, or "" for a scalar; its text, and its place


class _Open:
    """A collection that is being read; `key` is where in it."""

    def __init__(self, is_mapping: bool) -> None:
        self.is_mapping = is_mapping
        self.wants_key = is_mapping
        self.key = "" if is_mapping else "0"

    def next(self) -> None:
        if self.is_mapping:
            self.wants_key = True
        else:
            self.key = str(int(self.key) + 1)


def scalars(events: Iterable[Event]) -> Iterator[Scalar]:
    """Yield the scalars of a document that are no keys, until it ends or is nested too deeply."""
    opened: list[_Open] = []
    for kind, value, start, end in events:
        if kind in _OPENING:
            if len(opened) >= DEEPEST:
                return
            opened.append(_Open(kind == "{"))
            continue
        if kind:
            if opened:
                opened.pop()
            if not opened:
                return
        elif not opened:
            return
        elif opened[-1].wants_key:
            opened[-1].key, opened[-1].wants_key = value, False
            continue
        else:
            yield Scalar(tuple(one.key for one in opened), value, start, end)
        opened[-1].next()


def json_events(data: bytes, start: int, end: int) -> Iterator[Event]:
    """Yield what a JSON text consists of, as far as it goes."""
    for token in _TOKEN.finditer(data, start, end):
        group = token.lastgroup
        if group is None:
            yield token[0].decode(), "", *token.span()
        else:
            yield "", token[group].decode("latin-1"), *token.span(group)


def yaml_events(data: bytes, start: int, end: int) -> Iterator[Event]:
    """Yield what the first YAML document of this part consists of, up to what is malformed. A template's actions are
    words in it.
    """
    import yaml  # few files need it

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = _ACTIONS.sub(_word, data[start:end].translate(_ASCII)).decode("ascii")
    try:
        for event in yaml.parse(text, Loader=loader):
            if event.start_mark is None or event.end_mark is None:
                continue
            low, high = event.start_mark.index + start, event.end_mark.index + start
            if isinstance(event, yaml.MappingStartEvent):
                yield "{", "", low, high
            elif isinstance(event, yaml.SequenceStartEvent):
                yield "[", "", low, high
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                yield "}", "", low, high
            elif isinstance(event, (yaml.ScalarEvent, yaml.AliasEvent)):
                yield "", getattr(event, "value", ""), low, high
    except yaml.YAMLError:
        return


def _word(action: re.Match[bytes]) -> bytes:
    """Return what stands for an action: a comment where the line has nothing else, as conditions and loops have."""
    text, (start, end) = action.string, action.span()
    line = text.rfind(b"\n", 0, start) + 1
    is_alone = not text[line:start].strip() and text[end : end + 2].lstrip(b" \r")[:1] in (b"", b"\n")
    return (b"#" if is_alone else b"x") + b"x" * (end - start - 1)
