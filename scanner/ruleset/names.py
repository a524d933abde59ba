"""How a rule is named in options, configurations and markers."""

from __future__ import annotations


def names(pattern: str, rule_id: str) -> bool:
    """Whether a name of a rule, perhaps with a trailing `*` for any ending, is that of this rule."""
    return rule_id.startswith(pattern[:-1]) if pattern.endswith("*") else rule_id == pattern
