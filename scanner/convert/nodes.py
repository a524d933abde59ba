"""The parts of a regular expression, and facts about them that do not depend on how they are written."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

BYTES: Final = frozenset(range(256))
LETTERS: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_CASE: Final = 0x20  # what tells an ASCII letter from its other case

Place = Literal["begin", "end", "line-begin", "line-end", "word", "not-word"]


class Lit(NamedTuple):
    """One byte; `fold`: a letter in either case."""

    byte: int
    fold: bool = False


class Chars(NamedTuple):
    """One byte of a set."""

    members: frozenset[int]


class Cat(NamedTuple):
    items: tuple[Node, ...] = ()


class Alt(NamedTuple):
    items: tuple[Node, ...]


class Rep(NamedTuple):
    """`most` is None for a repeat without an end; `text` is the repeat as it was written."""

    item: Node
    least: int
    most: int | None
    lazy: bool
    text: str


class Group(NamedTuple):
    """A capturing group, numbered from 1."""

    item: Node
    number: int
    name: str = ""


class At(NamedTuple):
    place: Place


Node = Lit | Chars | Cat | Alt | Rep | Group | At


def children(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Cat | Alt):
        return node.items
    return (node.item,) if isinstance(node, Rep | Group) else ()


def walk(node: Node) -> list[Node]:
    """Return the node and all below it, in the order of the text."""
    return [node, *(found for inner in children(node) for found in walk(inner))]


def groups(node: Node) -> list[Group]:
    return [found for found in walk(node) if isinstance(found, Group)]


def width(node: Node) -> int:
    """Return how many bytes a match may have at most. Each repeat must have an end."""
    match node:
        case Lit() | Chars():
            return 1
        case Cat(items):
            return sum(width(item) for item in items)
        case Alt(items):
            return max(width(item) for item in items)
        case Rep(item, _, most):
            assert most is not None
            return width(item) * most
        case Group(item):
            return width(item)
        case At():
            return 0


def may_be_empty(node: Node) -> bool:
    """Whether the node can match no byte at all."""
    match node:
        case Lit() | Chars():
            return False
        case Cat(items):
            return all(may_be_empty(item) for item in items)
        case Alt(items):
            return any(may_be_empty(item) for item in items)
        case Rep():
            return not node.least or may_be_empty(node.item)
        case Group():
            return may_be_empty(node.item)
        case At():
            return True


def may_be_absent(node: Node, number: int) -> bool:
    """Whether a match may leave the group out: it stands in a repeat from 0, or in one branch of several."""
    if isinstance(node, Group) and node.number == number:
        return False
    for inner in children(node):
        if any(group.number == number for group in groups(inner)):
            optional = isinstance(node, Alt) or (isinstance(node, Rep) and node.least == 0)
            return optional or may_be_absent(inner, number)
    return True


def folded(members: frozenset[int]) -> frozenset[int]:
    """Return the set with both cases of its letters."""
    return members | {byte ^ _CASE for byte in members & LETTERS}
