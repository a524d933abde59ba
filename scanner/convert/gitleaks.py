"""A gitleaks or betterleaks configuration to the text of a rule file, and what could not be carried over."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from scanner.convert import allow, known
from scanner.convert.drafts import Draft, LeftOut, Scope, bound_note, convert
from scanner.convert.ids import choose, kebab
from scanner.convert.notes import Note
from scanner.convert.sound import settle
from scanner.convert.tables import read as read_toml
from scanner.convert.theirs import TheirRule, Theirs, read
from scanner.convert.yamlfile import text_of
from scanner.engine.scan import Scanner
from scanner.errors import ConfigError


class Imported(NamedTuple):
    """`text` is the rule file, with `carried` of `total` rules; the notes stand in the order of the lines. `ids` are
    those carried over, theirs and ours.
    """

    text: str
    carried: int
    total: int
    notes: tuple[Note, ...]
    ids: tuple[tuple[str, str], ...] = ()


def convert_file(file: str, data: bytes, provider: str, builtin: Scanner, jobs: int = 1) -> Imported:
    """Convert a configuration. `builtin` has the rules that these will stand beside; `provider` may be empty.

    Raises ConfigError for a file that is no such configuration, or has no rules.
    """
    theirs = read(read_toml(file, data))
    if not theirs.rules:
        raise ConfigError(
            "has no [[rules]]", file, help="there is nothing to import; allowlists go into .redhanded.yaml"
        )
    return convert_rules(file, theirs, provider, builtin, jobs)


def convert_rules(file: str, theirs: Theirs, provider: str, builtin: Scanner, jobs: int = 1) -> Imported:
    """Convert what there is at least one rule of."""
    provider = provider or " ".join(theirs.title.split()) or "Imported"
    notes = list(theirs.notes)
    for allowlist in theirs.allowlists:
        notes += allow.convert(allowlist, "").notes
    rules, entries = _drafts(theirs, {rule.id for rule in builtin.rules}, provider, notes)
    their_ids = {draft.id: rule.id for rule, draft in zip(rules, entries, strict=True)}
    entries = settle(entries, their_ids, jobs, notes)
    for rule, entry in zip(rules, entries, strict=True):
        if isinstance(entry, LeftOut):
            notes.append(Note(entry.line, rule.id, f"left out: {entry.reason}", _instead(rule)))
        elif note := bound_note(entry, rule):
            notes.append(note)
    entries = _paired(rules, entries, notes)
    notes += known.notes(entries, their_ids, builtin)
    notes += _about_severity(theirs)
    notes += _unknown_targets(theirs)
    carried = sum(isinstance(entry, Draft) for entry in entries)
    text = text_of(provider, file, entries)
    ids = tuple((rule.id, entry.id) for rule, entry in zip(rules, entries, strict=True) if isinstance(entry, Draft))
    notes = sorted(dict.fromkeys(notes), key=lambda note: note.line)
    return Imported(text, carried, len(rules), tuple(notes), ids)


def _instead(rule: TheirRule) -> str:
    if rule.regex and rule.keywords:
        words = ", ".join(rule.keywords)
        return f"write a rule with a `shape`, and `context` with what must stand before it ({words}?)"
    return "write a rule with a `shape` or a `pattern`: `redhanded rules new` starts one" if rule.regex else ""


def _drafts(
    theirs: Theirs, taken: Collection[str], provider: str, notes: list[Note]
) -> tuple[list[TheirRule], list[Draft | LeftOut]]:
    ids = choose(theirs.rules, taken, provider, notes)
    scope = Scope(ids, theirs.allowlists)
    entries: list[Draft | LeftOut] = []
    seen: dict[str, TheirRule] = {}
    for rule in theirs.rules:
        if not kebab(rule.id):
            entries.append(LeftOut(rule.id, rule.line, "it has no `id` with letters or digits", rule.regex))
        elif rule.id in seen:
            entries.append(LeftOut(rule.id, rule.line, f"the id is that of line {seen[rule.id].line}", rule.regex))
        else:
            entries.append(convert(rule, scope, notes))
        seen.setdefault(rule.id, rule)
    return list(theirs.rules), entries


def _about_severity(theirs: Theirs) -> list[Note]:
    if all(rule.severity or rule.skip_report for rule in theirs.rules):
        return []
    what = "rules without a severity, which their format does not ask for, were given `high`"
    return [Note(theirs.rules[0].line, "", what, "docs/writing-rules.md says what each severity is for")]


def _paired(rules: list[TheirRule], entries: list[Draft | LeftOut], notes: list[Note]) -> list[Draft | LeftOut]:
    """Return the entries, without pairs whose other half was left out: no finding would ever be whole."""
    carried = {entry.id for entry in entries if isinstance(entry, Draft)}
    paired: list[Draft | LeftOut] = []
    for rule, entry in zip(rules, entries, strict=True):
        if isinstance(entry, LeftOut) or carried.issuperset(entry.pair):
            paired.append(entry)
            continue
        gone = ", ".join(id for id in entry.pair if id not in carried)
        what = f"required rules not carried over, for they were left out: {gone}"
        notes.append(Note(rule.lines["required"], rule.id, what, "add their counterparts under `pair`"))
        paired.append(entry._replace(pair=tuple(id for id in entry.pair if id in carried)))
    return paired


def _unknown_targets(theirs: Theirs) -> list[Note]:
    known = {rule.id for rule in theirs.rules}
    notes = []
    for allowlist in theirs.allowlists:
        if unknown := [id for id in allowlist.rules if id not in known]:
            what = f"an allowlist not carried over for rules that are not in this file: {', '.join(unknown)}"
            notes.append(Note(allowlist.line, "", what, "comments `redhanded: allow[rule]` allow single lines"))
    return notes
