"""`redhanded rules`: its command line."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from types import ModuleType

from scanner.cli.environment import Environment
from scanner.cli.options import Mixing, new_parser
from scanner.cli.rulefiles import rule_files
from scanner.cli.rules import actions, importing, new
from scanner.cli.rules.diff import command as diff
from scanner.cli.rules.states import State, states_of
from scanner.cli.settings import added_rules, configure, roots_of, uses_builtin
from scanner.errors import CLEAN, ConfigError
from scanner.model import Blob, Target
from scanner.redact import printable
from scanner.ruleset import load
from scanner.sources.files import Files

_MANY_FILES = 20  # fewer are checked sooner than processes start

_EXAMPLES = """\
  redhanded rules list                          all rules
  redhanded rules show github-pat               one rule: what it finds and how to revoke it
  redhanded rules check --rules mine.yaml       are these rules sound?
  redhanded rules profile src                   what each rule costs on this code
  redhanded rules new Acme                      start a rule file: acme.yaml
  redhanded rules diff builtin mine.yaml        what other rules would find here
  redhanded rules import .gitleaks.toml         another scanner's rules as ours"""
# What has options of its own: name, module, summary.
_OTHERS: tuple[tuple[str, ModuleType, str], ...] = (
    ("new", new, "start a rule file for a provider"),
    ("diff", diff, "compare what two rule sets find here, and what they cost"),
    ("import", importing, "turn the rules of a gitleaks or betterleaks configuration into a rule file"),
)


def parser() -> ArgumentParser:
    made = new_parser("rules", "List, show, check, compare, profile, write and import rules.", _EXAMPLES)
    shared = Mixing(add_help=False)
    shared.add_argument(
        "--rules", metavar="PATH", action="append", default=[], help="add a rule file, or a folder of them"
    )
    shared.add_argument("--no-builtin-rules", action="store_true", help="use only the rules of --rules")
    names = "list|show|check|profile|new|diff|import"
    commands = made.add_subparsers(dest="action", required=True, metavar=names, parser_class=Mixing)
    listing = commands.add_parser(
        "list", parents=[shared], help="list all rules, and what this repository makes of them"
    )
    listing.add_argument("--format", choices=("text", "json"), default="text")
    showing = commands.add_parser("show", parents=[shared], help="show one rule in full")
    showing.add_argument("id", metavar="ID")
    checking = commands.add_parser("check", parents=[shared], help="check that rules are sound")
    checking.add_argument("--thorough", action="store_true", help="try slow patterns on 1 MB rather than 200 kB")
    profiling = commands.add_parser("profile", parents=[shared], help="time each rule on your code, slowest first")
    profiling.add_argument("paths", metavar="PATH", nargs="+", help="files or folders to measure on")
    for name, module, summary in _OTHERS:
        making = commands.add_parser(
            name,
            help=summary,
            description=module.DESCRIPTION,
            epilog=module.EPILOG,
        )
        module.add_options(making)
    return made


def run(options: Namespace, environment: Environment) -> int:
    for name, module, _ in _OTHERS:
        if options.action == name:
            code: int = module.run(options, environment)
            return code
    if options.action in ("list", "show"):
        return _tell(options, environment)
    files = rule_files(options.rules, not options.no_builtin_rules)
    match options.action:
        case "check":
            jobs = environment.cpus if len(files) > _MANY_FILES else 1
            return actions.run_check(files, environment.out, options.thorough, jobs)
        case _:
            actions.profile(load.rules(files), _samples(options.paths), environment.out)
    return CLEAN


def _tell(options: Namespace, environment: Environment) -> int:
    """List or show rules: those that the configuration adds as well, and what it makes of each."""
    files = rule_files(options.rules, not options.no_builtin_rules)
    states: dict[str, State] = {}
    try:
        found = configure(options, environment, roots_of(environment, [environment.folder]))
        configured = rule_files(options.rules, uses_builtin(options), added_rules(options))
        states = states_of(load.rules(configured), found)
        files = configured
    except ConfigError as error:  # it may be about a rule that nobody has, and then says to look here
        environment.err.write(f"redhanded: without the configuration, as that is wrong: {printable(error.message)}\n")
    if options.action == "list":
        actions.list_rules(load.rules(files), options.format, environment.out, states)
    else:
        actions.show(actions.find_spec(load.specs(files), options.id), environment.out, states=states)
    return CLEAN


def _samples(paths: list[str]) -> list[bytes]:
    source = Files(tuple(os.fsencode(path) for path in paths))
    targets = [target for target in source.targets() if isinstance(target, Target)]
    return [blob.data for blob in source.reader().read(targets) if isinstance(blob, Blob)]
