"""An end for every repeat: our patterns have windows of bounded width.

Where the text is the secret itself, or where any byte will do (the middle of a private key), more rounds are allowed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from scanner.convert.nodes import BYTES, Alt, Cat, Chars, Group, Node, Rep, children

BOUNDS: Final = (1000, 300, 100, 40, 20, 5)  # rounds more than the fewest; the first that fits is taken
_MORE: Final = 4  # times as many, in each of the two cases


def bounded(node: Node, secret: int | None, bound: int) -> Node:
    """Return the node with an end for each repeat; `secret` as for `ourregex.write`."""
    return _bounded(node, secret, bound, in_secret=secret == 0)


def _bounded(node: Node, secret: int | None, bound: int, in_secret: bool) -> Node:
    match node:
        case Cat(items):
            return Cat(tuple(_bounded(item, secret, bound, in_secret) for item in items))
        case Alt(items):
            return Alt(tuple(_bounded(item, secret, bound, in_secret) for item in items))
        case Group(item, number):
            return node._replace(item=_bounded(item, secret, bound, in_secret or number == secret))
        case Rep(item, least, most):
            inner = _bounded(item, secret, bound, in_secret)
            rounds = bound * (_MORE if in_secret else 1) * (_MORE if inner == Chars(BYTES) else 1)
            return node._replace(item=inner, most=least + rounds if most is None else most)
        case _:
            return node


def changes(before: Node, after: Node) -> Iterator[str]:
    """Yield what has become of the repeats without an end, given a node before and after `bounded`."""
    if isinstance(before, Rep) and isinstance(after, Rep) and before.most is None:
        yield f"`{before.text}` is {{{after.least},{after.most}}}"
    for old, new in zip(children(before), children(after), strict=True):
        yield from changes(old, new)
