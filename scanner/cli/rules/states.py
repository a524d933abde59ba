"""What becomes of each rule here: whether it is in use, how severe its findings are, and which file and line say so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from scanner.cli.settings import InForce
from scanner.model import Severity
from scanner.ruleset.built import Rule


class State(NamedTuple):
    """`said` is what is to be known of it, in a few words each: that it is off by default, and what files say."""

    in_use: bool
    severity: Severity
    said: tuple[str, ...] = ()


def state_of(rule: Rule, states: Mapping[str, State]) -> State:
    return states.get(rule.id) or _by_itself(rule)


def _by_itself(rule: Rule) -> State:
    return State(rule.enabled, rule.severity, () if rule.enabled else ("off by default",))


def states_of(rules: Sequence[Rule], found: InForce) -> dict[str, State]:
    """Return the states of the rules that the configuration has to do with. Raises ConfigError."""
    policy = found.whole
    policy.check(frozenset(rule.id for rule in rules))
    on, off = policy.switched()
    made: dict[str, State] = {}
    for rule in rules:
        state = _by_itself(rule)
        if at := on.get(rule.id) or off.get(rule.id):
            word = "on" if rule.id in on else "off"
            state = State(rule.id in on, rule.severity, (f"{word} by {at}",))
        if graded := policy.severity(rule.id, ""):
            said = f"severity by {graded.at}, of itself {rule.severity}"
            state = State(state.in_use, graded.severity, (*state.said, said))
        made[rule.id] = state
    return made
