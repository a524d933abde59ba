"""Which imported rules find what a built-in rule finds anyway."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from scanner.convert.drafts import Draft, LeftOut
from scanner.convert.notes import Note
from scanner.convert.sound import file_of
from scanner.engine.rulecheck import file_name
from scanner.engine.scan import Scanner
from scanner.model import Blob, FileOrigin
from scanner.ruleset.examples import cases
from scanner.ruleset.spec import RuleSpec, read


def notes(entries: Sequence[Draft | LeftOut], their_ids: Mapping[str, str], builtin: Scanner) -> Iterator[Note]:
    """Yield a note for each rule in all of whose examples a built-in rule finds just the same secret."""
    lines = {entry.id: entry.line for entry in entries if isinstance(entry, Draft)}
    drafts = [entry for entry in entries if isinstance(entry, Draft) and entry.example]
    for spec in read(file_of(drafts)) if drafts else []:
        if own := _finds(spec, builtin):
            what = f"redhanded's own rule {own!r} finds the same, and may take the finding from this one"
            by_hand = f"delete this rule, or do without the other: --skip {own}"
            yield Note(lines[spec.id], their_ids[spec.id], what, by_hand)


def _finds(spec: RuleSpec, builtin: Scanner) -> str:
    """Return the id of a built-in rule, empty for none. Generic rules do not count: they give way to this one."""
    generic = {rule.id for rule in builtin.rules if "generic" in rule.tags}
    origin = FileOrigin(file_name(spec))
    found: set[str] | None = None
    for case in cases(spec):
        findings = builtin.scan_blob(Blob(origin, case.text)).findings
        ids = {finding.rule_id for finding in findings if finding.location.span == case.secret_span} - generic
        found = ids if found is None else found & ids
    return min(found, default="") if found else ""
