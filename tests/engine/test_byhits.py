"""Hits that are left out lead nowhere: what matches in all of a text matches in the places that stay, too."""

from __future__ import annotations

import random

import pytest

from scanner.decode.text import Text
from scanner.engine import disguise
from scanner.engine.byhits import ByHits
from scanner.engine.hyper import HyperscanPrefilter
from scanner.engine.looking import Looker
from scanner.engine.match import spans
from scanner.engine.prefilter import Candidates
from scanner.engine.scan import Scanner
from scanner.model import Blob, BlobOrigin, Span
from scanner.ruleset.built import OWN_SHAPE
from tests.engine.corpus import builtin, example_texts, real_files
from tests.support import token


@pytest.fixture(scope="module")
def by_hits() -> ByHits:
    rules, prefilter = builtin().rules, builtin().hyperscan
    assert isinstance(prefilter, HyperscanPrefilter)
    return ByHits(prefilter, rules, disguise.numbers(rules))


@pytest.fixture(scope="module")
def looker() -> Looker:
    rules = builtin().rules
    return Looker(rules, [True] * len(rules), 0.0, None, None)


def _matches(looker: Looker, data: bytes, candidates: Candidates) -> list[tuple[int, Span, Span]]:
    count = len(builtin().rules)
    return [
        (number, match, secret)
        for number, intervals in candidates.items()
        if number < count
        for match, secret in spans(looker.matches(number, data, intervals))
    ]


def test_every_example_matches_as_before(by_hits: ByHits, looker: Looker) -> None:
    fewer = 0
    for data in example_texts():
        every, some = builtin().hyperscan.candidates(data), by_hits.candidates(Text(data))
        assert _matches(looker, data, some) == _matches(looker, data, every), data
        fewer += len(some) < len(every)
    assert fewer > 100


@pytest.mark.parametrize("seed", range(4))
def test_random_mixtures_match_as_before(by_hits: ByHits, looker: Looker, seed: int) -> None:
    chance = random.Random(seed)
    texts = [*example_texts(), *(line for data in real_files(10, 4000) for line in data.splitlines())]
    matched = 0
    for _ in range(150):
        pieces = [chance.choice(texts) for _ in range(chance.randrange(1, 12))]
        data = b"".join(piece[: chance.randrange(1, len(piece) + 1)] for piece in pieces if piece).replace(b"\0", b" ")
        found = _matches(looker, data, builtin().hyperscan.candidates(data))
        assert _matches(looker, data, by_hits.candidates(Text(data))) == found
        matched += len(found)
    assert matched > 50


def test_what_is_encoded_stays(by_hits: ByHits) -> None:
    first = len(builtin().rules)
    for data in example_texts():
        every, some = builtin().hyperscan.candidates(data), by_hits.candidates(Text(data))
        assert {n: every[n] for n in every if n >= first} == {n: some[n] for n in some if n >= first}


def test_in_binary_data_only_what_has_a_shape_of_its_own_is_hit() -> None:
    prefilter, rules = builtin().hyperscan, builtin().rules
    assert isinstance(prefilter, HyperscanPrefilter)
    fewer = 0
    for data in example_texts():
        every, some = prefilter.hits(data), prefilter.hits(data, is_binary=True)
        assert sorted(some) == sorted(
            (expression, end)
            for expression, end in every
            if any(
                n >= len(rules) or rules[n].evidence in OWN_SHAPE for n, _, _ in prefilter.owners.speaks_for(expression)
            )
        )
        fewer += len(some) < len(every)
    assert fewer > 100


def test_a_script_in_a_history_is_no_environment_file_and_settings_are() -> None:
    scanner = Scanner(builtin().rules, builtin().hyperscan, 0.0)
    settings = f"DB_HOST=db.internal.corp\nSMTP_USER=mailer-{token('{lower:6}')}\n".encode()
    script = b"import os\nprint(os.name)\nos.chdir('/')\nprint(os)\n" * 5 + settings
    ids = [
        [finding.rule_id for finding in scanner.scan_blob(Blob(BlobOrigin("0" * 40), data)).findings]
        for data in (settings, script)
    ]
    assert ids == [["env-file-with-values"], []]
