"""What the team's policy says of what `redhanded why` tells: the configuration, and the suppressions."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from scanner.cli.entries import SHORT
from scanner.cli.run import fails
from scanner.cli.settings import FAIL_ON, InForce, silence
from scanner.engine.why import Account, Telling
from scanner.model import Drop, Finding, IndexOrigin, Location, Position, StdinOrigin
from scanner.policy.allowfile import Entry
from scanner.policy.paths import covers
from scanner.policy.suppress import Matching, Secret
from scanner.redact import fingerprint, printable
from scanner.report._words import prose

_MOST: Final = 50  # rules of suppressions under which a value is looked for, too
_UNSURE: Final = ("below-gate", "unlikely")
_WORDS: Final = {"skipped": "set aside, as the rule is off here", "config": "allowed by the configuration"}

Key = tuple[str, Position]
Step = tuple[str, str]


class Ruling(NamedTuple):
    """What the policy says of one match: `outcome` when it silences it, else empty; and the steps that led there."""

    outcome: str
    steps: tuple[Step, ...]


class Judge(NamedTuple):
    """`path` is that in the repository, empty for what has none; `day` decides what has expired."""

    found: InForce
    entries: tuple[Entry, ...]
    path: str
    day: date
    threads: int
    least: float | None  # the confidence that is asked for

    def rulings(self, telling: Telling) -> dict[Key, Ruling]:
        """Return what is to be said of each match that no comment allows."""
        shown = {(one.rule.id, one.start) for one in telling.accounts}
        wholes = [one for one in telling.findings if shown & {key for key, _ in _parts(one)}]
        matching = Matching(self.entries, (secret for one in wholes for secret in self._asked(one)), self.threads)
        return {key: ruling for one in wholes for key, ruling in self._of_whole(one, matching)}

    def _asked(self, finding: Finding) -> Iterator[Secret]:
        """Yield the secrets of the finding, and as other rules would name them: an entry may be for one of those."""
        rules = sorted({entry.rule for entry in self.entries})[:_MOST]
        yield from (secret for _, secret in _parts(finding))
        value = finding.secret.reveal()
        yield from (Secret(rule, fingerprint(rule, value)) for rule in rules if rule != finding.rule_id)

    def _of_whole(self, finding: Finding, matching: Matching) -> Iterator[tuple[Key, Ruling]]:
        silent, config = self._configured(finding)
        accepted = {key: self._accepts(secret, matching) for key, secret in _parts(finding)}
        outcome = silent or ("allowed by a suppression" if all(accepted.values()) else "")
        for key, secret in _parts(finding):
            steps = list(config)
            if not silent:
                steps += (("suppressed", words) for words in self._said(secret, finding, matching))
                if accepted[key] and not outcome:
                    missing = ", ".join(f"{rule} in line {at.line}" for (rule, at), yes in accepted.items() if not yes)
                    steps.append(("suppressed", f"not the whole credential is accepted: {missing} is not"))
            if not outcome:
                steps.append(("accept", f"redhanded allow add {finding.fingerprint[:SHORT]} --reason WHY"))
            yield key, Ruling(outcome, tuple(steps))

    def _configured(self, finding: Finding) -> tuple[str, list[Step]]:
        """Return what the configuration makes of it, if it silences it; and what it says."""
        where = self._moved(finding.location)
        said = silence(finding.rule_id, where, self.found)
        if said and said.reason in _WORDS:
            return _WORDS[said.reason], [("config", prose(said.detail))]
        steps = []
        for allow in (self.found.whole.allows[number] for number in where.allowed):
            places = [allow.folder + path.lstrip("/") for path in allow.paths] or [allow.folder]
            steps.append(("config", f"`allow` at {allow.at} fits, but is for {', '.join(places)} only"))
        graded = self.found.whole.severity(finding.rule_id, self.path)
        if graded and graded.severity != finding.severity:
            steps.append(("config", f"severity {graded.severity} by {graded.at}; else it would be {finding.severity}"))
            finding = finding._replace(severity=graded.severity)
        gate = self.found.whole.fail_on
        if not fails(finding, gate.text if gate else FAIL_ON):
            by = f"fail-on: {gate.text} in {gate.at}" if gate else f"--fail-on {FAIL_ON}"
            steps.append(("gate", f"it is reported, and fails nothing ({by}; findings of severity info never do)"))
        return "", steps

    def _moved(self, place: Location) -> Location:
        """Return the place as one in the repository, wherever the content has come from."""
        origin = IndexOrigin(os.fsencode(self.path)) if self.path else StdinOrigin()
        return place._replace(origin=origin)

    def _accepts(self, secret: Secret, matching: Matching) -> bool:
        return any(not self._fault(entry) for entry in matching.about(secret))

    def _fault(self, entry: Entry) -> str:
        """Return why an entry about a secret does not count, empty when it does."""
        if entry.is_over(self.day):
            return f"it has expired on {entry.expires}"
        if entry.paths and not (self.path and covers(entry.paths, self.path)):
            return f"it is for {', '.join(entry.paths)} only"
        return ""

    def _said(self, secret: Secret, finding: Finding, matching: Matching) -> Iterator[str]:
        """Yield what the suppressions say of a secret, those that count first."""
        about = sorted(matching.about(secret), key=lambda entry: (bool(self._fault(entry)), entry.place))
        for entry in about:
            fault = self._fault(entry)
            verb = f"does not count, as {fault}" if fault else "accepts it"
            yield f"{entry.place} {verb}: {prose(entry.reason)} ({prose(entry.owner)})"
        if about:
            return
        others = (one for one in self._asked(finding) if secret.rule == finding.rule_id != one.rule)
        if other := next((entry for one in others for entry in matching.about(one)), None):
            yield f"{other.place} does not count, as it is for {printable(other.rule)}: {prose(other.reason)}"
        else:
            yield "no entry in .redhanded/allow is about it"

    def beside(self, account: Account) -> Iterator[Step]:
        """Yield what else the configuration has to do with a match, and where it says so."""
        policy, verdict = self.found.whole, account.verdict
        least = policy.min_confidence
        if least and least.value == self.least and isinstance(verdict, Drop) and verdict.reason in _UNSURE:
            yield "config", f"min-confidence {least.value:g} by {least.at}"
        beside = {one.marker.tool for one in account.markers if one.fault}
        for mark in (mark for layer in policy.layers for mark in layer.markers):
            if not mark.on and mark.tool in beside & policy.markers_off:
                yield "config", f"{mark.at}: {mark.tool}'s markers are not honoured"


def _parts(finding: Finding) -> Iterator[tuple[Key, Secret]]:
    yield (finding.rule_id, finding.location.start), Secret(finding.rule_id, finding.fingerprint)
    for part in finding.parts:
        yield (part.rule_id, part.location.start), Secret(part.rule_id, part.fingerprint)


def headers(found: InForce, path: str, size: int, name: str) -> Iterator[str]:
    """Yield what holds for the whole content, before any rule looks at it."""
    policy = found.whole
    if path and (word := policy.excluded(path)):
        yield f"{name}: left out by {printable(word.text)} in {word.at}; what follows is of its content all the same"
    limit = policy.max_file_size
    if limit and size > limit.value:
        yield (
            f"{name}: larger than max-file-size in {limit.at} ({int(limit.value):,} bytes), so no scan reads it; what "
            "follows is of its content all the same"
        )
    if policy.builtin_rules and not policy.builtin_rules.on:
        yield f"the built-in rules are turned off by {policy.builtin_rules.at}"


def path_in(found: InForce, place: str) -> str:
    """Return the path in the repository of an absolute one, with slashes; empty for none."""
    return os.path.relpath(place, found.whole.root).replace(os.sep, "/") if place else ""
