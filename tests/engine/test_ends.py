"""An expression of the prefilter ends as soon as it can: one with an open end reports a hit at each byte behind it."""

from __future__ import annotations

from collections import Counter
from typing import Final

from scanner.engine.hyper import HyperscanPrefilter
from tests.engine.corpus import builtin, example_texts

_TAILS: Final = (b"aB3dE5gH7jK9" * 30, b"and so it goes on and on, word by word " * 10, b"0123456789" * 40)
_MOST: Final = 6  # in what follows an example
# What these begin with is so rare that their ends may be open.
_OPEN: Final = {"password-hash-kerberos", "generic-password-option", "cisco-ios-password"}


def test_no_expression_goes_on_and_on_behind_an_example() -> None:
    engine = builtin()
    prefilter = engine.hyperscan
    assert isinstance(prefilter, HyperscanPrefilter)
    open_ones: set[str] = set()
    for text in map(bytes.rstrip, example_texts()):
        for tail in _TAILS:
            behind = Counter(expression for expression, end in prefilter.hits(text + tail) if end > len(text))
            for expression in (expression for expression, count in behind.items() if count > _MOST):
                numbers = {owner[0] for owner in prefilter.owners.speaks_for(expression)}
                open_ones |= {engine.rules[number].id for number in numbers if number < len(engine.rules)}
    assert open_ones == _OPEN
