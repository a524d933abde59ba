"""docs/rules.md is made from the rules, and is up to date."""

from __future__ import annotations

from scripts.rules_page import PAGE, page


def test_the_page_is_what_the_rules_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m scripts.rules_page`"
