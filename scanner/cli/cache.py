"""`redhanded cache`: what is kept from run to run, and how to be rid of it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from scanner.cli.environment import Environment, cache_folder
from scanner.cli.options import new_parser
from scanner.errors import CLEAN, UsageError
from scanner.redact import printable
from scanner.ruleset.tidy import UNUSED, VERDICTS, Kept, clear, listing

_EXAMPLES = """\
  redhanded cache info      where the cache is, and how much is in it
  redhanded cache clear     remove all of it: the next runs compile the rules and read everything anew"""


def parser() -> ArgumentParser:
    made = new_parser(
        "cache", "Show or clear the cache: compiled rules, and the git objects known to be clean.", _EXAMPLES
    )
    actions = made.add_subparsers(dest="action", required=True, metavar="info|clear")
    actions.add_parser("info", help="where the cache is, and how much is in it")
    actions.add_parser("clear", help="remove all of it")
    return made


def run(options: Namespace, environment: Environment) -> int:
    folder = cache_folder(environment.variables)
    if folder is None:
        raise UsageError("there is no cache folder", "it is below the home folder, or where XDG_CACHE_HOME says")
    if options.action == "clear":
        removed = clear(folder)
        environment.out.write(f"removed {_sum(removed)} from {printable(folder)}\n")
        return CLEAN
    found = listing(folder)
    verdicts = [kept for kept in found if kept.name.endswith(VERDICTS)]
    rules = [kept for kept in found if not kept.name.endswith(VERDICTS)]
    environment.out.write(
        f"cache: {printable(folder)}\n"
        f"compiled rules: {_sum(rules)}\n"
        f"objects of repositories in which nothing was found: {_sum(verdicts)}\n"
        f"what is not used for {UNUSED // 86_400} days goes by itself; `redhanded cache clear` removes all of it\n"
    )
    return CLEAN


def _sum(files: list[Kept]) -> str:
    count = len(files)
    return f"{count:,} {'file' if count == 1 else 'files'}, {sum(kept.size for kept in files):,} bytes"
