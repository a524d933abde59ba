"""`redhanded why`: what became of everything on a line that looked like a secret, and what moved the judge."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from scanner.cli.environment import Environment, cache_folder
from scanner.cli.options import new_parser, rule_options
from scanner.cli.ready import compiled_rules, scanner_of
from scanner.cli.settings import configure, in_force, roots_of, wanted_rules
from scanner.cli.whatwhy import BETWEEN, Asked, asked
from scanner.cli.whywords import of_account, of_encoded, of_near
from scanner.decode.magic import kind_of
from scanner.engine.prefilter import TooManyHits
from scanner.engine.scan import Scanner
from scanner.engine.unpack import contents
from scanner.engine.why import explained
from scanner.errors import CLEAN, SourceError, UsageError
from scanner.redact import printable
from scanner.report._words import count

_EXAMPLES = """\
  redhanded why app/settings.py:14                one line, found or not
  redhanded why app/settings.py                   everything in the file that a rule matched
  redhanded why app/settings.py:14 --only 'aws-*' why these rules find it, or do not
  redhanded why app/settings.py:14 --rev v1.4     the line as it is in a commit
  redhanded why --rev HEAD~3                      the words of a commit
  git diff | redhanded why --text -               a text (a line may be given as it is: --text LINE)
  redhanded why app/settings.py:14 --all          all rules that had reason to look, and all features"""


def parser() -> ArgumentParser:
    made = new_parser("why", "Tell why something is a finding, or is none. No secret is printed.", _EXAMPLES)
    made.add_argument(
        "place",
        metavar="FILE[:LINE]",
        nargs="?",
        help="a file, or a line of it; a member of an archive as FILE!/MEMBER",
    )
    made.add_argument("--text", metavar="TEXT", help="look at this, or at standard input (-), as if it stood in FILE")
    made.add_argument("--rev", metavar="REV", help="the file as it is in this commit; without a file, its message")
    made.add_argument("--all", action="store_true", help="tell of every rule that had reason to look, one by one")
    made.add_argument("--all-features", action="store_true", help="all that the judge weighed, not the weightiest only")
    rule_options(made)
    return made


def run(options: Namespace, environment: Environment) -> int:
    about = asked(options, environment)
    configure(options, environment, roots_of(environment, [about.path or "."]))
    compiled = compiled_rules(options, cache_folder(environment.variables))
    wanted = wanted_rules(compiled.rules, options)
    scanner = scanner_of(compiled, wanted, options, environment)
    if about.path and (excluded := in_force(options).left_out(os.path.abspath(about.path))):
        environment.out.write(f"{about.name}: left out {excluded}; what follows is of its content all the same\n")
    parts = list(_parts(about, scanner))
    if not parts:
        raise UsageError(f"{about.name}: the archive has no such member", "name it as a report does: FILE!/MEMBER")
    told = [line for part in parts for line in _told(part, scanner, options, wanted, is_one_of_many=len(parts) > 1)]
    if not told:
        told = [f"no rule matches in {about.name}, nor in what it holds: {count(len(parts) - 1, 'member')}"]
    environment.out.writelines(f"{line}\n" for line in told)
    return CLEAN


def _parts(about: Asked, scanner: Scanner) -> Iterator[Asked]:
    """Yield the content itself, or the member of it that is meant; without a line all that are in an archive."""
    if not about.member:
        yield about
    if not kind_of(about.data) or (about.line is not None and not about.member):
        return
    base = about.name.removesuffix(f"{BETWEEN}{printable(about.member)}") if about.member else about.name
    for name, data in contents(about.data, about.origin, scanner.scan_blob):
        if not about.member or printable(name) == printable(about.member):
            yield about._replace(data=data, name=f"{base}{BETWEEN}{printable(name)}", member="", path="")


def _told(
    about: Asked, scanner: Scanner, options: Namespace, wanted: frozenset[str], is_one_of_many: bool
) -> Iterator[str]:
    where = f"line {about.line} of {about.name}" if about.line else about.name
    lines = len(about.data.splitlines())
    if about.line is not None and about.line > max(lines, 1):
        raise UsageError(
            f"{about.name} has {count(lines, 'line')}, and no line {about.line:,}", "lines are counted from 1"
        )
    named = wanted if options.only else frozenset()
    try:
        telling = explained(scanner, about.data, about.origin, about.line, named)
    except (TooManyHits, TimeoutError) as error:
        raise SourceError(f"{about.name} holds too much to tell: {error or 'a rule took too long'}") from None
    if not telling.accounts and not is_one_of_many:
        yield f"no rule matches anything on {where}" if about.line else f"no rule matches in {where}"
    for account in telling.accounts:
        yield from of_account(account, about.name, options.all_features or options.all)
    for encoded in telling.encoded if about.line or options.all else ():
        yield of_encoded(encoded, about.name)
    yield from of_near(telling.near, options.all, not options.only)
