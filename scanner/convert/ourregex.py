"""Writes a regular expression as a rule's pattern: bounded, over bytes, with one named group, as `re` and `regex` both
read it."""

from __future__ import annotations

from typing import Final

from scanner.convert.nodes import BYTES, LETTERS, Alt, At, Cat, Chars, Group, Lit, Node, Rep, folded

_PLACES: Final = {
    "begin": r"\A",
    "end": r"\Z",
    "line-begin": r"(?<![^\n])",
    "line-end": r"(?![^\n])",
    "word": r"\b",
    "not-word": r"\B",
}
_NAMED: Final = {9: r"\t", 10: r"\n", 12: r"\f", 13: r"\r"}
_SPECIAL: Final = frozenset(b"\\.^$*+?{}[]|()")
_SPECIAL_IN_CLASS: Final = frozenset(b"\\]^[-&|~")  # the last three: `regex` has set operations of them
_NO_NEWLINE: Final = BYTES - {10}


def write(root: Node, secret: int | None) -> str:
    """Return the pattern. `secret` is the number of the group that holds the secret, 0 the whole match, None: no group.

    Each repeat must have an end.
    """
    writer = _Writer(secret, _needs_fold(root))
    text = writer.node(root)
    return f"(?P<secret>{text})" if secret == 0 else text


class _Writer:
    def __init__(self, secret: int | None, has_fold: bool) -> None:
        self._secret = secret
        self._has_fold = has_fold

    def node(self, node: Node, inside_fold: bool = False) -> str:
        """Return the source of a node; `inside_fold`: it stands in a `(?i:...)` already."""
        if isinstance(node, Cat) and len(node.items) == 1:
            return self.node(node.items[0], inside_fold)
        if not inside_fold and _needs_fold(node) and _bears_fold(node):
            return self._folding(node)
        match node:
            case Lit(byte):
                return _byte(byte, _SPECIAL)
            case Chars(members):
                # Where a match may begin with `(?i:x)` or with `[^ab]`, `regex` (2026.11) does not find one that begins
                # with `A`: it takes the case of the one for that of the other. Ranges it understands.
                return _class(members, may_negate=not self._has_fold or _bears_fold(node))
            case At(place):
                return _PLACES[place]
            case Cat(items):
                return self._sequence(items, inside_fold)
            case Alt(items):
                return f"(?:{'|'.join(self.node(item, inside_fold) for item in items)})"
            case Group(item, number):
                name = "?P<secret>" if number == self._secret else "?:"
                return f"({name}{_opened(self.node(item, inside_fold), item)})"
            case Rep():
                return self._repeat(node, inside_fold)

    def _folding(self, node: Node) -> str:
        return f"(?i:{_opened(self.node(node, inside_fold=True), node)})"

    def _sequence(self, items: tuple[Node, ...], inside_fold: bool) -> str:
        """Join neighbours that need `(?i:...)`, and what stands between them and does not mind, into one."""
        if inside_fold:
            return "".join(self.node(item, inside_fold) for item in items)
        out: list[str] = []
        at = 0
        while at < len(items):
            end = at
            while end < len(items) and _bears_fold(items[end]):
                end += 1
            while end > at and not _needs_fold(items[end - 1]):
                end -= 1
            if end > at and (needing := next(n for n in range(at, end) if _needs_fold(items[n]))) == at:
                out.append(self._folding(Cat(items[at:end])))
                at = end
            else:
                until = needing if end > at else at + 1
                out += [self.node(item) for item in items[at:until]]
                at = until
        return "".join(out)

    def _repeat(self, rep: Rep, inside_fold: bool) -> str:
        item = self.node(rep.item, inside_fold)
        if not _is_single(rep.item):
            item = f"(?:{item})"
        if (rep.least, rep.most) == (0, 1):
            count = "?"
        else:
            count = f"{{{rep.least}}}" if rep.least == rep.most else f"{{{rep.least},{rep.most}}}"
        return item + count + ("?" if rep.lazy else "")


def _opened(text: str, node: Node) -> str:
    """Return an alternation without the group of its own that it gets, for one that gives it a group anyway."""
    return text[3:-1] if isinstance(node, Alt) and not text.startswith("(?i:") else text


def _is_single(node: Node) -> bool:
    return isinstance(node, Lit | Chars | Alt | Group)


def _needs_fold(node: Node) -> bool:
    match node:
        case Lit(_, fold):
            return fold
        case Chars() | At():
            return False
        case Cat(items) | Alt(items):
            return any(_needs_fold(item) for item in items)
        case Rep() | Group():
            return _needs_fold(node.item)


def _bears_fold(node: Node) -> bool:
    """Whether it means the same within `(?i:...)`."""
    match node:
        case Lit(byte, fold):
            return fold or byte not in LETTERS
        case Chars(members):
            return members == folded(members)
        case At():
            return True
        case Cat(items) | Alt(items):
            return all(_bears_fold(item) for item in items)
        case Rep() | Group():
            return _bears_fold(node.item)


def _byte(byte: int, special: frozenset[int]) -> str:
    if byte in _NAMED:
        return _NAMED[byte]
    if not 32 <= byte < 127:
        return f"\\x{byte:02x}"
    return f"\\{chr(byte)}" if byte in special else chr(byte)


def _class(members: frozenset[int], may_negate: bool) -> str:
    if members == BYTES:
        return "(?s:.)"
    if members == _NO_NEWLINE:
        return "."
    if len(members) == 1:
        return _byte(min(members), _SPECIAL)
    negated = may_negate and len(members) > len(BYTES) // 2
    return f"[{'^' if negated else ''}{class_inside(BYTES - members if negated else members)}]"


def class_inside(members: frozenset[int]) -> str:
    """Return what stands between the brackets of a class: ranges of four and more, the rest one by one."""
    runs: list[list[int]] = []
    for byte in sorted(members):
        if runs and byte == runs[-1][-1] + 1:
            runs[-1].append(byte)
        else:
            runs.append([byte])
    return "".join(_run(run) for run in runs)


def _run(run: list[int]) -> str:
    if len(run) < 4:
        return "".join(_byte(byte, _SPECIAL_IN_CLASS) for byte in run)
    return f"{_byte(run[0], _SPECIAL_IN_CLASS)}-{_byte(run[-1], _SPECIAL_IN_CLASS)}"
