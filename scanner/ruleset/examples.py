"""A rule's test cases, made afresh from its templates: texts in which it must find a secret, and near misses.

Rule files hold no token, not even a false one: every scanner that reads the file would report it. So a case
is expanded when it is needed, and the same seed gives the same case.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Final, NamedTuple

from scanner.ruleset import shape as shapes
from scanner.ruleset.alphabets import ALPHABETS
from scanner.ruleset.checksums import Checksum
from scanner.ruleset.rule import checksum_of
from scanner.ruleset.shape import Choice, Literal, Named, Part, Repeat, Shape, ShapeError, members
from scanner.ruleset.spec import RuleSpec

_WORDS: Final = 3  # context words tried; all of them go through the same mechanism
_PLACEHOLDER: Final = Named("shape")
_HEX: Final = ALPHABETS["hex"]


class Case(NamedTuple):
    """`secret_span` is where in `text` the rule must find a secret; None: nowhere. `what` is for messages."""

    rule_id: str
    what: str
    text: bytes
    secret_span: tuple[int, int] | None

    def __repr__(self) -> str:  # the text holds what looks like a secret
        return f"Case({self.rule_id}, {self.what}, {self.secret_span})"


class _Form(NamedTuple):
    what: str
    template: Shape
    shape: Shape
    is_found: bool = True
    breaks_checksum: bool = False


def cases(spec: RuleSpec, seed: int = 0) -> list[Case]:
    """Return the test cases of a rule that `build` accepts; another seed gives other characters in them.

    Raises ShapeError for a template that is not of the shape language.
    """
    random = Random(f"{seed}:{spec.id}")  # noqa: S311 test data, not cryptography
    checksum = checksum_of(spec)
    return [_case(spec, form, checksum, random) for form in (*_positive(spec), *_negative(spec))]


def _case(spec: RuleSpec, form: _Form, checksum: Checksum | None, random: Random) -> Case:
    text, span = shapes.expand(form.template, form.shape, checksum, random)
    if form.breaks_checksum and checksum is not None and span is not None:
        text = _with_other_end(text, span[1] - 1, members(ALPHABETS[checksum.alphabet]))
    if form.is_found and span is None:
        raise ShapeError(f"{form.what} marks no secret: put [[ and ]] around it")
    return Case(spec.id, form.what, text, span if form.is_found else None)


def _with_other_end(text: bytes, at: int, alphabet: bytes) -> bytes:
    other = alphabet[(alphabet.index(text[at]) + 1) % len(alphabet)]
    return text[:at] + bytes([other]) + text[at + 1 :]


def _positive(spec: RuleSpec) -> Iterator[_Form]:
    shape = shapes.parse(spec.shape)
    for text in spec.examples:
        yield from _sizes(f"example {text!r}", shapes.parse(text), shape)
    if spec.shape and not spec.examples:
        for before, after in _surroundings(spec):
            yield from _sizes(f"its shape in {_shown(before, after)}", _template(before, after), shape)


def _sizes(what: str, template: Shape, shape: Shape) -> Iterator[_Form]:
    """Yield a form at its shortest, its longest, and any length; only once when it has but one length."""
    short = _Form(f"{what} (shortest)", _sized(template, "shortest"), _sized(shape, "shortest"))
    long = _Form(f"{what} (longest)", _sized(template, "longest"), _sized(shape, "longest"))
    if short[1:] == long[1:]:
        yield _Form(what, template, shape)
    else:
        yield from (short, long, _Form(what, template, shape))


def _negative(spec: RuleSpec) -> Iterator[_Form]:
    shape = shapes.parse(spec.shape)
    for text in spec.counter_examples:
        yield _Form(f"counter example {text!r}", shapes.parse(text), shape, is_found=False)
    if not spec.shape:
        return
    before, after = _surroundings(spec)[0]
    template = _template(before, after)
    for what, near in _near_misses(shape, is_bounded=spec.boundary == "token"):
        yield _Form(f"{what} in {_shown(before, after)}", template, near, is_found=False)
    checksum = checksum_of(spec)
    if shape[-1:] == (Named("checksum"),) and checksum is not None and checksum.certain:
        what = f"a wrong checksum in {_shown(before, after)}"
        yield _Form(what, template, shape, is_found=False, breaks_checksum=True)


def _template(before: str, after: str) -> Shape:
    return Literal(before), _PLACEHOLDER, Literal(after)


def _shown(before: str, after: str) -> str:
    return repr(f"{before}{{shape}}{after}")


def _surroundings(spec: RuleSpec) -> list[tuple[str, str]]:
    """Return what stands before and after the secret in the forms that files use."""
    if not spec.context:
        return [('token = "', '"\n'), ("", "\n"), ("https://host.internal/?t=", "&x=1\n")]
    found: list[tuple[str, str]] = []
    for word in spec.context[:_WORDS]:
        lower, upper = word.lower(), word.upper()
        found += [
            (f'{upper} = "', '"\n'),
            (f"{lower}: ", "\n"),
            (f'{{"{lower}": "', '"}\n'),
            (f"{upper}=", "\n"),
        ]
    return found


def _sized(shape: Shape, size: str) -> Shape:
    """Return the shape with every range at its shortest or longest; `any` leaves the lengths to chance."""
    return tuple(_sized_part(part, size) for part in shape)


def _sized_part(part: Part, size: str) -> Part:
    match part, size:
        case Repeat(inside, least, _), "shortest":
            return Repeat(inside, least, least)
        case Repeat(inside, _, most), "longest":
            return Repeat(inside, most, most)
        case Choice(options), "shortest":
            return Literal(min(options, key=len))
        case Choice(options), "longest":
            return Literal(max(options, key=len))
        case _:
            return part


def _near_misses(shape: Shape, is_bounded: bool) -> Iterator[tuple[str, Shape]]:
    """Yield shapes that differ from the given one by a character.

    Lengths are the shortest, where nothing can be left out, or the longest, where nothing can be added: in
    between a near miss could be a token again.
    """
    short, long = _sized(_opened(shape), "shortest"), _sized(_opened(shape), "longest")
    last = max((n for n, part in enumerate(short) if isinstance(part, Repeat) and part.least), default=-1)
    if last < 0:
        return
    yield "one character less", _resized(short, last, -1)
    if is_bounded:
        yield "one character more", _resized(long, last, 1)
    yield "a wrong character", _with_wrong_character(short, last)


def _opened(shape: Shape) -> Shape:
    """Return the shape with `{uuid}` spelled out."""
    dashed = [part for size in (8, 4, 4, 4, 12) for part in (Literal("-"), Repeat(_HEX, size, size))][1:]
    return tuple(p for part in shape for p in (dashed if part == Named("uuid") else [part]))


def _resized(shape: Shape, at: int, by: int) -> Shape:
    inside, least, most = _repeat(shape, at)
    return (*shape[:at], Repeat(inside, least + by, most + by), *shape[at + 1 :])


def _repeat(shape: Shape, at: int) -> Repeat:
    part = shape[at]
    if not isinstance(part, Repeat):
        raise TypeError(f"{part} is not a repeat")
    return part


def _with_wrong_character(shape: Shape, at: int) -> Shape:
    part = _repeat(shape, at)
    allowed = members(part.inside)
    # A hyphen or the like ends a word, so a letter or digit is the harder case, where the alphabet lacks any.
    wrong = bytes(c for c in members("0-9A-Za-z") if c not in allowed and bytes([c]).lower() not in allowed)
    wrong = wrong or bytes(c for c in b"_~!\n" if c not in allowed)[:1]
    before = part.least // 2
    rest = part.least - before - 1
    inside = "".join(f"\\x{c:02x}" for c in wrong)
    pieces = (Repeat(part.inside, before, before), Repeat(inside, 1, 1), Repeat(part.inside, rest, rest))
    return (*shape[:at], *pieces, *shape[at + 1 :])
