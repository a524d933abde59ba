"""Places where nothing was found are passed over where they stand again, and nowhere else."""

from __future__ import annotations

import pytest

from scanner.engine.result import BlobResult
from scanner.engine.scan import Scanner
from scanner.model import Blob, BlobOrigin, Evidence
from scanner.ruleset.rule import build
from scanner.ruleset.spec import RuleSpec
from tests.engine.corpus import engine
from tests.engine.test_versions import Change

_FILLER = b"x = compute(y, z)\n" * 30


def _scanner(pattern: str, evidence: Evidence = "structured") -> Scanner:
    rule = build(RuleSpec("test", "Test", "A test", "high", "Test", "test.yaml", 1, pattern=pattern, evidence=evidence))
    ready = engine((rule,))
    return Scanner(ready.rules, ready.hyperscan, 0.0)


def _spans(result: BlobResult) -> list[tuple[int, int]]:
    return [(finding.location.span.start, finding.location.span.end) for finding in result.findings]


def _together(pattern: str, texts: list[bytes], evidence: Evidence = "structured") -> None:
    """One scanner sees all the texts, one after the other; it finds what new ones find."""
    scanner = _scanner(pattern, evidence)
    for number, text in enumerate(texts):
        blob = Blob(BlobOrigin("0" * 40), text, Change(number, -1, 0, None))
        assert _spans(scanner.scan_blob(blob)) == _spans(
            _scanner(pattern, evidence).scan_blob(blob._replace(lineage=None))
        )


@pytest.mark.parametrize("around", [b"", _FILLER])
def test_a_place_that_a_match_had_taken_is_looked_at_again(around: bytes) -> None:
    pattern = "keya(?P<secret>(?:keya|[ab]){1,3})!"
    taken, free = b"keyakeyab!", b"#   keyab!"
    _together(pattern, [around + taken + around, around + free + around])
    assert _spans(_scanner(pattern).scan_blob(Blob(BlobOrigin("0" * 40), free))) == [(8, 9)]


def test_the_end_of_the_data_is_part_of_what_is_remembered() -> None:
    pattern = r"keya(?P<secret>[ab]{3})\Z"
    _together(pattern, [_FILLER + b"keyaaab" + _FILLER, _FILLER + b"keyaaab", b"keyaaab" + _FILLER, b"keyaaab"])


def test_the_beginning_of_the_data_is_part_of_what_is_remembered() -> None:
    pattern = r"(?<![a-z])keya(?P<secret>[ab]{3})"
    _together(pattern, [b"x" * 40 + b"keyaaab", b"keyaaab", b"xkeyaaab", b" keyaaab", b"keyaaab" + b" " * 40])


def test_two_places_in_a_short_text_are_told_apart() -> None:
    _together("(?:x{40})?keya(?P<secret>[ab]{3,60})(?=!)", [b"keyaaab# keyaaab!"] * 2)


def test_in_binary_data_other_rules_are_looked_for() -> None:
    pattern = "keya(?P<secret>[ab]{3})!"
    _together(pattern, [b"\0" + _FILLER + b"keyaaab!" + _FILLER, _FILLER + b"keyaaab!" + _FILLER], "contextual")
