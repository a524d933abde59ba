"""The set of our own making: the same each time, its parts strangers to each other, and no provider's tokens in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.accuracy.labels import read
from benchmarks.accuracy.run import Probe
from benchmarks.made.__main__ import write
from benchmarks.made.generate import generate
from benchmarks.made.lists import PARTS, Part, forms, lists

# Facts about the outside world, which both parts may name.
_SHARED_LISTS = {"users"}


@pytest.mark.parametrize("part", PARTS)
def test_it_is_the_same_each_time(part: Part) -> None:
    assert generate(part, 50) == generate(part, 50)
    assert generate(part, 50) != generate(part, 50, seed=1)


@pytest.mark.parametrize("part", PARTS)
def test_labels_point_at_what_they_are_about(part: Part) -> None:
    snippets = generate(part, 400)
    labels = [label for snippet in snippets for label in snippet.labels]
    for verdict in "TF":
        assert sum(label.verdict == verdict for label in labels) >= 400
    for snippet in snippets:
        lines = snippet.text.split("\n")
        assert "{{human" not in snippet.text
        for label in snippet.labels:
            value = lines[label.line - snippet.first_line][label.start : label.end]
            assert value == value.strip() != ""


def test_the_parts_share_neither_words_nor_forms() -> None:
    train, unseen = map(lists, PARTS)
    assert train.keys() == unseen.keys()
    for name in train.keys() - _SHARED_LISTS:
        assert not set(train[name]) & set(unseen[name]), name
    seen = {line.strip() for form in forms("train") for line in form.text.split("\n") if "{{" in line}
    new = {line.strip() for form in forms("unseen") for line in form.text.split("\n") if "{{" in line}
    assert len(seen & new) <= 0.02 * len(new)


@pytest.mark.parametrize("part", PARTS)
def test_nothing_looks_like_a_provider_s_token(part: Part) -> None:
    probe = Probe()
    hits = [(hit, snippet) for snippet in generate(part, 300) for hit in probe.hits(snippet)]
    assert {hit.rule for hit, _ in hits if hit.evidence in ("structured", "proven")} <= {"jwt", "password-hash"}


def test_a_part_can_be_written_and_read(tmp_path: Path) -> None:
    made = generate("train", 20)
    write(made, tmp_path / "made.jsonl")
    assert read(tmp_path / "made.jsonl") == made
    assert json.loads((tmp_path / "made.jsonl").read_text().split("\n")[0])["repo"].startswith("made-train-")
