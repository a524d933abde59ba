"""Forms and lists to labelled snippets: the same seed, the same set.

A slot is `{{kinds}}`, kinds with `|` between: one of them is taken. A kind is a secret (`passwords.py`; labelled T), a
plain value (`plain.py`; labelled F), or only fills (`plain.py`; not labelled). `{{human~bare}}` asks for a value that
needs no quotes, `~url` for one that stands in a URL as it is. `{{keys password snake}}` is a name from the list
`keys password`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import Final, NamedTuple

from benchmarks.accuracy.labels import Label, Snippet
from benchmarks.made.lists import Form, Lists, Part, forms, lists
from benchmarks.made.passwords import SECRETS, Maker
from benchmarks.made.plain import FILL, PLAIN, styled

SEED: Final = 20261122
SIZE: Final = 2000  # labels of either verdict in a part

_SLOT: Final = re.compile(r"\{\{([A-Za-z][^{}\n]*)\}\}")
_FITS: Final = {
    "bare": re.compile(r"[0-9A-Za-z][^\s#&*`'\"\\$(){}\[\],;|<>:^]*"),
    "url": re.compile(r"[0-9A-Za-z_.~!-]+"),
    "text": re.compile(r"[^\"\\]*"),
}


class Filled(NamedTuple):
    """What a slot became. `verdict` is empty for what only fills."""

    text: str
    verdict: str
    kind: str


def generate(part: Part, size: int = SIZE, seed: int = SEED) -> list[Snippet]:
    """Return snippets with `size` labels of T and F each, or a few more, in the order of their making."""
    chance = Random(f"{part} {seed}")
    words = lists(part)
    counts = {"T": 0, "F": 0}
    made: list[Snippet] = []
    every = forms(part)
    for form in _rounds(every, chance):
        if min(counts.values()) >= size:
            return made
        snippet = _snippet(form, chance, words, part, len(made))._replace(repo=f"made-{part}-{every.index(form)}")
        verdicts = [label.verdict for label in snippet.labels]
        if any(counts[verdict] < size for verdict in verdicts):
            made.append(snippet)
            for verdict in verdicts:
                counts[verdict] += 1
    raise SystemExit(f"benchmarks/made/{part} has no forms")


def _rounds(every: tuple[Form, ...], chance: Random) -> Iterator[Form]:
    """Yield all forms in turn, shuffled anew in each round, so that none is rarer than another."""
    while every:
        yield from chance.sample(every, len(every))


def _snippet(form: Form, chance: Random, words: Lists, part: Part, number: int) -> Snippet:
    path = _SLOT.sub(lambda slot: _fill(slot[1], chance, words).text, form.path)
    first = chance.choice((1, 1, chance.randint(2, 400)))
    labels: list[Label] = []
    lines: list[str] = []
    for line in form.text.split("\n"):
        made, end = "", 0
        for slot in _SLOT.finditer(line):
            made += line[end : slot.start()]
            text, verdict, kind = _fill(slot[1], chance, words)
            if verdict:
                labels.append(
                    Label(first + len(lines), first + len(lines), len(made), len(made) + len(text), verdict, (kind,))
                )
            made += text
            end = slot.end()
        lines.append(made + line[end:])
    return Snippet(f"made-{part}", f"{part}-{number}/{path}", first, "\n".join(lines), tuple(labels))


def _fill(slot: str, chance: Random, words: Lists) -> Filled:
    kind, _, need = chance.choice(slot.split("|")).strip().partition("~")
    if kind.startswith("keys "):
        name, _, style = kind.rpartition(" ")
        return Filled(styled(chance.choice(words[name]).split(), style), "", name)
    for verdict, makers in (("T", SECRETS), ("F", PLAIN), ("", FILL)):
        if kind in makers:
            return Filled(_fitting(kind, makers[kind], need, chance, words), verdict, kind)
    raise SystemExit(f"benchmarks/made: nothing makes {{{{{slot}}}}}")


def _fitting(kind: str, maker: Maker, need: str, chance: Random, words: Lists) -> str:
    """Make values until one fits where it is to stand."""
    fits = _FITS[need or "text"]
    for _ in range(200):
        text = maker(chance, words)
        if kind in PLAIN or fits.fullmatch(text):
            return text
    raise SystemExit(f"benchmarks/made: {kind} makes nothing that fits ~{need}")
