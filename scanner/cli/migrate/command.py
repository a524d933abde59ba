"""`redhanded migrate`: what other scanners were told to accept and to leave out, taken over."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import Final

from scanner.cli.allowed import today
from scanner.cli.asking import agreed, can_ask, show
from scanner.cli.entries import SHORT, Terms, add_rules, add_terms, as_entries, root_of, terms
from scanner.cli.environment import Environment
from scanner.cli.init.files import write_text
from scanner.cli.migrate.files import all_said
from scanner.cli.migrate.findings import Looked, look
from scanner.cli.migrate.refind import Taken
from scanner.cli.migrate.settings import Plan, plan
from scanner.cli.options import new_parser
from scanner.convert.accepted.said import Left, Said
from scanner.errors import CLEAN, FINDINGS, USAGE
from scanner.policy.allowfile import LONGEST, Entry
from scanner.policy.allowfolder import FOLDER, add, load
from scanner.policy.suppress import Matching
from scanner.redact import printable

_EXAMPLES: Final = """\
  redhanded migrate --dry-run           show what would be taken over, and what would not
  redhanded migrate                     ask for each file
  redhanded migrate --yes .gitleaks.toml old/.secrets.baseline"""
_DESCRIPTION: Final = """\
Take over what other scanners were told to accept and to leave out: from .gitleaks.toml,
.gitleaksignore, .betterleaks.toml, .betterleaksignore, .secrets.baseline (detect-secrets),
.gitguardian.yaml (ggshield), a baseline of kingfisher, and trufflehog's files of paths to leave out.
Writes .redhanded.yaml, rule files in .redhanded/rules and suppressions in .redhanded/allow, and lists
what it could not take over. Their files stay as they are. Exit codes: 0 all was taken over, or what
was not does no harm; 1 something is left; 2 an error, or nobody could be asked."""


def parser() -> ArgumentParser:
    made = new_parser("migrate", _DESCRIPTION, _EXAMPLES)
    made.add_argument("files", metavar="FILE", nargs="*", help="files of other scanners (default: those at the root)")
    how = made.add_mutually_exclusive_group()
    how.add_argument("--yes", action="store_true", help="write without asking")
    how.add_argument("--dry-run", action="store_true", help="only show what would be written")
    add_terms(made, reason_needed=False)
    add_rules(made)
    return made


def run(options: Namespace, environment: Environment) -> int:
    root = root_of(environment)
    accepted = terms(options, environment)
    old = load(root)
    said = all_said(options.files, root, environment)
    wanted = plan(root, said)
    looked = look([known for one in said for known in one.known], wanted, root, options, environment)
    entries, already = _entries(looked.taken, accepted, old, environment)
    is_open = _write(wanted, entries, looked.taken, root, options, environment)
    left = [*(left for one in said for left in one.left), *wanted.left, *looked.left]
    _conclude(said, wanted, looked, len(looked.taken) - already, left, environment)
    if is_open:
        return USAGE
    return FINDINGS if any(not one.is_harmless for one in left) or not looked.is_whole else CLEAN


def _entries(
    taken: Sequence[Taken], accepted: Terms, old: Sequence[Entry], environment: Environment
) -> tuple[list[Entry], int]:
    """Return the entries to be written, and how many of the findings have theirs already."""
    matching = Matching(old, [secret for one in taken for secret in one.found.secrets], environment.cpus)
    day = today(environment.now)
    by_reason: dict[str, list[Taken]] = {}
    already = 0
    for one in taken:
        if all(any(not entry.is_over(day) for entry in matching.about(secret)) for secret in one.found.secrets):
            already += 1
            continue
        label = f": {one.known.label}" if one.known.label else ""
        reason = accepted.reason or printable(f"accepted in {one.known.file}{label}")[:LONGEST]
        by_reason.setdefault(reason, []).append(one)
    made: list[Entry] = []
    for reason, ones in by_reason.items():
        secrets = [secret for one in ones for secret in one.found.secrets]
        made += as_entries(secrets, accepted._replace(reason=reason), [*old, *made], environment.cpus)
    return made, already


def _write(
    wanted: Plan,
    entries: Sequence[Entry],
    taken: Sequence[Taken],
    root: str,
    options: Namespace,
    environment: Environment,
) -> bool:
    """Show, ask and write. Return whether something could not be asked."""
    may_ask = can_ask(environment)
    for change in wanted.changes:
        show(change, environment)
    if wanted.changes:  # all or none: the configuration names the rule files
        question = f"write {', '.join(change.name for change in wanted.changes)}?"
        if not options.dry_run and (options.yes or (may_ask and agreed(question, environment))):
            for change in wanted.changes:
                write_text(root, change.name, change.old, change.new)
                environment.out.write(f"{change.name}: written\n")
    if entries:
        _show_taken(taken, environment)
        question = f"accept {len(taken):,} in {FOLDER}?"
        if not options.dry_run and (options.yes or (may_ask and agreed(question, environment))):
            for name in add(root, entries, in_one_file=True):
                environment.out.write(f"{name}: written\n")
    something = bool(wanted.changes or entries)
    if options.dry_run:
        environment.out.write("nothing was written: --dry-run\n")
    elif something and not options.yes and not may_ask:
        environment.err.write("redhanded: nothing was written: there is no terminal to ask on (--yes does not ask)\n")
        return True
    return False


def _show_taken(taken: Sequence[Taken], environment: Environment) -> None:
    environment.out.write(f"{FOLDER}: to be accepted:\n")
    for one in taken:
        found = one.found
        said = f"{found.secret.fingerprint[:SHORT]}  [{found.secret.rule}] {found.masked} at {found.place}"
        environment.out.write(printable(f"    {said}, by {one.known.file}:{one.known.line}") + "\n")


def _conclude(
    said: Sequence[Said], wanted: Plan, looked: Looked, new: int, left: Sequence[Left], environment: Environment
) -> None:
    out = environment.out
    new_files = {change.new for change in wanted.rule_files}
    rules = sum(one.rules.carried for one in said if one.rules and one.rules.text in new_files)
    counts = [(new, "finding"), (len(wanted.taken), "setting"), (rules, "rule")]
    parts = [f"{count:,} {word}{'s' * (count != 1)}" for count, word in counts if count]
    quiet = looked.quiet + len(looked.taken) - new + wanted.there
    out.write(f"taken over: {', '.join(parts) or 'nothing new'}")
    out.write(f" ({quiet:,} taken over already)\n" if quiet else "\n")
    for title, ones in (
        ("left for you", [one for one in left if not one.is_harmless]),
        ("not taken over, and no harm", [one for one in left if one.is_harmless]),
    ):
        if ones:
            out.write(f"{title}: {len(ones):,}\n")
        for one in ones:
            out.write(f"  {printable(f'{one.file}:{one.line}: {one.what}: {one.why}')}\n")
            out.writelines(f"      {printable(line)}\n" for line in one.by_hand.splitlines())
    if not looked.is_whole:
        environment.err.write("redhanded: not everything could be read; `redhanded scan --receipt` says what\n")
