"""The parsed form of a regex: CPython's own parser, and the facts about its nodes that both prefilters need.

Rule patterns keep to what `re` and `regex` understand alike, so the parser of `re` can read them all. Its module
moved in Python 3.11, and it has no typing: this file is the only one that touches it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final, NamedTuple

_sre: Any = import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")

MAX_WIDTH: Final = 1 << 16  # bytes; a pattern that can match more is called unbounded

_ASSERTIONS: Final = frozenset({"ASSERT", "ASSERT_NOT", "AT"})
_REPEATS: Final = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})


class PatternError(ValueError):
    """The pattern cannot be a rule's; the message says why."""


class Node(NamedTuple):
    """One node: `op` is CPython's name for it, `least` and `most` its width in bytes, `inside` the sequences in it: one
    for most that have any, several for an alternation.
    """

    op: str
    argument: Any
    least: int
    most: int
    ignore_case: bool
    dot_all: bool
    inside: tuple[list[Node], ...] = ()


def parse(pattern: str) -> list[Node]:
    """Return the top-level nodes of a pattern, plain groups opened. Raises PatternError, also for an endless repeat."""
    try:
        tree = _sre.parse(pattern.encode("latin-1"))
    except (re.error, UnicodeEncodeError) as error:
        raise PatternError(f"not a valid pattern: {error}") from error
    if tree.state.flags & (re.IGNORECASE | re.DOTALL | re.MULTILINE | re.VERBOSE | re.LOCALE):
        raise PatternError("flags for the whole pattern are not allowed: write (?i:...) or (?s:...) around a part")
    return nodes(tree, ignore_case=False, dot_all=False)


def nodes(tree: Any, ignore_case: bool, dot_all: bool) -> list[Node]:
    """Return the nodes of a parsed sequence, plain groups opened into it."""
    found: list[Node] = []
    for op, argument in tree:
        name = str(op)
        if name == "SUBPATTERN" and not argument[1] and not argument[2]:
            found += nodes(argument[3], ignore_case, dot_all)
        elif name == "SUBPATTERN":
            added = argument[1]
            found += nodes(argument[3], ignore_case or bool(added & re.IGNORECASE), dot_all or bool(added & re.DOTALL))
        else:
            found.append(_node(name, argument, ignore_case, dot_all))
    return found


def _node(name: str, argument: Any, ignore_case: bool, dot_all: bool) -> Node:
    least, most = _width(name, argument)
    inside = tuple([nodes(sequence, ignore_case, dot_all) for sequence in _sequences(name, argument)])
    return Node(name, argument, least, most, ignore_case, dot_all, inside)


def _width(name: str, argument: Any) -> tuple[int, int]:
    if name in _ASSERTIONS:
        return 0, 0
    if name in ("LITERAL", "NOT_LITERAL", "ANY", "IN"):
        return 1, 1
    if name in _REPEATS:
        least, most, inner = argument
        if most is _sre.MAXREPEAT or int(most) >= MAX_WIDTH:
            raise PatternError("an unbounded repeat: write {0,40} or the like instead of * or +")
        width = inner.getwidth()
        return least * width[0], most * width[1]
    if name == "BRANCH":
        widths = [branch.getwidth() for branch in argument[1]]
        return min(w[0] for w in widths), max(w[1] for w in widths)
    if name == "ATOMIC_GROUP":
        width = argument.getwidth()
        return width[0], width[1]
    raise PatternError(f"{name.lower().replace('_', ' ')} is not allowed in a rule's pattern")


def _sequences(name: str, argument: Any) -> Sequence[Any]:
    """Return the parsed sequences inside a node."""
    if name == "BRANCH":
        return argument[1]  # type: ignore[no-any-return]
    if name in _REPEATS:
        return (argument[2],)
    if name == "ATOMIC_GROUP":
        return (argument,)
    return (argument[1],) if name in ("ASSERT", "ASSERT_NOT") else ()


def either(sequences: list[list[Node]], node: Node) -> Node:
    """Return an alternation of these sequences in place of a node's own."""
    least = min(sum(inner.least for inner in sequence) for sequence in sequences)
    most = max(sum(inner.most for inner in sequence) for sequence in sequences)
    return node._replace(least=least, most=most, inside=tuple(sequences))


def reach(found: list[Node]) -> tuple[int, int]:
    """Return how many bytes before and after its match the pattern looks at (lookarounds, anchors)."""
    behind = ahead = 0
    for node in found:
        if node.op == "AT":
            behind, ahead = max(behind, 1), max(ahead, 2)
        elif node.op in ("ASSERT", "ASSERT_NOT"):
            width = int(node.argument[1].getwidth()[1])
            behind, ahead = (max(behind, width), ahead) if node.argument[0] < 0 else (behind, max(ahead, width))
        for inner in node.inside:
            inside = reach(inner)
            behind, ahead = max(behind, inside[0]), max(ahead, inside[1])
    return behind, ahead


def is_repeat(node: Node) -> bool:
    return node.op in _REPEATS


def is_assertion(node: Node) -> bool:
    return node.op in _ASSERTIONS
