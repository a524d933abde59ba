"""`redhanded baseline`: all that there is accepted at once, so that only what is new stops anybody."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence

from scanner.cli.allowed import today
from scanner.cli.entries import (
    add_rules,
    add_terms,
    as_entries,
    entry_line,
    root_of,
    shown,
    terms,
    to_commit,
    told,
    use_of,
)
from scanner.cli.environment import Environment
from scanner.cli.options import new_parser, rule_options
from scanner.cli.present import Found, Present, of_history, of_tree
from scanner.errors import CLEAN, FINDINGS, UsageError
from scanner.policy.allowfile import Entry
from scanner.policy.allowfolder import FOLDER, add, load, remove

_EXAMPLES = """\
  redhanded baseline create --reason "there before we scanned; see SEC-12"
  redhanded baseline create --history --reason "there before we scanned" --expires 2027-06-30
  redhanded baseline update                          what is new, and what is gone; the gone are removed
  redhanded baseline update --accept --reason "..."  accept what is new as well"""


def parser() -> ArgumentParser:
    made = new_parser("baseline", "Accept all present findings at once, and keep that list up to date.", _EXAMPLES)
    actions = made.add_subparsers(dest="action", required=True, metavar="create|update")
    creating = actions.add_parser("create", help="accept everything that is found now")
    updating = actions.add_parser(
        "update", help="show what is new, remove what is gone; with --accept also accept the new"
    )
    for one in (creating, updating):
        one.add_argument("--history", action="store_true", help="search the history, not only the files on disk")
    updating.add_argument("--accept", action="store_true", help="accept what is new; needs --reason")
    updating.add_argument("--dry-run", action="store_true", help="change nothing")
    add_terms(creating)
    add_terms(updating, reason_needed=False)
    rule_options(creating)
    add_rules(updating)
    return made


def run(options: Namespace, environment: Environment) -> int:
    root = root_of(environment)
    old = load(root)
    if options.action == "create":
        return _create(options, root, old, environment)
    if options.accept and options.reason is None:
        raise UsageError("--accept needs a reason", 'for example: --reason "a fixture that the new tests need"')
    if not options.accept and (options.reason or options.owner or options.expires or options.path):
        raise UsageError("nothing is accepted without --accept", "add --accept, or leave the reason and the rest out")
    return _update(options, root, old, environment)


def _present(options: Namespace, root: str, environment: Environment) -> Present:
    return (of_history if options.history else of_tree)(root, options, environment)


def _create(options: Namespace, root: str, old: tuple[Entry, ...], environment: Environment) -> int:
    terms(options, environment)  # complains before the work is done
    present = _present(options, root, environment)
    return _accept(_open(present), options, root, old, environment, present.whole)


def _open(present: Present) -> list[Found]:
    return [one for one in present.found if not one.hidden]


def _accept(
    new: Sequence[Found],
    options: Namespace,
    root: str,
    old: tuple[Entry, ...],
    environment: Environment,
    whole: bool,
) -> int:
    secrets = [secret for one in new for secret in one.secrets]
    made = as_entries(secrets, terms(options, environment), old, environment.cpus)
    day = today(environment.now)
    known = {(entry.salt, entry.hash, entry.rule, entry.paths) for entry in old if not entry.is_over(day)}
    made = [entry for entry in made if (entry.salt, entry.hash, entry.rule, entry.paths) not in known]
    names = add(root, made, in_one_file=True)
    environment.out.write(f"accepted {len(new):,} {'finding' if len(new) == 1 else 'findings'}\n")
    environment.out.writelines(f"wrote {shown(root, name, environment)}\n" for name in names)
    if not whole:
        environment.err.write("redhanded: not everything could be read; what is there is not accepted\n")
    if names:
        environment.out.write("look through it: redhanded allow list\n")
        if command := to_commit(root, [FOLDER], environment):
            environment.out.write(f"commit it: {command}\n")
    return CLEAN


def _update(options: Namespace, root: str, old: tuple[Entry, ...], environment: Environment) -> int:
    present = _present(options, root, environment)
    new = _open(present)
    day = today(environment.now)
    use = use_of([entry for entry in old if not entry.is_over(day)], root, options, environment)
    environment.out.writelines(f"new:  {told(one)}\n" for one in new)
    environment.out.writelines(f"gone: {entry_line(entry, day)}\n" for entry in use.unused)
    if use.unknown:
        environment.err.write(f"redhanded: of {len(use.unknown):,} it cannot be told whether they match: {use.why}\n")
    if not options.dry_run:
        remove(root, use.unused)
        environment.out.write(f"removed {len(use.unused):,} of {len(old):,}\n")
    if options.accept and not options.dry_run:
        return _accept(new, options, root, old, environment, present.whole)
    if new:
        environment.out.write(f'{len(new):,} new, not accepted: see to them, or add --accept --reason "..."\n')
    return FINDINGS if new else CLEAN
