"""`redhanded allow list`, `remove`, `prune` and `check`: what is accepted, and what of it is of no use any more."""

from __future__ import annotations

import json
import re
from argparse import Namespace, _SubParsersAction
from typing import Any, Final

from scanner.cli.allowed import today
from scanner.cli.entries import add_rules, entry_line, root_of, to_commit, use_of
from scanner.cli.environment import Environment
from scanner.errors import CLEAN, FINDINGS, UsageError
from scanner.policy.allowfile import Entry
from scanner.policy.allowfolder import FOLDER, load, remove
from scanner.policy.keyed import derive
from scanner.redact import printable

_NAME: Final = re.compile(r"[0-9a-f]{8,32}")


def add_parsers(actions: _SubParsersAction[Any]) -> None:
    listing = actions.add_parser("list", help="list what is accepted, by whom and why")
    listing.add_argument("--format", choices=("text", "json"), default="text")
    removing = actions.add_parser("remove", help="stop accepting something")
    removing.add_argument("ids", metavar="ID", nargs="+", help="as `list` shows it, or the full id of a finding")
    pruning = actions.add_parser("prune", help="remove what has expired or matches nothing any more")
    pruning.add_argument("--dry-run", action="store_true", help="only show what would be removed")
    add_rules(pruning)
    add_rules(actions.add_parser("check", help="exit with 1 when there is something to prune"))


def run(options: Namespace, environment: Environment) -> int:
    root = root_of(environment)
    entries = tuple(sorted(load(root), key=lambda entry: entry[:5]))
    match options.action:
        case "list":
            return _list(entries, options, environment)
        case "remove":
            return _remove(entries, options.ids, root, environment)
        case _:
            return _tidy(entries, options, root, environment)


def _list(entries: tuple[Entry, ...], options: Namespace, environment: Environment) -> int:
    day = today(environment.now)
    if options.format == "json":
        json.dump([_as_object(entry) for entry in entries], environment.out, indent=2)
        environment.out.write("\n")
        return CLEAN
    environment.out.writelines(f"{entry_line(entry, day)}\n" for entry in entries)
    if not entries:
        environment.out.write(f"nothing is accepted: there is no file in {FOLDER}\n")
    return CLEAN


def _as_object(entry: Entry) -> dict[str, object]:
    fields = entry._asdict()
    fields.pop("end")
    return {**fields, "expires": entry.expires and entry.expires.isoformat()}


def _remove(entries: tuple[Entry, ...], ids: list[str], root: str, environment: Environment) -> int:
    gone = [entry for given in ids for entry in _named(entries, given)]
    names = remove(root, dict.fromkeys(gone))
    day = today(environment.now)
    environment.out.writelines(f"removed: {entry_line(entry, day)}\n" for entry in dict.fromkeys(gone))
    if command := to_commit(root, names if len(names) < 4 else [FOLDER], environment):
        environment.out.write(f"commit it: {command}\n")
    return CLEAN


def _named(entries: tuple[Entry, ...], given: str) -> list[Entry]:
    if not _NAME.fullmatch(given):
        raise UsageError(f"{printable(given)!r} is not an id", "`redhanded allow list` shows the ids")
    found = [entry for entry in entries if entry.hash.startswith(given)]
    if not found and len(given) == 32:
        names = {salt: derive(given, salt) for salt in {entry.salt for entry in entries}}
        found = [entry for entry in entries if names[entry.salt] == entry.hash]
    if not found:
        help = "`redhanded allow list` shows the ids; a finding's own id must have all 32 digits here"
        raise UsageError(f"nothing is accepted under {given}", help)
    if len({entry.hash for entry in found}) > 1:
        raise UsageError(f"{given} names several", f"give more digits: {', '.join(e.hash for e in found[:5])}")
    return found


def _tidy(entries: tuple[Entry, ...], options: Namespace, root: str, environment: Environment) -> int:
    day = today(environment.now)
    over = [entry for entry in entries if entry.is_over(day)]
    use = use_of([entry for entry in entries if not entry.is_over(day)], root, options, environment)
    for word, group in (("expired", over), ("unused", use.unused)):
        environment.out.writelines(f"{word}: {entry_line(entry, day)}\n" for entry in group)
    if use.unknown:
        environment.err.write(f"redhanded: of {len(use.unknown):,} it cannot be told whether they match: {use.why}\n")
    gone = [*over, *use.unused]
    if options.action == "prune" and not options.dry_run:
        remove(root, gone)
        environment.out.write(f"removed {len(gone):,} of {len(entries):,}\n")
        return CLEAN
    environment.out.write(f"{len(gone):,} of {len(entries):,} suppressions can be removed\n")
    return FINDINGS if gone and options.action == "check" else CLEAN
