"""What `allow` and `baseline` have in common: their options, new entries, and which entries are of use."""

from __future__ import annotations

import os
import re
from argparse import ArgumentTypeError, Namespace
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from scanner.cli.allowed import today
from scanner.cli.environment import Environment
from scanner.cli.options import Parser, rule_options
from scanner.cli.present import Found, Present, of_history, of_tree
from scanner.errors import GitError, UsageError
from scanner.git.command import Git
from scanner.git.command import environment as git_environment
from scanner.policy.allowfile import LONGEST, Entry, wrong_paths
from scanner.policy.allowfolder import add, remove
from scanner.policy.config import find_root
from scanner.policy.keyed import derive_all, new_salt
from scanner.policy.suppress import Matching, Secret
from scanner.redact import fingerprint, printable

_MARKS = ".,;!?'\"`()[]<>{}"  # what may stand around a word
REVEALED = "the reason has the secret in it, and would be committed"
SHORT = 12  # hex digits of an entry's hash, by which a person names it


class Terms(NamedTuple):
    """On what terms something is accepted."""

    reason: str
    owner: str
    expires: date | None = None
    paths: tuple[str, ...] = ()


def add_terms(parser: Parser, reason_needed: bool = True) -> None:
    parser.add_argument(
        "--reason", metavar="TEXT", required=reason_needed, type=one_line, help="why this is acceptable"
    )
    parser.add_argument(
        "--owner", metavar="WHO", type=one_line, help="who answers for it (default: user.email of git's configuration)"
    )
    parser.add_argument(
        "--expires", metavar="DATE", type=day, help="the last day it is accepted, such as 2027-01-31 (UTC)"
    )
    parser.add_argument(
        "--path",
        metavar="GLOB",
        action="append",
        default=[],
        help="accept it only in these paths, as in .gitignore; repeatable",
    )


def add_rules(parser: Parser) -> None:
    """Add the options of a command that tells what entries are of use."""
    rule_options(parser).add_argument(
        "--no-history",
        action="store_true",
        help="look at the files on disk only: what is in the history alone counts as gone",
    )


def terms(options: Namespace, environment: Environment) -> Terms:
    """Raises UsageError for terms that could not hold."""
    if (options.path and (wrong := wrong_paths(options.path))) or not all(path.isprintable() for path in options.path):
        raise UsageError(f"--path {wrong or 'has characters that cannot be shown'}", "for example: --path tests/")
    if options.expires and options.expires < today(environment.now):
        raise UsageError(f"--expires {options.expires}: that day has passed", "name the last day on which it holds")
    owner = options.owner or user(environment)
    return Terms(options.reason, owner, options.expires, tuple(options.path))


def user(environment: Environment) -> str:
    """Return who answers for something unless told otherwise. Raises UsageError when nobody is known."""
    try:
        found = Git(environment.folder, git_environment(environment.variables)).try_run("config", "user.email")
    except GitError:
        found = None
    owner = (found or b"").decode("utf-8", "replace").strip()
    if not owner or not owner.isprintable() or len(owner) > LONGEST:
        raise UsageError("there is no owner for this", "give one with --owner WHO, or set user.email in git")
    return owner


def shown(root: str, name: str, environment: Environment) -> str:
    """Return the name of a file of the repository as it is from the folder of the command, fit to be printed."""
    return printable(os.path.relpath(os.path.join(root, *name.split("/")), environment.folder))


def to_commit(root: str, names: Sequence[str], environment: Environment) -> str:
    """Return the command that stages these files; empty where there is nothing to commit to."""
    if not os.path.lexists(os.path.join(root, ".git")):
        return ""
    return f"git add {' '.join(shown(root, name, environment) for name in names)}"


def root_of(environment: Environment) -> str:
    return find_root(environment.folder)


def as_entries(secrets: Iterable[Secret], terms: Terms, old: Sequence[Entry], threads: int) -> list[Entry]:
    """Return an entry for each secret, under the salt that most of the old ones have: each salt costs every scan."""
    salts = [entry.salt for entry in old]
    salt = max(sorted(set(salts)), key=salts.count) if salts else new_salt()
    wanted = {(secret.rule, secret.fingerprint): None for secret in secrets}
    if reveals(terms, wanted):
        raise UsageError(REVEALED, "say it in words that do not have it")
    names = derive_all({fingerprint: [salt] for _, fingerprint in wanted}, threads)
    return [
        Entry(names[fingerprint][0][1], salt, rule, terms.reason, terms.owner, terms.expires, terms.paths)
        for rule, fingerprint in wanted
    ]


