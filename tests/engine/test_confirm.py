"""The hook's second look rules out nothing that the engine would match: every rule's own examples pass it."""

from __future__ import annotations

import sys

import pytest

from scanner.engine import confirm
from scanner.ruleset.examples import cases
from scanner.ruleset.load import specs
from scanner.ruleset.resources import builtin_files
from tests.engine.corpus import builtin, matches, real_files


@pytest.mark.skipif(sys.version_info < (3, 11), reason="`re` cannot read atomic groups, so nothing is ruled out")
def test_every_example_of_every_rule_passes() -> None:
    engine = builtin()
    encoded = confirm.encode(engine.rules)
    numbers = {rule.id: number for number, rule in enumerate(engine.rules)}
    lost = []
    for spec in specs(builtin_files()):
        if not spec.enabled:  # the hook asks for no rule that is off
            continue
        for case in cases(spec):
            number = numbers[spec.id]
            candidates = {number: engine.hyperscan.candidates(case.text).get(number, [])}
            if confirm.may_match(encoded, case.text, candidates) or not case.secret_span:
                continue
            if any(number == rule for rule, _, _ in matches(engine, engine.hyperscan, case.text)):
                lost.append(case.what)
    assert lost == []


def test_real_code_is_ruled_out_only_where_nothing_matches() -> None:
    engine = builtin()
    encoded = confirm.encode(engine.rules)
    for data in real_files(40, 30_000):
        may = confirm.may_match(encoded, data, engine.hyperscan.candidates(data))
        assert may or not matches(engine, engine.hyperscan, data)


def test_many_candidates_are_left_to_the_engine() -> None:
    engine = builtin()
    encoded = confirm.encode(engine.rules)
    assert confirm.may_match(encoded, b"", {0: [(n, n) for n in range(0, 1000, 2)]})
