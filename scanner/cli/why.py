"""`redhanded why`: what became of everything on a line that looked like a secret, and what moved the judge."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import NamedTuple

from scanner.cli.allowed import today
from scanner.cli.environment import Environment, cache_folder
from scanner.cli.options import new_parser, rule_options
from scanner.cli.ready import compiled_rules, scanner_of
from scanner.cli.settings import InForce, configure, wanted_rules
from scanner.cli.whatwhy import BETWEEN, Asked, asked
from scanner.cli.whypolicy import Judge, Ruling, headers, path_in
from scanner.cli.whywords import of_account, of_encoded, of_near
from scanner.decode.magic import kind_of
from scanner.engine.prefilter import TooManyHits
from scanner.engine.scan import Scanner
from scanner.engine.unpack import contents
from scanner.engine.why import explained
from scanner.errors import CLEAN, INCOMPLETE, SourceError, UsageError
from scanner.git.command import Git
from scanner.git.command import environment as git_environment
from scanner.policy.allowfile import Entry
from scanner.policy.allowfolder import load
from scanner.policy.config import find_root
from scanner.redact import printable
from scanner.report._words import count

_EXAMPLES = """\
  redhanded why app/settings.py:14                one line, found or not
  redhanded why app/settings.py                   everything in the file that a rule matched
  redhanded why app/settings.py:14 --only 'aws-*' why these rules find it, or do not
  redhanded why app/settings.py:14 --rev v1.4     the line as it is in a commit
  redhanded why app/settings.py:14 --policy-from origin/main   by the policy that judges a change in CI
  redhanded why --rev HEAD~3                      the words of a commit
  git diff | redhanded why --text -               a text (a line may be given as it is: --text LINE)
  redhanded why app/settings.py:14 --all          all rules that had reason to look, and all features"""


def parser() -> ArgumentParser:
    made = new_parser("why", "Explain why something is a finding, or is not. No secret is printed.", _EXAMPLES)
    made.add_argument(
        "place",
        metavar="FILE[:LINE]",
        nargs="?",
        help="a file, or one line of it; FILE!/MEMBER for a member of an archive",
    )
    made.add_argument(
        "--text", metavar="TEXT", help="explain this text instead, as if it were in FILE (-: standard input)"
    )
    made.add_argument("--rev", metavar="REV", help="the file as it is in this commit; without FILE, the commit message")
    made.add_argument("--all", action="store_true", help="every rule that looked, one by one")
    made.add_argument(
        "--all-features", action="store_true", help="everything that moved the score, not only the largest"
    )
    made.add_argument(
        "--policy-from",
        metavar="REV",
        help="by the configuration and suppressions of this commit or branch, as `ci` judges, not by those on disk",
    )
    rule_options(made)
    return made


def run(options: Namespace, environment: Environment) -> int:
    about = asked(options, environment)
    ruled = _ruled(options, environment, about.place)
    found = ruled.found
    compiled = compiled_rules(options, cache_folder(environment.variables), environment.cpus)
    wanted = wanted_rules(compiled.rules, options)
    scanner = scanner_of(compiled, wanted, options, environment)
    path, day = path_in(found, about.place), today(environment.now)
    judge = Judge(found, ruled.entries, path, day, environment.cpus, options.min_confidence)
    told_first = (*ruled.told, *headers(found, path, len(about.data), about.name))
    environment.out.writelines(f"{line}\n" for line in told_first)
    parts = list(_parts(about, scanner))
    if not parts:
        raise UsageError(f"{about.name}: the archive has no such member", "name it as a report does: FILE!/MEMBER")
    asking = Asking(scanner, options, wanted, judge, is_one_of_many=len(parts) > 1)
    told = [line for part in parts for line in _told(part, asking)]
    if not told:
        told = [f"no rule matches in {about.name}, nor in what it holds: {count(len(parts) - 1, 'member')}"]
    environment.out.writelines(f"{line}\n" for line in told)
    return INCOMPLETE if ruled.is_partial else CLEAN


class Ruled(NamedTuple):
    """Whose policy holds; `told` says so when it is not that on disk, and `is_partial` that not all of it is here."""

    found: InForce
    entries: tuple[Entry, ...]
    told: tuple[str, ...] = ()
    is_partial: bool = False


def _ruled(options: Namespace, environment: Environment, place: str) -> Ruled:
    root, paths = find_root(place or environment.folder), [place] if place else []
    if options.policy_from is None:
        return Ruled(configure(options, environment, [root], paths=paths), load(root))
    from scanner.cli.trust.files import PolicyFiles
    from scanner.cli.trust.ground import named

    is_there = os.path.lexists(os.path.join(root, ".git"))  # of a bare one the root is not known to be it
    git = Git(root if is_there else environment.folder, git_environment(environment.variables))
    git.run("rev-parse", "--git-dir")  # fails with git's own words when this is no repository
    files = PolicyFiles(git, named(git, options.policy_from))
    found = configure(options, environment, [root], files, files.prefix, paths)
    found.whole.rule_files()
    found.whole.layers_of(path_in(found, place))
    entries = files.entries()
    lacking = [f"what git does not have counts as not there: {printable(skip.detail)}" for skip in files.skips]
    words = f"the policy is that of {files.prefix[:-1]}, {printable(options.policy_from)}"
    return Ruled(found, entries, (words, *lacking), bool(lacking))


def _parts(about: Asked, scanner: Scanner) -> Iterator[Asked]:
    """Yield the content itself, or the member of it that is meant; without a line all that are in an archive."""
    if not about.member:
        yield about
    if not kind_of(about.data) or (about.line is not None and not about.member):
        return
    base = about.name.removesuffix(f"{BETWEEN}{printable(about.member)}") if about.member else about.name
    for name, data in contents(about.data, about.origin, scanner.scan_blob):
        if not about.member or printable(name) == printable(about.member):
            yield about._replace(data=data, name=f"{base}{BETWEEN}{printable(name)}", member="")


class Asking(NamedTuple):
    """How everything is looked at: by what, for whom, and whether it is one of several members."""

    scanner: Scanner
    options: Namespace
    wanted: frozenset[str]
    judge: Judge
    is_one_of_many: bool


def _told(about: Asked, asking: Asking) -> Iterator[str]:
    options, judge = asking.options, asking.judge
    where = f"line {about.line} of {about.name}" if about.line else about.name
    lines = len(about.data.splitlines())
    if about.line is not None and about.line > max(lines, 1):
        raise UsageError(
            f"{about.name} has {count(lines, 'line')}, and no line {about.line:,}", "lines are counted from 1"
        )
    named = asking.wanted if options.only else frozenset()
    try:
        telling = explained(asking.scanner, about.data, about.origin, about.line, named)
    except (TooManyHits, TimeoutError) as error:
        raise SourceError(f"{about.name} holds too much to tell: {error or 'a rule took too long'}") from None
    if not telling.accounts and not asking.is_one_of_many:
        yield f"no rule matches anything on {where}" if about.line else f"no rule matches in {where}"
    rulings = judge.rulings(telling)
    for account in telling.accounts:
        is_found = not account.by and account.allowed is None
        ruling = (is_found and rulings.get((account.rule.id, account.start))) or Ruling("", ())
        ruling = ruling._replace(steps=(*judge.beside(account), *ruling.steps))
        yield from of_account(account, about.name, options.all_features or options.all, ruling)
    for encoded in telling.encoded if about.line or options.all else ():
        yield of_encoded(encoded, about.name)
    yield from of_near(telling.near, options.all, not options.only, judge.found.whole.switched()[1])