def reveals(terms: Terms, secrets: Iterable[tuple[str, str]]) -> bool:
    """Whether a word of the reason or of the owner is one of the secrets, each a rule and a fingerprint."""
    told = (terms.reason, terms.owner)
    parts = {part for text in told for part in text.split()}
    texts = {*told, *parts, *(part.strip(_MARKS) for part in parts)}
    texts |= {word for part in parts for word in re.split(rf"[=:{re.escape(_MARKS)}]+", part)}
    known = set(secrets)
    rules = {rule for rule, _ in known}
    return any((rule, fingerprint(rule, os.fsencode(text))) in known for rule in rules for text in texts if text)


class Change(NamedTuple):
    """What has been written, into which files, and what has gone for it; `same` were there on the same terms."""

    made: tuple[Entry, ...]
    names: tuple[str, ...]
    gone: tuple[Entry, ...]
    same: frozenset[tuple[object, ...]]


def accept(secrets: Sequence[Secret], accepted: Terms, root: str, old: tuple[Entry, ...], threads: int) -> Change:
    """Write entries for the secrets, instead of those that there are for them."""
    made = as_entries(secrets, accepted, old, threads)
    matching = Matching(old, secrets, threads)
    replaced = {entry for secret in secrets for entry in matching.about(secret)}
    same = frozenset({entry.what for entry in made} & {entry.what for entry in replaced})
    new = tuple(entry for entry in made if entry.what not in same)
    names = add(root, new)
    gone = tuple(entry for entry in replaced if entry.what not in same)
    remove(root, gone)
    return Change(new, tuple(names), gone, same)


class Use(NamedTuple):
    """`unused` match nothing, in files or history; of `unknown` that cannot be told, for the reason `why`."""

    unused: tuple[Entry, ...]
    unknown: tuple[Entry, ...]
    why: str


def use_of(entries: Sequence[Entry], root: str, rules: Namespace, environment: Environment) -> Use:
    """Look for what the entries are about: in the files on disk first, and what is not there in the history.

    `rules` has the options of `add_rules`.
    """
    if not entries:
        return Use((), (), "")
    active = active_rules(rules, environment)
    tree = of_tree(root, rules, environment)
    left = _unmatched(entries, tree, environment.cpus)
    whole = tree.whole
    if left and not rules.no_history and os.path.lexists(os.path.join(root, ".git")):
        environment.err.write(f"redhanded: {len(left):,} not in the files; searching the history\n")
        history = of_history(root, rules, environment)
        left, whole = _unmatched(left, history, environment.cpus), whole and history.whole
    known = tuple(entry for entry in left if entry.rule in active) if whole else ()
    unknown = tuple(entry for entry in left if entry not in known)
    why = "their rules are not in use here (see --rules, --extended)" if whole else "not everything could be read"
    return Use(known, unknown, why)


def _unmatched(entries: Sequence[Entry], present: Present, threads: int) -> list[Entry]:
    secrets = [secret for found in present.found for secret in found.secrets]
    matching = Matching(entries, secrets, threads)
    used = {entry for secret in secrets for entry in matching.of(secret)}
    return [entry for entry in entries if entry not in used]


def active_rules(rules: Namespace, environment: Environment) -> frozenset[str]:
    from scanner.cli.environment import cache_folder
    from scanner.cli.ready import compiled_rules
    from scanner.cli.settings import configure, roots_of, wanted_rules

    configure(rules, environment, roots_of(environment, [environment.folder]))
    compiled = compiled_rules(rules, cache_folder(environment.variables), environment.cpus)
    return wanted_rules(compiled.rules, rules)


def told(found: Found) -> str:
    """Return one line on a finding, without its secret."""
    return f"{found.secret.fingerprint[:SHORT]}  [{printable(found.secret.rule)}] {found.masked} at {found.place}"


def entry_line(entry: Entry, day: date) -> str:
    """Return one line on an entry."""
    until = ""
    if entry.expires:
        until = f", {'EXPIRED' if entry.is_over(day) else 'until'} {entry.expires}"
    where = f", in {' '.join(entry.paths)}" if entry.paths else ""
    return printable(f"{entry.hash[:SHORT]}  [{entry.rule}] {entry.reason} ({entry.owner}{until}{where})")


def one_line(value: str) -> str:
    """Return a text that an entry can have. Raises ArgumentTypeError."""
    text = value.strip()
    if not text or not text.isprintable() or len(text) > LONGEST:
        raise ArgumentTypeError(f"must be one line of 1 to {LONGEST:,} characters that can be shown")
    return text


def day(value: str) -> date:
    """Raises ArgumentTypeError."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ArgumentTypeError(f"{value!r} is no date; write it as 2027-01-31") from None
