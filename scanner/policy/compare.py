"""What a change to the policy does: settings that let less be found, suppressions that are new or reach further.

Each is told by what it is now and where it stands, so that the same can be asked against several commits before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from scanner.model import EVIDENCES, SEVERITIES, Severity
from scanner.policy.allowfile import Entry
from scanner.policy.values import At, Graded, Layer, Word

_GATES: Final = (*EVIDENCES[::-1], "never")  # that which stops most in front
_USUAL_GATE: Final = "contextual"
_NO_LIMIT: Final = float("inf")


class Weakening(NamedTuple):
    """One setting that lets less be found; `line` is 0 when it is something that is no longer there. `key` tells it
    apart where `what` does not: a pattern is not told, as it may be the secret that it allows.
    """

    what: str
    line: int = 0
    key: str = ""


def weakenings(old: Layer, new: Layer) -> Iterator[Weakening]:
    """Yield what `new` takes from what `old` finds; both are of the same file, or empty for no file."""
    for compared in (_words, _severities, _allows, _gates, _switches, _rules):
        yield from compared(old, new)


def _words(old: Layer, new: Layer) -> Iterator[Weakening]:
    for key, verb, before, after in (
        ("exclude", "excludes", old.exclude, new.exclude),
        ("skip", "skips", old.skip, new.skip),
        ("include", "no longer includes", new.include, old.include),
        ("enable", "no longer enables", new.enable, old.enable),
    ):
        known = {word.text for word in before}
        is_gone = key in ("include", "enable")
        for word in after:
            if word.text not in known:
                yield Weakening(f"{verb} {word.text}", 0 if is_gone else word.at.line)


def _severities(old: Layer, new: Layer) -> Iterator[Weakening]:
    before = {one.rule: one.severity for one in old.severity}
    for one in new.severity:
        # What a rule says by itself is not known here, so whatever is set anew may be less, but for the highest.
        was = before.get(one.rule)
        worse = one.severity != SEVERITIES[0] if was is None else _rank(one.severity) > _rank(was)
        if worse:
            yield Weakening(f"sets the severity of {one.rule} to {one.severity}", one.at.line)
    there = {one.rule for one in new.severity}
    for rule, was in before.items():
        if rule not in there and was != SEVERITIES[-1]:
            yield Weakening(f"no longer sets the severity of {rule}, which was {was}")
    yield from _reordered(old.severity, new.severity)


def _rank(severity: Severity) -> int:
    return SEVERITIES.index(severity)


def _reordered(old: Sequence[Graded], new: Sequence[Graded]) -> Iterator[Weakening]:
    """The last entry that names a rule counts, so the same entries in another order may say something else."""
    both = {one.rule for one in old} & {one.rule for one in new}
    if [one.rule for one in old if one.rule in both] != [one.rule for one in new if one.rule in both]:
        yield Weakening("sets severities in another order", new[0].at.line)


def _allows(old: Layer, new: Layer) -> Iterator[Weakening]:
    known = {(one.over, one.pattern, one.rules, one.paths) for one in old.allow}
    for one in new.allow:
        if (one.over, one.pattern, one.rules, one.paths) not in known:
            yield Weakening(f"allows a pattern of {one.over}s: {one.reason}", one.at.line, one.pattern)


def _gates(old: Layer, new: Layer) -> Iterator[Weakening]:
    least = (old.min_confidence, new.min_confidence)
    if least[0] != least[1] and (least[1] is None or least[0] is None or least[1].value > least[0].value):
        value, line = (f"{least[1].value:g}", least[1].at.line) if least[1] else ("the usual", 0)
        yield Weakening(f"sets min-confidence to {value}", line)
    gates = [_GATES.index(layer.fail_on.text if layer.fail_on else _USUAL_GATE) for layer in (old, new)]
    if gates[1] > gates[0]:
        yield Weakening(f"sets fail-on to {_GATES[gates[1]]}", new.fail_on.at.line if new.fail_on else 0)
    sizes = [layer.max_file_size.value if layer.max_file_size else _NO_LIMIT for layer in (old, new)]
    if new.max_file_size and sizes[1] < sizes[0]:
        yield Weakening(f"sets max-file-size to {int(sizes[1]):,} bytes", new.max_file_size.at.line)


def _switches(old: Layer, new: Layer) -> Iterator[Weakening]:
    was = old.builtin_rules is None or old.builtin_rules.on
    if new.builtin_rules and not new.builtin_rules.on and was:
        yield Weakening("turns off all built-in rules", new.builtin_rules.at.line)
    off = {mark.tool for mark in old.markers if not mark.on}
    for mark in new.markers:
        if mark.on and mark.tool in off:
            yield Weakening(f"lets the markers of {mark.tool} count", mark.at.line)
    named = {mark.tool for mark in new.markers}
    yield from (Weakening(f"lets the markers of {tool} count") for tool in sorted(off - named))


def _rules(old: Layer, new: Layer) -> Iterator[Weakening]:
    """Any change: a rule that is added may come before a stricter one."""
    known, there = ({word.text for word in layer.rules} for layer in (old, new))
    for word in new.rules:
        if word.text not in known:
            yield Weakening(f"adds the rules of {word.text}", word.at.line)
    yield from (Weakening(f"no longer uses the rules of {word.text}") for word in old.rules if word.text not in there)
    texts = [b"" if layer.custom_rules is None else layer.custom_rules.data.strip() for layer in (old, new)]
    if texts[0] != texts[1]:
        data = new.custom_rules.data if new.custom_rules else b""
        # They keep the lines that they have in the configuration, by empty ones in front.
        yield Weakening("changes custom-rules", len(data) - len(data.lstrip(b"\n")) + 1 if data else 0)


# What of the policy of a change would have silenced a finding, had it held.


def by_layer(layer: Layer, rule_id: str, confidence: float, names: Callable[[str, str], bool]) -> Word | None:
    """Return what of a whole run's settings would keep the finding from being one, None for nothing."""
    if layer.builtin_rules and not layer.builtin_rules.on:
        return Word("builtin-rules: off", layer.builtin_rules.at)
    if word := next((word for word in layer.skip if names(word.text, rule_id)), None):
        return Word(f"skip: {word.text}", word.at)
    if layer.min_confidence and confidence < layer.min_confidence.value:
        return Word(f"min-confidence: {layer.min_confidence.value:g}", layer.min_confidence.at)
    return layer.fail_on and _gate(layer.fail_on.text, layer.fail_on.at)


