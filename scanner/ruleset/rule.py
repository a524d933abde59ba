"""`RuleSpec` to `Rule`: the one step in which a rule is checked and its pattern built and analysed."""

from __future__ import annotations

import re
from typing import Final

from scanner.model import CONFIDENCE
from scanner.ruleset import shape as shapes
from scanner.ruleset.analyse import Analysis, analyse
from scanner.ruleset.built import Rule
from scanner.ruleset.checksums import CHECKSUMS, Checksum
from scanner.ruleset.context import analyse_context, in_context
from scanner.ruleset.fragments import expand, line_breaks, start
from scanner.ruleset.shape_facts import analyse_shape
from scanner.ruleset.spec import RuleSpec
from scanner.ruleset.tree import PatternError

_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

# Not in the middle of a longer word; but an escape (\n, %3D, \u0022) ends in a letter without being part of the word.
_BEFORE: Final = r"(?:(?<![0-9A-Za-z])|(?<=\\[nrtbf])|(?<=%[0-9A-Fa-f]{2})|(?<=\\u00[0-9A-Fa-f]{2}))"


_BEHIND: Final = 6  # bytes that _BEFORE looks at


def build(spec: RuleSpec) -> Rule:
    """Check a rule and build what the engine needs. Raises RuleError naming its file and line."""
    if not _ID.fullmatch(spec.id):
        raise spec.error("the id must be lower-case words joined by hyphens")
    if spec.checksum and spec.checksum not in CHECKSUMS:
        raise spec.error(f"unknown checksum {spec.checksum!r}", f"known: {', '.join(CHECKSUMS)}")
    try:
        pattern, found = _from_shape(spec) if spec.shape else _from_pattern(spec.pattern)
    except (PatternError, shapes.ShapeError) as error:
        raise spec.error(str(error), "docs/writing-rules.md tells what a pattern may hold") from None
    _check_allow(spec)
    evidence = spec.evidence or ("contextual" if spec.context else "structured")
    confidence = CONFIDENCE[evidence] if spec.confidence is None else spec.confidence
    return Rule(
        **{key: getattr(spec, key) for key in _COPIED},
        evidence=evidence,
        confidence=confidence,
        pattern=pattern,
        **found._asdict(),
    )


_COPIED: Final = (
    *("id", "name", "description", "severity", "provider", "min_entropy", "checksum"),
    *("paths", "allow", "revoke", "references", "tags", "pair", "enabled"),
)


def _from_pattern(pattern: str) -> tuple[str, Analysis]:
    whole, coarse = expand(pattern)
    if whole.count("(?P<") != 1 or "(?P<secret>" not in whole:
        raise PatternError("needs exactly one named group, (?P<secret>...)")
    found = analyse(whole)
    if whole == coarse:
        return whole, found
    return whole, found._replace(looks=analyse(coarse).looks, start=start(pattern), linear=line_breaks(pattern))


def _from_shape(spec: RuleSpec) -> tuple[str, Analysis]:
    shape = shapes.parse(spec.shape)
    checksum = checksum_of(spec)
    body = f"(?P<secret>{shapes.to_pattern(shape, checksum)})"
    after = f"(?![{shapes.tail_class(shape, checksum)}])"
    if spec.context:
        value = analyse_shape(shape, checksum, behind=0, ahead=1, anchored=False)
        facts = analyse_context(spec.context, value)
        return in_context(spec.context, body + after), facts
    if spec.boundary == "none":
        return body, analyse_shape(shape, checksum, behind=0, ahead=0)
    return _BEFORE + body + after, analyse_shape(shape, checksum, behind=_BEHIND, ahead=1)


def checksum_of(spec: RuleSpec) -> Checksum | None:
    return CHECKSUMS[spec.checksum] if spec.checksum else None


def _check_allow(spec: RuleSpec) -> None:
    for allowed in spec.allow:
        try:
            re.compile(allowed.encode())
        except re.error as error:
            raise spec.error(f"`allow` entry {allowed!r} is not a valid pattern: {error}") from None
