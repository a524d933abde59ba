"""A gitleaks or betterleaks configuration as it stands, after their documentation of the format.

https://github.com/gitleaks/gitleaks#configuration, https://github.com/betterleaks/betterleaks/blob/main/docs/config.md.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final, NamedTuple

from scanner.convert.notes import Note
from scanner.convert.tables import Table

_CEL: Final = "it is a program in their own language, which cannot be carried over"
_EXPRESSIONS: Final = {
    "prefilter": "write paths to leave out into .redhanded.yaml, under `exclude`",
    "filter": "write what is harmless as `allow`, a least entropy as `min_entropy`, paths into .redhanded.yaml",
    "validate": "write the facts of the check under `verify`; redhanded itself never calls anybody",
    "analyze": "there is no counterpart: redhanded never calls anybody",
    "revoke": "write under `revoke` how a person makes the secret worthless",
}


class Allowlist(NamedTuple):
    """`regexes`, `paths` and so on with the lines of their keys in `lines`; `rules`: only for these."""

    line: int
    is_and: bool
    regexes: tuple[str, ...]
    target: str
    stopwords: tuple[str, ...]
    paths: tuple[str, ...]
    commits: tuple[str, ...]
    rules: tuple[str, ...]
    lines: dict[str, int]
    description: str = ""


class Required(NamedTuple):
    id: str
    line: int
    near: tuple[str, ...]  # the keys that say how near, with their values


class TheirRule(NamedTuple):
    id: str
    line: int
    description: str
    regex: str
    path: str
    keywords: tuple[str, ...]
    entropy: float
    secret_group: int | None
    tags: tuple[str, ...]
    severity: str
    skip_report: bool
    allowlists: tuple[Allowlist, ...]
    required: tuple[Required, ...]
    lines: dict[str, int]


class Theirs(NamedTuple):
    title: str
    rules: tuple[TheirRule, ...]
    allowlists: tuple[Allowlist, ...]
    notes: tuple[Note, ...]  # what has no counterpart at all
    disabled: tuple[str, ...] = ()  # their own rules that they do without
    uses_default: bool = False  # whether their own rules run besides


_RULE_KEYS: Final = ("id", "description", "regex", "path", "keywords", "entropy", "secretGroup", "tags", "severity")
_ALLOW_KEYS: Final = ("regexes", "stopwords", "paths", "commits", "regexTarget")


def read(top: Table) -> Theirs:
    """Return what the file says. Raises ConfigError for values of the wrong kind."""
    notes: list[Note] = []
    title = top.text("title")
    top.text("description")
    for key in ("minVersion", "betterleaksMinVersion"):
        top.text(key)  # about their program, not about what is found
    extend = top.table("extend")
    _extend(extend, notes)
    rules = tuple(_rule(table, notes) for table in top.tables("rules"))
    allowlists = tuple(_allowlist(table, "", notes) for table in _allowlists(top))
    _expressions(top, "", notes)
    _unknown(top, "", ("rules", "extend", "allowlists", "title"), notes)
    disabled = extend.texts("disabledRules") if extend else ()
    return Theirs(title, rules, allowlists, tuple(notes), disabled, bool(extend and extend.flag("useDefault")))


def _extend(table: Table | None, notes: list[Note]) -> None:
    if table is None:
        return
    if table.flag("useDefault"):
        what = "`useDefault`: their own rules are not carried over"
        notes.append(
            Note(table.line("useDefault"), "", what, "nothing: redhanded's own rules run beside those of --rules")
        )
    for key in ("path", "url"):
        if table.text(key):
            what = f"`{key}`: the configuration that it names is not carried over"
            notes.append(Note(table.line(key), "", what, "import that file too, and give both files with --rules"))
    if table.texts("disabledRules"):
        what = "`disabledRules`: the ids are of their rules"
        by_hand = "`redhanded rules list` shows ours; leave one out with --skip ID"
        notes.append(Note(table.line("disabledRules"), "", what, by_hand))
    _unknown(table, "", ("useDefault", "path", "url", "disabledRules"), notes)


def _rule(table: Table, notes: list[Note]) -> TheirRule:
    id = table.text("id")
    required = tuple(_required(one, id, notes) for key in ("required", "components") for one in table.tables(key))
    rule = TheirRule(
        id=id,
        line=table.at,
        description=table.text("description"),
        regex=table.text("regex"),
        path=table.text("path"),
        keywords=table.texts("keywords"),
        entropy=table.number("entropy"),
        secret_group=table.whole("secretGroup"),
        tags=table.texts("tags"),
        severity=table.text("severity"),
        skip_report=table.flag("skipReport"),
        allowlists=tuple(_allowlist(one, id, notes) for one in _allowlists(table)),
        required=required,
        lines={key: table.line(key) for key in (*_RULE_KEYS, "skipReport", "required")},
    )
    if table.flag("tokenEfficiency"):
        what = "`tokenEfficiency` not carried over: redhanded has no such measure"
        notes.append(Note(table.line("tokenEfficiency"), id, what, "`min_entropy`, or the tags `named` and `random`"))
    _expressions(table, id, notes)
    _unknown(table, id, (*_RULE_KEYS, "skipReport", "required", "allowlists"), notes)
    return rule


def _required(table: Table, rule_id: str, notes: list[Note]) -> Required:
    near = [f"{key} = {value}" for key in ("withinLines", "withinColumns") if (value := table.whole(key)) is not None]
    if within := table.text("within"):
        near.append(f"within = {within}")
    if table.flag("optional"):
        near.append("optional = true")
    required = Required(table.text("id"), table.at, tuple(near))
    _unknown(table, rule_id, ("id", "withinLines", "withinColumns"), notes)
    return required


def _allowlists(table: Table) -> list[Table]:
    return [*table.tables("allowlist"), *table.tables("allowlists")]


def _allowlist(table: Table, rule_id: str, notes: list[Note]) -> Allowlist:
    description = table.text("description")
    condition = table.text("condition").upper()
    if condition not in ("", "OR", "AND", "||", "&&"):
        what = f"the condition {condition!r} is neither OR nor AND; it was read as AND"
        notes.append(Note(table.line("condition"), rule_id, what))
    allowlist = Allowlist(
        line=table.at,
        is_and=condition not in ("", "OR", "||"),
        regexes=table.texts("regexes"),
        target=table.text("regexTarget").lower() or "secret",
        stopwords=table.texts("stopwords"),
        paths=table.texts("paths"),
        commits=table.texts("commits"),
        rules=table.texts("targetRules"),
        lines={key: table.line(key) for key in _ALLOW_KEYS},
        description=description,
    )
    _unknown(table, rule_id, (*_ALLOW_KEYS, "condition", "description", "targetRules"), notes)
    return allowlist


def _expressions(table: Table, rule_id: str, notes: list[Note]) -> None:
    for key, by_hand in _EXPRESSIONS.items():
        if key in table and table.text(key).strip():
            notes.append(Note(table.line(key), rule_id, f"`{key}` not carried over: {_CEL}", by_hand))


def _unknown(table: Table, rule_id: str, known: tuple[str, ...], notes: list[Note]) -> None:
    for key in table.rest():
        near = get_close_matches(key.lower(), [one.lower() for one in known], 1)
        by_hand = f"did you mean `{next(one for one in known if one.lower() == near[0])}`?" if near else ""
        notes.append(Note(table.line(key), rule_id, f"the key `{key}` is unknown and was not carried over", by_hand))
