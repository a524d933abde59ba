"""What others are told to leave out, as a change to `.redhanded.yaml`, and their rules as files beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from scanner.cli.init.files import read_text
from scanner.cli.init.plan import CONFIG, Change
from scanner.cli.init.yamledit import CannotEditError, with_item
from scanner.convert.accepted.said import Left, Said, Setting
from scanner.convert.yamlfile import scalar
from scanner.errors import ConfigError
from scanner.policy.layer import parse
from scanner.policy.values import Layer

RULES: Final = ".redhanded/rules"
_HEAD: Final = "# What was taken over from other scanners by `redhanded migrate`; docs/config.md explains the keys.\n"


class Plan(NamedTuple):
    """`changes` are files to write, `rule_files` those of them that have rules. `exclude` are all patterns that the
    configuration has then; `taken` the settings that are new, `there` how many it has already.
    """

    changes: tuple[Change, ...]
    rule_files: tuple[Change, ...]
    exclude: tuple[str, ...]
    taken: tuple[Setting, ...]
    there: int
    left: tuple[Left, ...]


class _Item(NamedTuple):
    key: str
    item: str
    what: object  # what it says, to tell whether it is there already


def plan(root: str, said: Sequence[Said]) -> Plan:
    """Raises ConfigError for a configuration of ours that is wrong, UsageError for one that cannot be read."""
    left: list[Left] = []
    rule_files, items = _rule_files(root, said, left)
    old = read_text(root, CONFIG)
    layer = parse(CONFIG, (old or "").encode())
    there = {("rules", word.text) for word in layer.rules} | _said_by(layer)
    taken: list[Setting] = []
    count = 0
    for setting in (setting for one in said for setting in one.settings):
        try:
            what = _said_by(parse(CONFIG, f"{setting.key}:\n{_indented(setting.item)}".encode()))
        except ConfigError as error:
            why = f"it cannot stand in our configuration: {error.message}"
            left.append(Left(setting.file, setting.line, setting.what, why))
            continue
        if not what <= there:
            taken.append(setting)
        count += what <= there
        items += [_Item(setting.key, setting.item, one) for one in what]
    new, open_ones = _added(old, list({item.what: item for item in items if item.what not in there}.values()))
    left += open_ones
    changes = list(rule_files)
    if new is not None and new != old:
        changes.append(Change(CONFIG, "what other scanners are told to leave out", old, new))
    after = parse(CONFIG, ((old if new is None else new) or "").encode())
    return Plan(
        tuple(changes), tuple(rule_files), tuple(word.text for word in after.exclude), tuple(taken), count, tuple(left)
    )


def _said_by(layer: Layer) -> set[tuple[object, ...]]:
    found: set[tuple[object, ...]] = {("exclude", word.text) for word in layer.exclude}
    found |= {("skip", word.text) for word in layer.skip}
    return found | {("allow", one.over, one.pattern, one.rules, one.paths) for one in layer.allow}


def _indented(item: str) -> str:
    return "".join(f"  {line}" for line in item.splitlines(keepends=True))


def _added(old: str | None, items: Sequence[_Item]) -> tuple[str | None, list[Left]]:
    """Return the configuration with the items; None, and what to do by hand, when that cannot be done."""
    if not items:
        return old, []
    text = _HEAD if old is None else old
    by_key: dict[str, str] = {}
    for item in items:
        by_key[item.key] = by_key.get(item.key, "") + item.item
    try:
        for key, more in by_key.items():
            text = with_item(text, key, more)
        parse(CONFIG, text.encode())
    except (CannotEditError, ConfigError) as error:
        by_hand = "\n".join(f"{key}:\n{_indented(more).rstrip()}" for key, more in by_key.items())
        reason = error.message if isinstance(error, ConfigError) else f"{error}"
        return None, [Left(CONFIG, 1, "what would be added", f"it cannot be added to: {reason}", by_hand)]
    return text, []


def _rule_files(root: str, said: Sequence[Said], left: list[Left]) -> tuple[list[Change], list[_Item]]:
    changes: list[Change] = []
    items: list[_Item] = []
    ids: dict[str, str] = {}
    for one in said:
        if one.rules is None:
            continue
        name = f"{RULES}/{one.tool}.yaml"
        if twice := [ours for _, ours in one.rules.ids if ours in ids]:
            why = f"its rule {twice[0]!r} is one of {ids[twice[0]]}, too: its rules are left out"
            left.append(Left(one.file, 1, "its rules", why, "`redhanded rules import` makes a file of them"))
            continue
        ids |= dict.fromkeys((ours for _, ours in one.rules.ids), one.file)
        there = read_text(root, name)
        if there not in (None, one.rules.text):
            why = f"{name} is there, and says something else"
            left.append(Left(one.file, 1, "its rules", why, "move that file away, and run this again"))
            continue
        items.append(_Item("rules", f"- {scalar(name)}\n", ("rules", name)))
        if there is None:
            why = f"{one.rules.carried} of {one.rules.total} rules of {one.file}"
            changes.append(Change(name, why, None, one.rules.text))
    return changes, items
