"""Whether every match of an expression holds one of some words: then asking for the word first changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from scanner.convert.nodes import Alt, Cat, Chars, Group, Lit, Node, Rep

_MOST: Final = 64  # texts that are followed at once
_FEW: Final = 4  # members of a class that are tried one by one


def holds_one(root: Node, words: Sequence[str]) -> bool:
    """Return whether each match holds one of the words, whatever their case. False when that cannot be told."""
    wanted = tuple(word.lower().encode("utf-8") for word in words)
    return bool(wanted) and _holds(root, wanted)


def _holds(node: Node, words: tuple[bytes, ...]) -> bool:
    match node:
        case Alt(items):
            return all(_holds(item, words) for item in items)
        case Group():
            return _holds(node.item, words)
        case Rep():
            return node.least > 0 and _holds(node.item, words)
        case Cat(items):
            return _sequence_holds(items, words)
        case _:
            return _all_hold(_texts(node) or (), words)


def _sequence_holds(items: tuple[Node, ...], words: tuple[bytes, ...]) -> bool:
    run: tuple[bytes, ...] = (b"",)
    for item in items:
        texts = _texts(item)
        if texts is None:
            if _all_hold(run, words) or _holds(item, words):
                return True
            run = (b"",)
            continue
        if len(run) * len(texts) > _MOST:
            if _all_hold(run, words):
                return True
            run = (b"",)
        run = tuple(dict.fromkeys(one + other for one in run for other in texts))
    return _all_hold(run, words)


def _all_hold(texts: tuple[bytes, ...], words: tuple[bytes, ...]) -> bool:
    return bool(texts) and all(any(word in text for word in words) for text in texts)


def _texts(node: Node) -> tuple[bytes, ...] | None:
    """Return all texts that the node matches, in lower case, or None when they are too many."""
    match node:
        case Lit(byte):
            return (bytes([byte]).lower(),)
        case Chars(members):
            lowered = {bytes([byte]).lower() for byte in members} if len(members) <= 2 * _FEW else set()
            return tuple(sorted(lowered)) if 0 < len(lowered) <= _FEW else None
        case Cat(items):
            return _product([_texts(item) for item in items])
        case Alt(items):
            found = [_texts(item) for item in items]
            texts = [text for some in found if some is not None for text in some]
            return tuple(dict.fromkeys(texts)) if None not in found and len(texts) <= _MOST else None
        case Group():
            return _texts(node.item)
        case Rep():
            return _repeated(node)
        case _:
            return (b"",)  # a place


def _repeated(rep: Rep) -> tuple[bytes, ...] | None:
    if rep.most is None or rep.most > _FEW:
        return None
    inner = _texts(rep.item)
    rounds = [_product([inner] * count) for count in range(rep.least, rep.most + 1)]
    texts = [text for some in rounds if some is not None for text in some]
    return tuple(dict.fromkeys(texts)) if None not in rounds and len(texts) <= _MOST else None


def _product(parts: list[tuple[bytes, ...] | None]) -> tuple[bytes, ...] | None:
    whole: tuple[bytes, ...] = (b"",)
    for part in parts:
        if part is None or len(whole) * len(part) > _MOST:
            return None
        whole = tuple(dict.fromkeys(one + other for one in whole for other in part))
    return whole
