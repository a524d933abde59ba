"""`redhanded doctor`: is all well, and if not, what to do. What it promises of the hook it has tried."""

from __future__ import annotations

import json
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from scanner import __version__
from scanner.cli.doctor.check import Check, guarded
from scanner.cli.environment import Environment
from scanner.cli.options import new_parser
from scanner.errors import CLEAN, FINDINGS
from scanner.redact import printable

SCHEMA: Final = "redhanded-doctor/1"
_EXAMPLES: Final = """\
  redhanded doctor                      check all, and try the hook with a secret made up for that
  redhanded doctor --no-hook            where nobody commits (CI): do without the hook
  redhanded doctor --format json        for programs"""
_DESCRIPTION: Final = """\
Check the installation, the cache, git, the configuration and the hook; then prove with a planted
secret that they work: the hook that is installed here is run, on an index in a temporary folder.
Nothing of the repository is changed.
Exit codes: 0 all is well (there may be warnings), 1 something is broken."""


def parser() -> ArgumentParser:
    made = new_parser("doctor", _DESCRIPTION, _EXAMPLES)
    made.add_argument("--no-hook", action="store_true", help="skip the commit hook: do not expect one, do not run it")
    made.add_argument("--format", choices=("text", "json"), default="text", help="how to report (default: text)")
    return made


def run(options: Namespace, environment: Environment) -> int:
    found: list[Check] = []
    for check in _checks(environment, not options.no_hook):
        found.append(check)
        if options.format == "text":
            environment.out.write(_lines(check))
            environment.out.flush()
    broken = [check for check in found if check.verdict == "broken"]
    if options.format == "json":
        json.dump(_document(found), environment.out, indent=2)
        environment.out.write("\n")
    else:
        warnings = sum(check.verdict == "warning" for check in found)
        environment.out.write(f"\n{_summary(len(broken), warnings)}\n")
    return FINDINGS if broken else CLEAN


def _lines(check: Check) -> str:
    mark = check.verdict if check.verdict == "ok" else check.verdict.upper()
    line = f"{mark:<8} {check.name:<11} {printable(check.message)}\n"
    return line + "".join(f"{'':<20} {printable(part)}\n" for part in _to_do(check))


def _to_do(check: Check) -> list[str]:
    first, *more = check.help.split("\n") if check.help else [""]
    return [f"to do: {first}", *more] if first else []


def _summary(broken: int, warnings: int) -> str:
    if not broken and not warnings:
        return "all is well"
    what = f"{broken} {'is' if broken == 1 else 'are'} broken" if broken else "nothing is broken"
    return f"{what}; {warnings} {'warning' if warnings == 1 else 'warnings'}" if warnings else what


def _document(found: list[Check]) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "version": __version__,
        "ok": all(check.verdict != "broken" for check in found),
        "checks": [check._asdict() for check in found],
    }


def _checks(environment: Environment, with_hook: bool) -> Iterator[Check]:
    from scanner.cli.doctor import installation, repository

    variables, folder = environment.variables, environment.folder
    yield from guarded("installation", partial(installation.installation, variables))
    yield from guarded("rules", partial(installation.cache, variables, environment.cpus))
    git = list(guarded("git", partial(repository.git_version, folder, variables)))
    yield from git
    if any(check.verdict == "broken" for check in git):
        return  # nothing else can be asked
    yield from guarded("repository", partial(_around, environment, with_hook))


def _around(environment: Environment, with_hook: bool) -> Iterator[Check]:
    from scanner.cli.doctor import hooks, proof, repository

    here, told = repository.open_here(environment.folder, environment.variables)
    yield from told
    found = hooks.Seen([], None)
    if here and here.top:
        yield from guarded("config", partial(proof.configuration, here, environment))
        if with_hook:
            found = hooks.look(here)
            yield from found.checks
    with tempfile.TemporaryDirectory(prefix="redhanded-doctor-") as folder:
        planted = proof.plant(folder)
        trials: list[tuple[str, Callable[[], Iterator[Check]]]] = []
        if here and here.top:
            trials.append(("staged", partial(proof.staged, here, planted, environment)))
            if found.hook:
                trials.append(("blocks", partial(proof.hook, found.hook, here, planted, environment)))
        trials.append(("proof", partial(proof.commands, here, planted, environment)))
        for name, trial in trials:
            yield from guarded(name, trial)
