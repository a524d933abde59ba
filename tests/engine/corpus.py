"""What the engine's tests share: the built-in rules made ready, random text that provokes them, plain truth."""

from __future__ import annotations

import os
import random
import sysconfig
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from hypothesis import strategies as st

from scanner.engine.compiled import prepare
from scanner.engine.hyper import HyperscanPrefilter, compile_rules
from scanner.engine.match import Cores, find, spans
from scanner.engine.patterns import Patterns
from scanner.engine.portable import PortablePrefilter
from scanner.engine.prefilter import Candidates, Prefilter
from scanner.model import Span
from scanner.ruleset.built import Rule
from scanner.ruleset.examples import cases
from scanner.ruleset.load import specs
from scanner.ruleset.resources import builtin_files
from tests.support import ROOT

Match = tuple[int, Span, Span]


class Everywhere:
    """No prefilter at all: every rule may match everywhere. Where something may be encoded, another one tells."""

    name = "none"

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self._count = len(rules)
        self._other = PortablePrefilter(rules)

    def candidates(self, data: bytes) -> Candidates:
        encoded = {number: found for number, found in self._other.candidates(data).items() if number >= self._count}
        return {**{number: [(0, len(data))] for number in range(self._count)}, **encoded}


class Engine(NamedTuple):
    rules: tuple[Rule, ...]
    hyperscan: Prefilter
    portable: Prefilter
    everywhere: Prefilter
    patterns: Patterns


def engine(rules: tuple[Rule, ...]) -> Engine:
    hyperscan = HyperscanPrefilter(compile_rules(rules))
    return Engine(rules, hyperscan, PortablePrefilter(rules), Everywhere(rules), Patterns(rules))


@lru_cache(maxsize=1)
def builtin() -> Engine:
    # The cache of the whole test session, where conftest.py has put it; fixtures of a module may come before that.
    folder = os.environ.get("XDG_CACHE_HOME")
    compiled = prepare(builtin_files(), os.path.join(folder, "redhanded") if folder else None)
    rules = compiled.rules
    return Engine(rules, compiled.prefilter, PortablePrefilter(rules), Everywhere(rules), Patterns(rules))


def matches(engine: Engine, prefilter: Prefilter, data: bytes) -> list[Match]:
    """What the engine matches with this prefilter."""
    found: list[Match] = []
    for number, intervals in prefilter.candidates(data).items():
        if number >= len(engine.rules):  # an encoding
            break
        plausible = Cores(engine.rules).plausible(number, data, intervals)
        pairs = spans(find(engine.patterns[number], engine.rules[number], data, plausible))
        found += [(number, match, secret) for match, secret in pairs if secret.start < secret.end]
    return found


def truth(engine: Engine, data: bytes) -> list[Match]:
    """What `finditer` says of every rule over everything: no prefilter and no window."""
    found: list[Match] = []
    for number in range(len(engine.rules)):
        for match in engine.patterns[number].finditer(data):
            if match.end("secret") > match.start("secret"):
                found.append((number, Span(*match.span()), Span(*match.span("secret"))))
    return found


@lru_cache(maxsize=1)
def example_texts() -> tuple[bytes, ...]:
    """Texts made from every rule's templates, right and slightly wrong, from one seed."""
    return tuple(case.text for spec in specs(builtin_files()) for case in cases(spec, seed=7))


_JOINTS = [
    *(b"\n", b"\r\n", b"\r", b" ", b"\t", b"\\n", b"\n  ", b": ", b"token: ", b"api_key = ", b"export "),
    *(b"Authorization: Basic ", b"\0", b"\xff", b"\xc3\xa9", b"\xe2\x82\xac", b"\x80"),
    *b"= == \" ' ` \\ _ - . / @ : :// %3D A a 0 zz9 { } [ ] ( ) password SECRET aws".split(b" "),
]


@st.composite
def provoking(draw: st.DrawFn) -> bytes:
    """Text spliced from whole and cut-off examples, keywords, separators and bytes that are no text."""
    made = random.Random(draw(st.integers(0, 2**32)))
    pieces = [_piece(made) for _ in range(draw(st.integers(1, 16)))]
    return b"".join(pieces)


def _piece(made: random.Random) -> bytes:
    if made.random() < 0.5:
        return made.choice(_JOINTS)
    text = made.choice(example_texts())[:4000]
    kind = made.randrange(5)
    if kind == 0:
        return text[: made.randrange(len(text) + 1)]
    if kind == 1:
        return text[made.randrange(len(text)) :]
    if kind == 2:
        at = made.randrange(len(text))
        return text[:at] + made.choice(_JOINTS) + text[at:]
    if kind == 3:
        return text.strip() + text.strip()
    return text


def real_files(count: int, most: int) -> Iterator[bytes]:
    """Files of the scanner itself and a spread of the standard library's, each cut to `most` bytes."""
    ours = sorted((ROOT / "scanner").rglob("*.py"))
    theirs = sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*/*.py"))
    for path in [*ours, *theirs[:: max(1, len(theirs) // count)]]:
        yield path.read_bytes()[:most]
