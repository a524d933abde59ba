"""What the prefilters need to know of a pattern, derived from the pattern itself.

For Hyperscan an expression that matches wherever the pattern begins to match: lookarounds dropped, the tail trimmed
(Hyperscan must not count `{36}`; `regex` does that in the window). For the portable prefilter a set of
literals of which
every match holds one, and how far before it the match can begin. Both are supersets: nothing that the pattern
matches is missed.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from scanner.ruleset.built import Anchor, Look
from scanner.ruleset.tree import (
    MAX_WIDTH,
    Node,
    PatternError,
    either,
    is_assertion,
    is_repeat,
    parse,
    reach,
)

MIN_LITERAL: Final = 2  # bytes; three or more are better, but Twilio has "SK" and "AC"
TAIL: Final = 8  # characters of the body that the prefilter looks at
WEAK_TAIL: Final = 20  # the same after a literal that is short and therefore everywhere
_STRONG: Final = 4  # bytes
# Long, and in every other file, or how many words of programs end.
_EVERYWHERE: Final = ("http://", "https://", "://", "api_", "app-", "cal_", "cli_", "ion_")
_COUNTED: Final = 2
_LINE: Final = "(?m:^)"
_WIDE: Final = 1000  # bytes; a look that reaches so far cannot be confined to what is new in a version of a file

_CATEGORIES: Final = {
    "CATEGORY_DIGIT": r"\d",
    "CATEGORY_NOT_DIGIT": r"\D",
    "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S",
    "CATEGORY_WORD": r"\w",
    "CATEGORY_NOT_WORD": r"\W",
}


class Analysis(NamedTuple):
    """Widths in bytes. Wherever the pattern matches, one of the `looks` does."""

    max_width: int
    behind: int
    ahead: int
    looks: tuple[Look, ...]
    anchor: Anchor
    core: str = ""  # a pattern of one class and a count: every match holds a run of it; empty when none is known
    start: str = ""  # a pattern that matches, in lower-case data, wherever this one begins to; likewise
    linear: int = 0  # as `Rule` has it; not found out, but known of parts that tests have looked at


def analyse(pattern: str) -> Analysis:
    """Return the facts about a pattern (latin-1 text of a bytes regex). Raises PatternError."""
    # Before Python 3.11 the parser knows no atomic groups. Without them more matches, never less.
    found = parse(pattern.replace("(?>", "(?:"))
    most = sum(node.most for node in found)
    if most >= MAX_WIDTH:
        raise PatternError(f"can match {most:,} bytes; the limit is {MAX_WIDTH:,}: bound its repeats more tightly")
    if sum(node.least for node in found) == 0:
        raise PatternError("matches the empty string")
    anchor = _best_anchor(found)
    if anchor is None:
        raise PatternError(f"has no literal of {MIN_LITERAL} or more characters that every match must hold")
    behind, ahead = reach(found)
    kept = _trimmed(found)
    expression = (_LINE if _begins_line(found) else "") + _sequence(kept)
    look = Look(expression, sum(node.least for node in kept), sum(node.most for node in kept))
    return Analysis(most, behind, ahead, (look,), anchor)


class _Piece(NamedTuple):
    """A part of a sequence: one of `literals` stands in it, `after` (least, most) bytes from its start; its width."""

    literals: tuple[str, ...]
    after: tuple[int, int]
    width: tuple[int, int]


def _best_anchor(found: list[Node], shortest: int = MIN_LITERAL) -> Anchor | None:
    """Return the set whose shortest literal is longest, if that is at least `shortest`; the first one of equals."""
    best: Anchor | None = None
    before = 0, 0
    for piece in _pieces(found):
        good = bool(piece.literals) and _score(piece.literals)[0] >= shortest
        if good and (best is None or _score(piece.literals) > _score(best.literals)):
            best = Anchor(piece.literals, before[0] + piece.after[0], before[1] + piece.after[1])
        before = before[0] + piece.width[0], before[1] + piece.width[1]
    return best


def _score(literals: tuple[str, ...]) -> tuple[int, int]:
    return min(len(literal) for literal in literals), -len(literals)


def _pieces(found: list[Node]) -> list[_Piece]:
    pieces: list[_Piece] = []
    run = ""
    for node in found:
        if node.op == "LITERAL":
            run += _lowered(node.argument)
        elif node.op == "BRANCH":
            pieces.append(_branch_piece(node, run))
            run = ""
        else:
            pieces += [_literal_piece(run)] if run else []
            pieces += _inner_pieces(node)
            run = ""
    return [*pieces, _literal_piece(run)] if run else pieces


def _lowered(byte: int) -> str:
    # Only ASCII letters have two cases in a bytes pattern; `str.lower` knows others.
    return chr(byte).lower() if byte < 128 else chr(byte)


def _literal_piece(literal: str) -> _Piece:
    return _Piece((literal,), (0, 0), (len(literal), len(literal)))


def _inner_pieces(node: Node) -> list[_Piece]:
    if is_repeat(node) and int(node.argument[0]) >= 1:
        # The first round of the repeat is certain; the rest is width only.
        inner = _pieces(node.inside[0])
        rest = node.least - sum(p.width[0] for p in inner), node.most - sum(p.width[1] for p in inner)
        return [*inner, _Piece((), (0, 0), rest)]
    if node.op == "ATOMIC_GROUP":
        return _pieces(node.inside[0])
    return [_Piece((), (0, 0), (node.least, node.most))]


def _branch_piece(node: Node, run: str) -> _Piece:
    """Of an alternation, the best literal of each branch. `run` is the literal text just before it.

    CPython's parser moves the first letters that branches share out of the alternation: `run` puts them back.
    """
    width = len(run) + node.least, len(run) + node.most
    anchors = [_best_anchor([*_letters(run), *branch], shortest=1) for branch in node.inside]
    whole = [anchor for anchor in anchors if anchor is not None]
    if len(whole) < len(anchors):
        return _Piece((run,) if run else (), (0, 0), width)
    literals = tuple(dict.fromkeys(literal for anchor in whole for literal in anchor.literals))
    return _Piece(literals, (min(a.least for a in whole), max(a.most for a in whole)), width)


def _letters(run: str) -> list[Node]:
    return [Node("LITERAL", ord(letter), 1, 1, ignore_case=True, dot_all=False) for letter in run]


def tail_after(anchor: Anchor | None) -> int:
    """Return how many characters after its literals make a first look selective enough."""
    literals = anchor.literals if anchor else ("",)
    strong = min(0 if literal in _EVERYWHERE else len(literal) for literal in literals) >= _STRONG
    return TAIL if strong else WEAK_TAIL


def _trimmed(found: list[Node]) -> list[Node]:
    """Keep the sequence up to a literal and `TAIL` further characters; what follows cannot add a match."""
    kept: list[Node] = []
    tail = 0
    has_literal = False
    for node in found:
        if is_assertion(node):
            continue
        wide = is_repeat(node) and node.argument[2].getwidth() == (1, 1)
        if has_literal and wide and node.least + tail >= (enough := tail_after(_best_anchor(kept))):
            kept.append(_shortened(node, max(1, enough - tail)))
            break
        if has_literal and _is_long_list(node) and not wide:
            kept.append(_shortened(node, int(node.argument[0])))
            break
        kept.append(node)
        has_literal = has_literal or _best_anchor(kept) is not None
        tail = tail + node.least if has_literal and wide else 0
    return _ended(kept)


def _begins_line(found: list[Node]) -> bool:
    """Whether the pattern begins with `(?<![^\\n])`: the one look behind that costs an automaton nothing."""
    first = found[0]
    if first.op != "ASSERT_NOT" or first.argument[0] > 0:
        return False
    return [(node.op, node.argument) for node in first.inside[0]] == [("NOT_LITERAL", ord("\n"))]


def _ended(found: list[Node]) -> list[Node]:
    """Let a sequence end as soon as it can: whatever may follow only reports the same match again, at every byte."""
    kept = list(found)
    while kept and kept[-1].least == 0:
        kept.pop()
    if kept and is_repeat(kept[-1]):
        kept[-1] = _shortened(kept[-1], int(kept[-1].argument[0]))
    elif kept and kept[-1].op == "BRANCH":
        kept[-1] = either([_ended(branch) for branch in kept[-1].inside], kept[-1])
    return kept


def _is_long_list(node: Node) -> bool:
    return is_repeat(node) and int(node.argument[0]) > 1 and node.least >= TAIL and node.most > _WIDE


def _shortened(node: Node, count: int) -> Node:
    _, _, inner = node.argument
    width = inner.getwidth()
    return node._replace(op="MAX_REPEAT", argument=(count, count, inner), least=count * width[0], most=count * width[1])


def _render(node: Node) -> str:
    match node.op:
        case "LITERAL":
            return _cased(_byte(node.argument), node)
        case "NOT_LITERAL":
            return _cased(f"[^{_byte(node.argument)}]", node)
        case "ANY":
            return r"[\x00-\xff]" if node.dot_all else r"[^\n]"
        case "IN":
            return _cased("[" + "".join(_class_item(*item) for item in node.argument) + "]", node)
        case "BRANCH":
            return "(?:" + "|".join(_sequence(branch) for branch in node.inside) + ")"
        case "ATOMIC_GROUP":
            return "(?:" + _sequence(node.inside[0]) + ")"
        case "ASSERT" | "ASSERT_NOT" | "AT":
            return ""
        case _:
            return f"(?:{_sequence(node.inside[0])}){_counts(*node.argument[:2])}"


def _counts(least: int, most: int) -> str:
    """Render how often. Counting costs an automaton far more than not counting, so an upper bound is dropped: that
    only adds places to look at, and the widths, which lead from an end back to the beginnings, keep it.
    """
    if most > _COUNTED and most > least:
        return f"{{{min(least, TAIL)},}}"
    return f"{{{least},{most}}}"


def _sequence(found: list[Node]) -> str:
    return "".join(_render(node) for node in found)


def _cased(text: str, node: Node) -> str:
    return f"(?i:{text})" if node.ignore_case else text


def _byte(value: int) -> str:
    character = chr(value)
    return character if character.isascii() and character.isalnum() else f"\\x{value:02x}"


def _class_item(op: object, argument: object) -> str:
    match str(op), argument:
        case "NEGATE", _:
            return "^"
        case "LITERAL", int(value):
            return _byte(value)
        case "RANGE", (int(first), int(last)):
            return f"{_byte(first)}-{_byte(last)}"
        case "CATEGORY", category:
            return _CATEGORIES[str(category)]
    raise PatternError(f"{op} is not allowed in a character class")
