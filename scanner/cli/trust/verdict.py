"""Findings told apart by what the change itself says of them; and changes of the policy as findings of their own."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Final

from scanner.cli.settings import InForce
from scanner.model import (
    POLICY_CHANGE,
    BlobOrigin,
    Finding,
    Location,
    Notice,
    Position,
    Span,
    Suppressed,
)
from scanner.policy.compare import by_layer
from scanner.policy.config import Policy
from scanner.policy.paths import allows_at
from scanner.policy.values import Allow, Word
from scanner.redact import Secret, fingerprint, printable
from scanner.ruleset.names import names

_NAME: Final = "Change of the policy"


def opened(entry: Suppressed) -> Finding:
    """Return what a comment allows as a finding that says so."""
    if entry.marker is None:
        return entry.finding
    return entry.finding._replace(unapproved=f"the {entry.marker.form} on line {entry.marker.line:,}")


def would_allow(finding: Finding, found: InForce, policies: Sequence[Policy]) -> Finding:
    """Return the finding with what in the configuration of the change would let it pass, if anything would."""
    if finding.unapproved or not policies:
        return finding
    places = (finding.location, *finding.also)
    told = [next(_silences(finding, place, found, policies), "") for place in places]
    return finding._replace(unapproved=told[0]) if all(told) else finding


def _silences(finding: Finding, place: Location, found: InForce, policies: Sequence[Policy]) -> Iterator[str]:
    path = found.place(place)[1]
    for policy in policies:
        word = next(_words(finding, path, policy), None)
        if word:
            yield _told(word, policy)
    known = len(found.allows)
    for number in place.allowed:
        allow = found.proposed[number - known] if number >= known else None
        if allow and allows_at(allow, path):
            yield _allow(allow, policies)


def _words(finding: Finding, path: str, policy: Policy) -> Iterator[Word]:
    if path:
        if word := policy.excluded(path):
            yield Word(f"exclude: {word.text}", word.at)
        if at := policy.skipped(finding.rule_id, path):
            yield Word("skip", at)
    graded = policy.severity(finding.rule_id, path)
    if graded and graded.severity == "info":
        yield Word(f"severity: {graded.rule}: info", graded.at)
    for layer in policy.layers:
        if word := by_layer(layer, finding.rule_id, finding.confidence, names):
            yield word


def _told(word: Word, policy: Policy) -> str:
    return f"`{printable(word.text)}` at {f'{word.at}'.removeprefix(policy.prefix)}"


def _allow(allow: Allow, policies: Sequence[Policy]) -> str:
    at = f"{allow.at}"
    for policy in policies:
        at = at.removeprefix(policy.prefix)
    return f"`allow` at {at}"


def as_finding(notice: Notice, oid: str) -> Finding:
    """Return a change of the policy as a finding, which holds no secret."""
    line = Position(max(1, notice.line), 1)
    place = os.fsdecode(notice.path)
    return Finding(
        POLICY_CHANGE,
        _NAME,
        "high",
        "proven",
        1.0,
        Secret(b"", "no secret"),
        fingerprint(POLICY_CHANGE, f"{place}\0{notice.message}".encode("utf-8", "surrogateescape")),
        Location(BlobOrigin(oid, notice.path), Span(0, 0), line, line),
        notes=(notice.message,),
        in_head=True,
    )
