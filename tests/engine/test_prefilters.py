"""Both prefilters and plain `finditer` find exactly the same: a prefilter may waste time, never a match."""

from __future__ import annotations

import pickle
import random

import pytest
from hypothesis import HealthCheck, given, settings

from scanner.engine.compiled import prepare
from scanner.engine.owners import Owners, collect, decode
from scanner.engine.portable import PortablePrefilter
from scanner.engine.prefilter import Prefilter, TooManyHits, merged
from scanner.engine.result import BlobResult
from scanner.engine.scan import Scanner
from scanner.model import Blob, FileOrigin
from scanner.ruleset.built import Look
from scanner.ruleset.gap import NONE, PLAIN
from scanner.ruleset.resources import builtin_files
from tests.engine.corpus import builtin, example_texts, matches, provoking, real_files, truth

_MORE = settings(derandomize=True, deadline=None, max_examples=120, suppress_health_check=list(HealthCheck))


def _assert_same(data: bytes) -> None:
    engine = builtin()
    expected = truth(engine, data)
    assert matches(engine, engine.hyperscan, data) == expected
    assert matches(engine, engine.portable, data) == expected


@_MORE
@given(provoking())
def test_both_prefilters_lose_no_match_of_random_text(data: bytes) -> None:
    _assert_same(data)


def test_the_examples_of_all_rules_joined_give_the_same_matches() -> None:
    texts = list(example_texts())
    random.Random(3).shuffle(texts)
    for at in range(0, len(texts), 40):
        _assert_same(b"".join(texts[at : at + 40]))


def test_real_code_gives_the_same_matches() -> None:
    files = list(real_files(40, 30_000))
    assert len(files) > 60
    for data in files:
        _assert_same(data)


@pytest.mark.parametrize("name", [b"app.py", b".env"])
def test_the_findings_are_the_same_as_well(name: bytes) -> None:
    engine = builtin()
    texts = list(example_texts())
    random.Random(4).shuffle(texts)
    blob = Blob(FileOrigin(name), b"\n".join(texts[::5]))
    first, *others = (_scanned(blob, prefilter) for prefilter in (engine.everywhere, engine.hyperscan, engine.portable))
    assert len(first.findings) > 50
    assert first.drops
    assert others == [first, first]


def _scanned(blob: Blob, prefilter: Prefilter) -> BlobResult:
    return Scanner(builtin().rules, prefilter, 0.0).scan_blob(blob)


def test_a_portable_run_gives_the_same_rules_and_digest() -> None:
    one, other = prepare(builtin_files(), None), prepare(builtin_files(), None, portable=True)
    assert (one.prefilter.name, other.prefilter.name) == ("hyperscan", "portable")
    assert (one.rules, one.digest) == (other.rules, other.digest)


@pytest.mark.parametrize("which", ["hyperscan", "portable"])
def test_a_prefilter_crosses_to_another_process(which: str) -> None:
    prefilter: Prefilter = getattr(builtin(), which)
    data = b"\n".join(example_texts()[:50])
    assert pickle.loads(pickle.dumps(prefilter)).candidates(data) == prefilter.candidates(data)


def test_the_portable_prefilter_gives_up_on_too_many_hits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.engine.portable.MAX_HITS", 10)
    with pytest.raises(TooManyHits, match="more than 10 places"):
        PortablePrefilter(builtin().rules).candidates(b"password=" * 20)


def test_the_hyperscan_prefilter_gives_up_on_too_many_hits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.engine.hyper.MAX_HITS", 10)
    with pytest.raises(TooManyHits, match="more than 10 places"):
        builtin().hyperscan.candidates(b'password="' * 20)


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ([], []),
        ([(3, 5), (0, 1)], [(0, 1), (3, 5)]),
        ([(0, 2), (3, 5)], [(0, 5)]),  # touching: 2 and 3 are neighbours
        ([(0, 9), (2, 3)], [(0, 9)]),
        ([(0, 2), (0, 4), (4, 4)], [(0, 4)]),
    ],
)
def test_intervals_are_merged(given_: list[tuple[int, int]], expected: list[tuple[int, int]]) -> None:
    assert merged(given_) == expected


def test_ends_become_the_beginnings_that_they_may_have() -> None:
    owners = Owners([NONE, NONE], [[(0, 1, 4)], [(1, 2, 5), (2, 0, 0)]])
    assert owners.candidates([(1, 10), (0, 3), (1, 12)]) == {0: [(0, 2)], 1: [(5, 10)], 2: [(10, 10), (12, 12)]}


def test_rules_share_an_expression_and_a_gap_tells_a_key_from_a_mention() -> None:
    words = Look("(?i:heroku)", 6, 6, PLAIN)
    expressions, owners = collect([[words], [Look("xyz", 3, 3)], [words]])
    assert expressions == ["(?i:heroku)", "xyz"]
    assert owners.candidates([(0, 6)]) == {0: [(0, 0)], 2: [(0, 0)]}
    assert owners.passes(0, 6, b'heroku_key = "')
    assert not owners.passes(0, 6, b"heroku; is a vendor")
    assert owners.passes(1, 3, b"xyz;")
    assert decode(owners.encode()).candidates([(0, 6)]) == owners.candidates([(0, 6)])
