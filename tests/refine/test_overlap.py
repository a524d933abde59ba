"""Matches that claim the same characters."""

from __future__ import annotations

from scanner.engine.scan import Scanner
from tests.refine.support import PASSWORD, rules, scan
from tests.support import token

_ID = "github-pat"


def test_of_rules_that_claim_the_same_secret_the_strongest_stays(scanner: Scanner) -> None:
    result = scan(scanner, f'github_token = "{token()}"\n')
    assert rules(result) == [_ID]
    assert dict(result.drops)["overlap"] >= 1


def test_neighbours_do_not_hide_each_other(scanner: Scanner) -> None:
    result = scan(scanner, f'a = "{token()}", b = "{token(seed=2)}" password="{PASSWORD}"\n')
    assert rules(result) == [_ID, _ID, "generic-password"]
