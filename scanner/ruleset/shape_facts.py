"""What the prefilters need to know of a shape, without the detour over a regex: a thousand shapes in a few
milliseconds.

A test holds it equal to what `scanner.ruleset.analyse` finds for the shape's pattern.
"""

from __future__ import annotations

from itertools import product
from typing import Final

from scanner.ruleset.alphabets import ALPHABETS
from scanner.ruleset.analyse import MIN_LITERAL, TAIL, Analysis, tail_after
from scanner.ruleset.built import Anchor, Look
from scanner.ruleset.checksums import Checksum
from scanner.ruleset.gap import BOUNDED, NONE
from scanner.ruleset.shape import Choice, Literal, Named, Part, Repeat, Shape
from scanner.ruleset.tree import MAX_WIDTH, PatternError

_MOST_LITERALS: Final = 64
_CORE: Final = 8  # characters; shorter runs are everywhere


def analyse_shape(shape: Shape, checksum: Checksum | None, behind: int, ahead: int, anchored: bool = True) -> Analysis:
    """Return the facts about the shape's pattern with boundaries that look `behind` and `ahead` bytes.

    `anchored` False admits a shape without literals, whose context has some. Raises PatternError.
    """
    parts = _plain(shape, checksum)
    most = sum(_width(part)[1] for part in parts)
    if not 0 < most < MAX_WIDTH:
        raise PatternError(f"can match {most:,} bytes; it must match some, and less than {MAX_WIDTH:,}")
    anchor = _anchor(parts)
    if anchor is None and anchored:
        raise PatternError(f"has no literal of {MIN_LITERAL} or more characters; name words in `context`")
    kept = _trimmed(parts)
    widths = [_width(part) for part in kept]
    least, most_before = sum(w[0] for w in widths), sum(w[1] for w in widths)
    # Where the beginning is certain, the prefilter can look at what stands before it.
    kind = BOUNDED if behind and least == most_before else NONE
    look = Look("".join(map(_expression, kept)), least, most_before, kind)
    return Analysis(most, behind, ahead, (look,), anchor or Anchor((), 0, 0), _core(parts))


def _core(parts: list[Part]) -> str:
    """Return a pattern for the longest run that every match holds: cheap to compile, and to search for."""
    runs = [part for part in parts if isinstance(part, Repeat)]
    longest = max(runs, key=lambda part: part.least, default=None)
    return f"[{longest.inside}]{{{longest.least}}}" if longest and longest.least >= _CORE else ""


def _plain(shape: Shape, checksum: Checksum | None) -> list[Part]:
    """Spell out `{uuid}` and `{checksum}`."""
    parts: list[Part] = []
    for part in shape:
        match part:
            case Named("uuid"):
                groups = [Repeat(ALPHABETS["hexmix"], n, n) for n in (8, 4, 4, 4, 12)]
                parts += [piece for group in groups for piece in (Literal("-"), group)][1:]
            case Named("checksum") if checksum is not None and checksum.length:
                parts.append(Repeat(ALPHABETS[checksum.alphabet], checksum.length, checksum.length))
            case Named(name):
                raise PatternError(f"{name} has no place in a shape of a rule without `checksum`")
            case _:
                parts.append(part)
    return parts


def _width(part: Part) -> tuple[int, int]:
    match part:
        case Literal(text):
            return len(text), len(text)
        case Repeat(_, least, most):
            return least, most
        case Choice(options):
            return min(map(len, options)), max(map(len, options))
        case _:
            return 0, 0


def _anchor(parts: list[Part]) -> Anchor | None:
    """Return the best set of literals: each run of literals and choices gives one, spelled out."""
    best: Anchor | None = None
    least = most = 0
    for run, width in _runs(parts):
        shortest = min((len(text) for text in run), default=0)
        if shortest >= MIN_LITERAL and (best is None or shortest > min(map(len, best.literals))):
            best = Anchor(tuple(dict.fromkeys(text.lower() for text in run)), least, most)
        least, most = least + width[0], most + width[1]
    return best


def _runs(parts: list[Part]) -> list[tuple[list[str], tuple[int, int]]]:
    """Split into runs of fixed text, each as all the texts it can be, and the rest, as none; with widths."""
    runs: list[tuple[list[str], tuple[int, int]]] = []
    pending: list[tuple[str, ...]] = []
    for part in [*parts, Repeat("", 0, 0)]:
        options = (part.text,) if isinstance(part, Literal) else part.options if isinstance(part, Choice) else None
        spelled = [*pending, options] if options is not None else []
        count = 1
        for choice in spelled:
            count *= len(choice)
        if options is not None and count <= _MOST_LITERALS:
            pending.append(options)
            continue
        if pending:
            texts = ["".join(pieces) for pieces in product(*pending)]
            runs.append((texts, (min(map(len, texts)), max(map(len, texts)))))
        pending = [options] if options is not None else []
        if options is None:
            runs.append(([], _width(part)))
    return runs


def _trimmed(parts: list[Part]) -> list[Part]:
    """Keep the sequence up to a literal and `TAIL` further characters, as `analyse` does for patterns."""
    kept: list[Part] = []
    tail = 0
    for part in parts:
        anchor = _anchor(kept)
        has_literal = anchor is not None
        enough = tail_after(anchor)
        if has_literal and isinstance(part, Repeat) and part.least + tail >= enough:
            count = max(1, enough - tail)
            kept.append(Repeat(part.inside, count, count))
            return kept
        kept.append(part)
        tail = tail + part.least if has_literal and isinstance(part, Repeat) else 0
    while kept and _width(kept[-1])[0] == 0:
        kept.pop()
    if kept and isinstance(kept[-1], Repeat):
        kept[-1] = Repeat(kept[-1].inside, kept[-1].least, kept[-1].least)
    return kept


def _expression(part: Part) -> str:
    match part:
        case Literal(text):
            return _escaped(text)
        case Repeat(inside, least, most) if least == most:
            return f"[{inside}]{{{least}}}"
        case Repeat(inside, least, _):
            return f"[{inside}]{{{min(least, TAIL)},}}"
        case Choice(options):
            return "(?:" + "|".join(_escaped(option) for option in options) + ")"
        case _:
            return ""


def _escaped(text: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else f"\\x{ord(c):02x}" for c in text)