def _gate(text: str, at: At) -> Word | None:
    return Word(f"fail-on: {text}", at) if _GATES.index(text) > _GATES.index(_USUAL_GATE) else None


# Suppressions.


class Added(NamedTuple):
    """A suppression that is not there before, or reaches further than before; `how` says which."""

    entry: Entry
    how: str


def added(before: Iterable[Entry], after: Iterable[Entry]) -> list[Added]:
    """Return the entries that let more pass than those before. Other words in a reason let nothing more pass."""
    known: dict[tuple[str, str, str], list[Entry]] = {}
    for entry in before:
        known.setdefault((entry.rule, entry.salt, entry.hash), []).append(entry)
    made = []
    for entry in after:
        olds = known.get((entry.rule, entry.salt, entry.hash), [])
        if not any(_covers(old, entry) for old in olds):
            made.append(Added(entry, _how(olds, entry)))
    return made


def _covers(old: Entry, new: Entry) -> bool:
    lasts = old.expires is None or (new.expires is not None and new.expires <= old.expires)
    return lasts and (not old.paths or (bool(new.paths) and set(new.paths) <= set(old.paths)))


def _how(olds: Sequence[Entry], new: Entry) -> str:
    if not olds:
        return f"adds a suppression of [{new.rule}]"
    told = []
    if not any(old.expires is None or (new.expires is not None and new.expires <= old.expires) for old in olds):
        told.append(f"lets it hold until {new.expires}" if new.expires else "lets it hold for good")
    if not any(not old.paths or (new.paths and set(new.paths) <= set(old.paths)) for old in olds):
        told.append(f"lets it hold in {', '.join(new.paths)}" if new.paths else "lets it hold in all paths")
    return f"widens a suppression of [{new.rule}]: {' and '.join(told) or 'its terms are wider together'}"
