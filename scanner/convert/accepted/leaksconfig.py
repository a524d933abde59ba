"""`.gitleaks.toml` and `.betterleaks.toml`: rules for a rule file, allowlists for `exclude` and `allow`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from scanner.convert.accepted.ignoring import to_patterns
from scanner.convert.accepted.items import allowed, everything, exclusion, skipped, words
from scanner.convert.accepted.said import Left, Said, Setting
from scanner.convert.gitleaks import convert_rules
from scanner.convert.notes import Note
from scanner.convert.pathways import NotForPathsError
from scanner.convert.tables import read as read_toml
from scanner.convert.theirs import Allowlist, TheirRule, Theirs, read
from scanner.engine.scan import Scanner

_AND: Final = "all of its criteria must hold at once (AND), which `allow` can say of values and paths only"
_MATCH: Final = "it is about the whole match, of which `allow` knows the value and its line"
_COMMITS: Final = "redhanded leaves out no commits: what they hold stands there for good"
_BY_HAND: Final = "accept what they hold: `redhanded history`, then `redhanded allow add`"
_ALLOW: Final = "write `allow` into .redhanded.yaml; docs/config.md says how"
# What the notes of the rules' import say of things that are told here otherwise.
_TOLD: Final = ("`disabledRules`", "`useDefault`", "`path`: the configuration", "`url`: the configuration")


def leaks_config(file: str, tool: str, data: bytes, builtin: Scanner, jobs: int = 1) -> Said:
    """Return what the configuration says. `builtin` has our own rules. Raises ConfigError."""
    theirs = read(read_toml(file, data))
    ours = {rule.id for rule in builtin.rules}
    new = [rule for rule in theirs.rules if rule.regex or rule.path]
    imported = None
    if new:
        plain = tuple(_without_places(rule) for rule in new)
        imported = convert_rules(file, theirs._replace(rules=plain, allowlists=()), "", builtin, jobs)
    ids = {**{id: id for id in ours}, **dict(imported.ids if imported else ())}
    found: list[Setting | Left] = [*_extended(file, theirs, ours, bool(new))]
    for allowlist in theirs.allowlists:
        found += _allowlist(file, allowlist, ids)
    for rule in theirs.rules:
        found += _of_rule(file, rule, ids, rule in new)
    found += _notes(file, imported.notes if imported else theirs.notes)
    rules = imported if imported and imported.carried else None
    return Said.of(file, tool, found, rules)


def _without_places(rule: TheirRule) -> TheirRule:
    """Return the rule less what its allowlists say of paths and commits, which is told in the configuration."""
    kept = (one if one.is_and else one._replace(paths=(), commits=()) for one in rule.allowlists)
    return rule._replace(allowlists=tuple(one for one in kept if not (one.is_and and (one.paths or one.commits))))


def _extended(file: str, theirs: Theirs, ours: set[str], has_rules: bool) -> Iterator[Setting | Left]:
    for id in theirs.disabled:
        line = next((note.line for note in theirs.notes if note.what.startswith("`disabledRules`")), 1)
        if id in ours:
            yield skipped(file, line, f"disabled rule {id!r}", id)
        else:
            yield Left(file, line, f"disabled rule {id!r}", "redhanded has no rule of that id", is_harmless=True)
    for note in theirs.notes:
        if note.what.startswith(("`path`: the conf", "`url`: the conf")):
            by_hand = "`redhanded migrate FILE` with that file"
            yield Left(file, note.line, note.what.split(":")[0], "it names another configuration", by_hand)
    if has_rules and not theirs.uses_default:
        why = "they use their own rules only; here the built-in ones run besides (`builtin-rules: off` turns them off)"
        yield Left(file, 1, "no `useDefault`", why, is_harmless=True)


def _notes(file: str, notes: tuple[Note, ...]) -> Iterator[Left]:
    for note in notes:
        if note.what.startswith(_TOLD):
            continue
        what = f"rule {note.rule_id!r}" if note.rule_id else "the rules"
        is_left = "not carried over" in note.what or note.what.startswith("left out")
        yield Left(file, note.line, what, note.what, note.by_hand, is_harmless=not is_left)


def _of_rule(file: str, rule: TheirRule, ids: Mapping[str, str], is_new: bool) -> Iterator[Setting | Left]:
    if rule.id not in ids:
        if not is_new:
            why = f"their rule {rule.id!r} is not here, and this only changes it"
            yield Left(file, rule.line, f"rule {rule.id!r}", why, _ALLOW, is_harmless=not rule.allowlists)
        return
    for one in rule.allowlists:
        is_in_the_rule = is_new and not (one.is_and and (one.paths or one.commits))
        rest = one._replace(regexes=(), stopwords=()) if is_in_the_rule else one
        yield from _allowlist(file, rest._replace(rules=(rule.id,)), ids)


def _allowlist(file: str, allowlist: Allowlist, ids: Mapping[str, str]) -> Iterator[Setting | Left]:
    rules = tuple(ids[id] for id in allowlist.rules if id in ids)
    for id in allowlist.rules:
        if id not in ids:
            yield Left(file, allowlist.line, "an allowlist", f"their rule {id!r}, for which it is, is not here", _ALLOW)
    if allowlist.rules and not rules:
        return
    kinds = (allowlist.regexes, allowlist.stopwords, allowlist.paths, allowlist.commits)
    if allowlist.is_and and sum(map(bool, kinds)) > 1:
        yield from _together(file, allowlist, rules)
        return
    yield from _values(file, allowlist, rules, ())
    line = allowlist.lines["paths"]
    for expression in allowlist.paths:
        if rules:
            yield _in_paths(file, line, expression, allowlist, rules)
        else:
            yield from exclusion(file, line, expression)
    if allowlist.commits:
        what = f"{len(allowlist.commits)} allowed commit{'s' * (len(allowlist.commits) > 1)}"
        yield Left(file, allowlist.lines["commits"], what, _COMMITS, _BY_HAND)


def _together(file: str, allowlist: Allowlist, rules: tuple[str, ...]) -> Iterator[Setting | Left]:
    """Yield what allows values in paths, when no more than these must hold at once."""
    if allowlist.commits or (allowlist.regexes and allowlist.stopwords) or not allowlist.paths:
        yield Left(file, allowlist.line, "an allowlist", _AND, _ALLOW)
        return
    try:
        paths = tuple(pattern for expression in allowlist.paths for pattern in to_patterns(expression))
    except NotForPathsError as error:
        why = f"a regular expression of paths cannot be patterns: {error}"
        yield Left(file, allowlist.lines["paths"], "an allowlist", why, _ALLOW)
        return
    yield from _values(file, allowlist, rules, paths)


def _in_paths(file: str, line: int, expression: str, allowlist: Allowlist, rules: tuple[str, ...]) -> Setting | Left:
    what = f"path {expression!r} for {', '.join(rules)}"
    try:
        patterns = to_patterns(expression)
    except NotForPathsError as error:
        why = f"this regular expression cannot be patterns of paths: {error}"
        return Left(file, line, what, why, _ALLOW)
    return everything(file, line, what, allowlist.description, rules, patterns)


def _values(
    file: str, allowlist: Allowlist, rules: tuple[str, ...], paths: tuple[str, ...]
) -> Iterator[Setting | Left]:
    said = allowlist.description
    if allowlist.regexes and allowlist.target not in ("secret", "line"):
        count = len(allowlist.regexes)
        what = f"{count} allowed regular expression{'s' * (count > 1)} of the {allowlist.target}"
        yield Left(file, allowlist.lines["regexes"], what, _MATCH, _ALLOW)
    else:
        over = "line" if allowlist.target == "line" else "value"
        for expression in allowlist.regexes:
            yield allowed(file, allowlist.lines["regexes"], over, expression, said, rules, paths)  # type: ignore[arg-type]
    if stopwords := [one for one in allowlist.stopwords if one]:
        yield from words(file, allowlist.lines["stopwords"], stopwords, said, rules, paths)
    if "" in allowlist.stopwords:
        why = "it would allow everything"
        yield Left(file, allowlist.lines["stopwords"], "an empty stopword", why, is_harmless=True)
