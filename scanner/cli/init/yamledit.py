"""Adds to a YAML file as text, so that its comments and its format stay; and proves that nothing else has changed.

What cannot be told from the places that the parser names (a list in braces, two documents) is refused, not guessed.
"""

from __future__ import annotations

from typing import Any, Final

import yaml

_MOST_NODES: Final = 50_000  # aliases of aliases can stand for more than any memory holds
_DEEPEST: Final = 50

Plain = tuple[Any, ...]


class CannotEditError(Exception):
    """Why a file is left to a person."""


def tree(text: str) -> Plain | None:
    """Return what a document says, tags as they are; None for an empty one. Raises CannotEditError."""
    root = _compose(text)
    return None if root is None else _plain(root, [_MOST_NODES], 0)


def with_item(text: str, key: str, item: str) -> str:
    """Return the text with one item more at the end of the list `key`. `item` begins with `- ` and ends its line.

    Raises CannotEditError.
    """
    root = _compose(text)
    changed = _with_newlines(_inserted(text, root, key, item), text)
    before, after = tree(text), tree(changed)
    added = tree(f"{key}:\n{item}")
    if after is None or added is None or _pairs(after) != _joined(_pairs(before), key, _value(_pairs(added), key)):
        raise CannotEditError(f"it has a form in which nothing can be added to `{key}` with certainty")
    return changed


def with_keys(text: str, more: str) -> str:
    """Return the text with top-level keys more at its end. Raises CannotEditError."""
    gap = "" if not text.strip() else "\n" if text.endswith("\n") else "\n\n"
    changed = _with_newlines(text + gap + more, text)
    added = _pairs(tree(more))
    if _pairs(tree(changed)) != [*_pairs(tree(text)), *added]:
        raise CannotEditError("it has a form to which nothing can be added with certainty")
    return changed


def keys(text: str) -> dict[str, Plain]:
    """Return the values of the top-level keys. Raises CannotEditError."""
    return {str(key[1]): value for key, value in _pairs(tree(text))}


def _compose(text: str) -> yaml.Node | None:
    try:
        depth = 0
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise CannotEditError("it is nested too deeply")
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise CannotEditError(f"line {mark.line + 1 if mark else 1}: {error.problem or 'not valid YAML'}") from None
    except (yaml.YAMLError, RecursionError):
        raise CannotEditError("it is not valid YAML") from None


def _plain(node: yaml.Node, left: list[int], depth: int) -> Plain:
    left[0] -= 1
    if left[0] < 0 or depth > _DEEPEST:
        raise CannotEditError("its aliases stand for too much")
    if isinstance(node, yaml.MappingNode):
        pairs = [(_plain(key, left, depth + 1), _plain(value, left, depth + 1)) for key, value in node.value]
        return node.tag, pairs
    if isinstance(node, yaml.SequenceNode):
        return node.tag, [_plain(item, left, depth + 1) for item in node.value]
    return node.tag, node.value


def _pairs(plain: Plain | None) -> list[tuple[Plain, Plain]]:
    """Return the pairs of a mapping, none of nothing. Raises CannotEditError for anything else."""
    if plain is None:
        return []
    tag, value = plain
    if tag != "tag:yaml.org,2002:map":
        raise CannotEditError("it is no mapping (key: value)")
    return list(value)


def _value(pairs: list[tuple[Plain, Plain]], name: str) -> Plain:
    return next(value for key, value in pairs if key[1] == name)


def _joined(pairs: list[tuple[Plain, Plain]], name: str, added: Plain) -> list[tuple[Plain, Plain]]:
    """Return the pairs with the items of `added` at the end of the list `name`."""
    if all(key[1] != name for key, _ in pairs):
        return [*pairs, (("tag:yaml.org,2002:str", name), added)]
    return [(key, _longer(value, added) if key[1] == name else value) for key, value in pairs]


def _longer(value: Plain, added: Plain) -> Plain:
    items = value[1] if isinstance(value[1], list) else []
    return added[0], [*items, *added[1]]


def _inserted(text: str, root: yaml.Node | None, key: str, item: str) -> str:
    if root is None:
        return f"{_ended(text)}{key}:\n{_indented(item, 2)}"
    if not isinstance(root, yaml.MappingNode):
        raise CannotEditError("it is no mapping (key: value)")
    node = next((value for name, value in root.value if name.value == key), None)
    if node is None:
        return f"{_ended(text)}{key}:\n{_indented(item, 2)}"
    if isinstance(node, yaml.SequenceNode) and node.value and not node.flow_style:
        return _after_line(text, _last_line(node.value[-1]), _indented(item, node.start_mark.column))
    if node.value and node.tag != "tag:yaml.org,2002:null":
        raise CannotEditError(f"`{key}` is written in one line, or is no list")
    start, end = node.start_mark.index, node.end_mark.index
    return _after_line(text[:start] + text[end:], node.start_mark.line, _indented(item, 2))


def _last_line(node: yaml.Node) -> int:
    """Return the number of the last line, from 0, on which something of the node stands."""
    if isinstance(node, yaml.ScalarNode) or getattr(node, "flow_style", False):
        mark = node.end_mark
        return mark.line - 1 if mark.column == 0 and mark.line > node.start_mark.line else mark.line
    below = [part for item in node.value for part in (item if isinstance(item, tuple) else (item,))]
    return max([node.start_mark.line, *map(_last_line, below)])


def _after_line(text: str, number: int, more: str) -> str:
    lines = text.splitlines(keepends=True)
    head = "".join(lines[: number + 1])
    return f"{_ended(head)}{more}{''.join(lines[number + 1 :])}"


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else f"{text}\n"


def _indented(item: str, by: int) -> str:
    return "".join(f"{' ' * by}{line}" if line.strip() else line for line in item.splitlines(keepends=True))


def _with_newlines(changed: str, text: str) -> str:
    """Return the changed text with the line ends that the text had."""
    if "\r\n" not in text:
        return changed
    return changed.replace("\r\n", "\n").replace("\n", "\r\n")
