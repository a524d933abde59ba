"""An example template from an expression: a text that it matches, the secret marked, with fields for what is free."""

from __future__ import annotations

from typing import Final

from scanner.convert.nodes import Alt, At, Cat, Chars, Group, Lit, Node, Rep
from scanner.convert.ourregex import class_inside
from scanner.ruleset.alphabets import ALPHABETS
from scanner.ruleset.shape import members

_SHOWN: Final = frozenset(range(33, 127))  # what an example is made of; a space and line ends only where they must be
_SETS: Final = {name: frozenset(members(inside)) for name, inside in ALPHABETS.items()}
_PREFERRED: Final = ("base62", "base36", "BASE36", "hex", "HEX", "alpha", "lower", "upper", "digit")
_LENGTH: Final = 24  # characters that a free repeat in a secret gets, where it may: enough to look random
_LONGEST: Final = 400  # characters; a longer one is cut to what it must have


def template(root: Node, secret: int, long: bool = False) -> str:
    """Return a template for the rule check; `secret` is the number of the group, 0 for the whole match.

    `long`: repeats in the secret at their longest.
    """
    maker = _Maker(secret, long)
    text = maker.node(root, secret == 0)
    return f"[[{text}]]" if secret == 0 else text


class _Maker:
    def __init__(self, secret: int, long: bool) -> None:
        self._secret = secret
        self._long = long

    def node(self, node: Node, in_secret: bool) -> str:
        match node:
            case Lit(byte):
                return _literal(byte)
            case Chars():
                return _field(node.members, 1, 1)
            case Cat(items):
                return "".join(self.node(item, in_secret) for item in items)
            case Alt(items):
                return self._choice(items, in_secret)
            case Group(item, number):
                if number == self._secret:
                    return f"[[{self.node(item, True)}]]"
                return self.node(item, in_secret)
            case Rep():
                return self._repeat(node, in_secret)
            case At():
                return ""

    def _choice(self, items: tuple[Node, ...], in_secret: bool) -> str:
        """Take the branch with the secret in it, all that are plain words, or the first one."""
        if not in_secret:
            for item in items:
                if self._bears_secret(item):
                    return self.node(item, in_secret)
        words = [_plain(item) for item in items]
        if all(words) and not any(set(word or "") & set("{}|[]") for word in words):
            return (
                "{" + "|".join(dict.fromkeys(word or "" for word in words)) + "}" if len(words) > 1 else words[0] or ""
            )
        return self.node(items[0], in_secret)

    def _repeat(self, rep: Rep, in_secret: bool) -> str:
        least = rep.least
        if not least and not in_secret and self._bears_secret(rep.item):
            least = 1
        if not in_secret:
            return "".join(self.node(rep.item, False) for _ in range(least)) if least else ""
        if isinstance(rep.item, Chars):
            return _field(rep.item.members, *self._lengths(rep))
        return self.node(rep.item, True) * max(least, 1 if rep.most is None else least)

    def _lengths(self, rep: Rep) -> tuple[int, int]:
        most = _LONGEST if rep.most is None else min(rep.most, max(rep.least, _LONGEST))
        if self._long:
            return min(most, max(rep.least, 4 * _LENGTH)), min(most, max(rep.least, 4 * _LENGTH))
        if rep.most is None or most > 2 * _LENGTH:
            enough = max(rep.least, min(most, _LENGTH))
            return enough, min(most, enough + _LENGTH)
        return rep.least, most

    def _bears_secret(self, node: Node) -> bool:
        if isinstance(node, Group):
            return node.number == self._secret or self._bears_secret(node.item)
        if isinstance(node, Cat | Alt):
            return any(self._bears_secret(item) for item in node.items)
        return isinstance(node, Rep) and self._bears_secret(node.item)


def _plain(node: Node) -> str | None:
    """Return the one word that the node stands for, or None."""
    match node:
        case Lit(byte) if byte in _SHOWN:
            return chr(byte)
        case Cat(items):
            words = [_plain(item) for item in items]
            return "".join(word or "" for word in words) if all(words) else None
        case Group():
            return _plain(node.item)
        case _:
            return None


def _literal(byte: int) -> str:
    character = chr(byte)
    if character in "[]":  # two of them are a mark
        return f"{{[\\{character}]:1}}"
    return character * 2 if character in "{}" else character


def _field(allowed: frozenset[int], least: int, most: int) -> str:
    if not most:
        return ""
    shown = allowed & _SHOWN
    if not shown:
        # Only white space or bytes beyond ASCII: the plainest of them.
        best = next((byte for byte in b" \n\t" if byte in allowed), min(allowed))
        return chr(best) * least
    if len(shown) == 1:
        return _literal(min(shown)) * least
    length = f"{least}" if least == most else f"{least}-{most}"
    name = next((name for name, inside in _SETS.items() if inside == shown), None)
    name = name or next((name for name in _PREFERRED if _SETS[name] <= shown), None)
    return f"{{{name or f'[{class_inside(shown)}]'}:{length}}}"
