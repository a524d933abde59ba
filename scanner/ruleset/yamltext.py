"""YAML with line numbers, and with nothing that could hurt: no tags, no aliases (so no "billion laughs"), no code.

Shared by rule files and the configuration: both turn each wrong key or value into an error with file and line.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple, NoReturn

import yaml

from scanner.errors import ConfigError, RuleError

MAX_BYTES: Final = 4 << 20
_MAX_DEPTH: Final = 20

# The C loader is eleven times faster; a build of PyYAML without libyaml lacks it.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

PlacedError = type[RuleError] | type[ConfigError]


class Text(NamedTuple):
    """One YAML document and how to complain about it."""

    file: str
    error: PlacedError

    def fail(self, message: str, node: yaml.Node | None = None, help: str | None = None) -> NoReturn:
        raise self.error(message, self.file, None if node is None else node.start_mark.line + 1, help)


class Field(NamedTuple):
    """A value and the node that it came from, for messages."""

    value: Any
    node: yaml.Node


def read_mapping(text: Text, data: bytes) -> dict[str, Field]:
    """Return the top-level mapping of a document, values converted to plain Python, empty for an empty one."""
    root = compose(text, data)
    return {} if root is None else mapping(text, root)


def compose(text: Text, data: bytes) -> yaml.Node | None:
    """Return the top of a document, None for an empty one."""
    if len(data) > MAX_BYTES:
        text.fail(f"is {len(data):,} bytes long; the limit is {MAX_BYTES:,}")
    try:
        decoded = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise text.error("is not UTF-8 text", text.file, line, "save the file as UTF-8") from None
    try:
        depth = 0
        for event in yaml.parse(decoded, Loader=_LOADER):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _MAX_DEPTH:  # libyaml takes time by the square of it
                mark = event.start_mark
                raise text.error("is nested too deeply", text.file, mark.line + 1 if mark else None)
            if isinstance(event, yaml.AliasEvent) or getattr(event, "tag", None):
                what = "aliases (*name)" if isinstance(event, yaml.AliasEvent) else "tags (!name)"
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise text.error(f"{what} are not allowed here", text.file, line)
        return yaml.compose(decoded, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise text.error(f"not valid YAML: {error.problem or error}", text.file, line) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise text.error(f"not valid YAML: {error}", text.file) from None


def mapping(text: Text, node: yaml.Node) -> dict[str, Field]:
    """Return a mapping node as fields by key. Duplicate keys, which YAML forbids and PyYAML lets pass, are errors."""
    if not isinstance(node, yaml.MappingNode):
        text.fail("a mapping (key: value) is expected here", node)
    fields: dict[str, Field] = {}
    for key_node, value_node in node.value:
        key = _plain(text, key_node, 0)
        if not isinstance(key, str):
            text.fail(f"the key {key!r} must be text", key_node)
        if key in fields:
            text.fail(f"the key {key!r} occurs twice", key_node, "keep one of them")
        fields[key] = Field(_plain(text, value_node, 0), value_node)
    return fields


def _plain(text: Text, node: yaml.Node, depth: int) -> Any:
    if depth > _MAX_DEPTH:
        text.fail("is nested too deeply", node)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(text, item, depth + 1) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        return {_plain(text, key, depth + 1): _plain(text, value, depth + 1) for key, value in _pairs(text, node)}
    return _scalar(node)


def _pairs(text: Text, node: yaml.MappingNode) -> list[tuple[yaml.Node, yaml.Node]]:
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            text.fail("keys must be text", key)
    return list(node.value)


def _scalar(node: yaml.Node) -> Any:
    tag, value = node.tag.rsplit(":", 1)[-1], node.value
    match tag:
        case "int" if value.lstrip("+-").isdecimal():
            return int(value)
        case "float":
            try:
                return float(value)
            except ValueError:
                return value
        case "bool":
            return value.lower() in ("true", "yes", "on")
        case "null":
            return None
        case _:
            return value


def reject_unknown(text: Text, fields: dict[str, Field], known: tuple[str, ...]) -> None:
    """Fail on the first key that is not known, naming the nearest one that is."""
    for key, field in fields.items():
        if key not in known:
            from difflib import get_close_matches  # only on the way to an error

            near = get_close_matches(key, known, 1)
            help = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(known)}"
            line_node = field.node
            text.fail(f"unknown key {key!r}", line_node, help)
