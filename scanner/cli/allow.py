"""`redhanded allow`: the suppressions in `.redhanded/allow/`, one a secret."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from typing import Final

from scanner.cli import allow_tidy
from scanner.cli.entries import Terms, accept, add_terms, root_of, shown, terms, to_commit
from scanner.cli.environment import Environment
from scanner.cli.options import new_parser, rule_options
from scanner.cli.present import Found, look, of_history, of_report, of_tree
from scanner.errors import CLEAN, GitError, UsageError
from scanner.policy.allowfile import RULE, Entry
from scanner.policy.allowfolder import FOLDER, load
from scanner.policy.suppress import Secret
from scanner.redact import printable

_EXAMPLES = """\
  redhanded allow add 3f0c9a1d22b7 --reason "the public test key of the sandbox"
  redhanded allow add 3f0c9a1d22b7 --reason "rotated in March" --expires 2027-01-31 --path docs/
  redhanded allow add 3f0c9a1d22b7 --report audit.json --reason "revoked on 2026-11-03"
  redhanded allow list                  what is accepted, by whom and why
  redhanded allow remove 8d1e77a0c2f4   the id that `list` shows
  redhanded allow prune                 remove what has expired or matches nothing any more
  redhanded allow check                 exit with 1 when there is something to prune"""
# A finding's id, as any report has it: the fingerprint, its beginning, or in JSON with the place behind it.
_ID: Final = re.compile(r"([0-9a-f]{8,32})(?:-[0-9a-f]{8}-\d+-\d+)?")


def parser() -> ArgumentParser:
    made = new_parser(
        "allow", "Accept findings, with a reason and an owner; list and tidy what is accepted.", _EXAMPLES
    )
    actions = made.add_subparsers(dest="action", required=True, metavar="add|list|remove|prune|check")
    adding = actions.add_parser("add", help="accept a secret, wherever it occurs")
    adding.add_argument("ids", metavar="ID", nargs="+", help="the id of a finding, as reports show it")
    add_terms(adding)
    adding.add_argument("--report", metavar="FILE", help="take the findings from this JSON report")
    adding.add_argument(
        "--rule", metavar="RULE", help="do not search: this rule found it (needs the full id, 32 digits)"
    )
    rule_options(adding)
    allow_tidy.add_parsers(actions)
    return made


def run(options: Namespace, environment: Environment) -> int:
    if options.action != "add":
        return allow_tidy.run(options, environment)
    root = root_of(environment)
    accepted = terms(options, environment)
    old = load(root)
    if options.rule is not None:
        secrets = [Secret(_rule(options.rule), _whole(given)) for given in options.ids]
        _accept(secrets, accepted, root, old, environment)
    else:
        found = _find([_id(given) for given in options.ids], options, root, environment)
        _accept([secret for one in found for secret in one.secrets], accepted, root, old, environment)
        for one in found:
            environment.out.write(f"allowed: [{printable(one.secret.rule)}] {one.masked} at {one.place}\n")
            _warn(one, accepted, root, environment)
    if command := to_commit(root, [FOLDER], environment):
        environment.out.write(f"commit it: {command}\n")
    return CLEAN


def _id(given: str) -> str:
    match = _ID.fullmatch(given.lower())
    if not match:
        help = "every report shows the id of each finding; its first 8 digits are enough"
        raise UsageError(f"{printable(given)!r} is not the id of a finding", help)
    return match[1]


def _whole(given: str) -> str:
    if len(_id(given)) != 32:
        help = "without a look at the findings, the rest of it is not known; -v and --format json show all of it"
        raise UsageError(f"--rule needs an id of 32 digits, and {printable(given)} is none", help)
    return _id(given)


def _rule(given: str) -> str:
    if not RULE.fullmatch(given):
        raise UsageError(f"--rule {printable(given)!r} is not the id of a rule", "`redhanded rules list` lists them")
    return given


def _find(wanted: list[str], options: Namespace, root: str, environment: Environment) -> list[Found]:
    """Return all findings of these ids, from the report, or from the first of files, index and history that has them.

    Raises UsageError for an id that names none, or several secrets.
    """
    if options.report is not None:
        return _all_there(_chosen(wanted, of_report(options.report, root).found), wanted, "the report has no finding")
    found = _chosen(wanted, of_tree(root, options, environment).found)
    try:
        if missing := [start for start in wanted if not found[start]]:
            found |= _chosen(missing, look("staged", ["--whole-file"], root, options, environment).found)
        if missing := [start for start in wanted if not found[start]]:
            environment.err.write("redhanded: not in the files or the index; searching the history\n")
            found |= _chosen(missing, of_history(root, options, environment).found)
    except GitError:  # no repository, or one that cannot be read: the files were all there is
        pass
    return _all_there(found, wanted, "files, index and history have no finding")


def _chosen(wanted: list[str], findings: tuple[Found, ...]) -> dict[str, list[Found]]:
    chosen = {}
    for start in wanted:
        fitting = [one for one in findings if one.secret.fingerprint.startswith(start)]
        names = {one.secret.fingerprint for one in fitting}
        if len(names) > 1:
            raise UsageError(f"{start} names {len(names)} secrets", f"give more digits: {', '.join(sorted(names)[:5])}")
        chosen[start] = fitting
    return chosen


def _all_there(found: dict[str, list[Found]], wanted: list[str], nowhere: str) -> list[Found]:
    for start in wanted:
        if not found[start]:
            help = (
                "name the report that shows it: --report FILE (of --format json); or, with all 32 digits, its --rule\n"
                "options that chose the rules (--rules, --extended) are needed here, too"
            )
            raise UsageError(f"{nowhere} with the id {start}", help)
    return [one for start in wanted for one in found[start]]


def _accept(
    secrets: list[Secret], accepted: Terms, root: str, old: tuple[Entry, ...], environment: Environment
) -> None:
    change = accept(secrets, accepted, root, old, environment.cpus)
    environment.out.writelines(f"wrote {shown(root, name, environment)}\n" for name in change.names)
    if change.gone:
        environment.out.write(f"in place of {', '.join(printable(entry.place) for entry in change.gone)}\n")
    if change.same:
        environment.out.write("already allowed, on the same terms\n")


def _warn(found: Found, accepted: Terms, root: str, environment: Environment) -> None:
    """Say so when a finding goes on being reported."""
    from scanner.globs import Globs

    if not accepted.paths:
        return
    outside = [path for one in found.secrets for path in one.paths if not (path and Globs(accepted.paths).match(path))]
    if outside:
        where = printable(outside[0] or "a place that has no path")
        environment.err.write(f"redhanded: it is also outside of --path, and still reported there: {where}\n")
