"""`redhanded why`: what became of everything on a line that looked like a secret, and what moved the judge."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from typing import Final

from scanner.cli.environment import Environment, cache_folder
from scanner.cli.options import new_parser, rule_options
from scanner.cli.run import compiled_rules
from scanner.cli.settings import configure, roots_of, wanted_rules
from scanner.engine.prefilter import TooManyHits
from scanner.engine.scan import Scanner
from scanner.engine.why import Account, accounts
from scanner.errors import CLEAN, SourceError, UsageError
from scanner.model import Drop, FileOrigin
from scanner.redact import printable

_EXAMPLES = """\
  redhanded why app/settings.py:14      one line, found or not
  redhanded why app/settings.py         everything in the file that a rule matched
  redhanded why app/settings.py:14 --all-features"""

_SHOWN: Final = 8  # features, unless all are asked for
_LEAST: Final = 0.1  # log-odds; what moves less is noise


def parser() -> ArgumentParser:
    made = new_parser("why", "Tell why something in a file is a finding, or is none. No secret is printed.", _EXAMPLES)
    made.add_argument("place", metavar="FILE[:LINE]", help="a file, or a line of it")
    made.add_argument("--all-features", action="store_true", help="all that the judge weighed, not the weightiest only")
    rule_options(made)
    return made


def run(options: Namespace, environment: Environment) -> int:
    name, line = _place(options.place, environment.folder)
    data = _read(os.path.join(environment.folder, name), name)
    configure(options, environment, roots_of(environment, [name]))
    compiled = compiled_rules(options, cache_folder(environment.variables))
    wanted = wanted_rules(compiled.rules, options)
    scanner = Scanner(compiled.rules, compiled.prefilter, environment.now, wanted, gate=options.min_confidence)
    try:
        found = accounts(scanner, data, FileOrigin(os.fsencode(name)))
    except (TooManyHits, TimeoutError) as error:
        raise SourceError(f"{printable(name)} holds too much to tell: {error or 'a rule took too long'}") from None
    here = [one for one in found if line is None or one.start.line <= line <= one.end.line]
    if not here:
        where = f"line {line} of {printable(name)}" if line else printable(name)
        environment.out.write(f"no rule matches anything on {where}\n" if line else f"no rule matches in {where}\n")
    for account in here:
        environment.out.write(_told(account, printable(name), options.all_features))
    return CLEAN


def _place(text: str, folder: str) -> tuple[str, int | None]:
    """Return file and line; a file whose name ends like a line number is a file."""
    name, colon, number = text.rpartition(":")
    if not colon or not number.isdecimal() or not number.isascii() or os.path.exists(os.path.join(folder, text)):
        return text, None
    if int(number) < 1:
        raise UsageError(f"{printable(text)}: there is no line {number}", "lines are counted from 1")
    return name, int(number)


def _read(path: str, name: str) -> bytes:
    if os.path.isdir(path):
        raise UsageError(f"{printable(name)} is a folder", "name a file, with a line number if you like: FILE:LINE")
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise UsageError(f"{printable(name)} cannot be read: {error.strerror}", "name a file as FILE:LINE") from None


def _told(account: Account, name: str, everything: bool) -> str:
    line, column = account.start
    lines = [f"{name}:{line}:{column}  {account.rule_id}: {_outcome(account)}"]
    shown = [pair for pair in account.reasons if everything or abs(pair[1]) >= _LEAST]
    for feature, weight in shown if everything else shown[:_SHOWN]:
        lines.append(f"    {weight:+5.2f}  {printable(feature)}")
    left = len(account.reasons) - len(shown if everything else shown[:_SHOWN])
    if left:
        lines.append(f"           and {left} that move it less (--all-features)")
    return "\n".join(lines) + "\n"


def _outcome(account: Account) -> str:
    verdict = account.verdict
    sure = "" if account.confidence is None else f", confidence {account.confidence:.2f}"
    if isinstance(verdict, Drop):
        return f"dropped by {account.by} ({verdict.reason}{sure}): {verdict.detail}"
    if account.by:
        return f"yields to {account.by}, which claims the same characters{sure}"
    note = f": {verdict.note}" if verdict.note else ""
    outcome = "found" if account.allowed is None else "allowed by an inline comment"
    return f"{outcome}, {verdict.evidence}{sure}{note}"
