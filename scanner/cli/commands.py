"""The commands: their names, their one-line descriptions, and the module of each, loaded when it is called."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from importlib import import_module
from typing import Final, NamedTuple, Protocol

from scanner import __version__
from scanner.cli.environment import Environment
from scanner.errors import CLEAN, USAGE, UsageError
from scanner.garbage import collect_seldom


class Command(NamedTuple):
    module: str
    summary: str


COMMANDS: Final[dict[str, Command]] = {
    "staged": Command("scanner.cli.staged", "scan what `git commit` would record (the pre-commit hook)"),
    "scan": Command("scanner.cli.scan", "scan files, folders, or standard input"),
    "history": Command("scanner.cli.history", "scan the whole history of a repository"),
    "ci": Command("scanner.cli.ci", "scan the change under review (the gate in CI)"),
    "push": Command("scanner.cli.push", "scan what a push adds (the pre-push and pre-receive hook)"),
    "why": Command("scanner.cli.why", "explain why something is a finding, or is not"),
    "review": Command("scanner.cli.reviewing.command", "step through findings and decide on each"),
    "allow": Command(
        "scanner.cli.allow", "accept a finding, with a reason and an owner; list and tidy what is accepted"
    ),
    "baseline": Command("scanner.cli.baseline", "accept all present findings at once, and start from there"),
    "rules": Command("scanner.cli.rules.command", "list, show, check, compare and import rules"),
    "config": Command("scanner.cli.config", "show the settings in force, and the file and line that set each"),
    "init": Command("scanner.cli.init.command", "set up a repository: hook, CI workflow, configuration"),
    "migrate": Command(
        "scanner.cli.migrate.command", "take over the settings of gitleaks, detect-secrets and other scanners"
    ),
    "doctor": Command(
        "scanner.cli.doctor.command", "check the installation, and prove with a planted secret that the hook blocks"
    ),
    "cache": Command("scanner.cli.cache", "show or clear the cache"),
}

# How the overview arranges them; what is in no group stands at the end.
_GROUPS: Final = (
    ("look for secrets", ("staged", "scan", "history", "ci", "push")),
    ("understand and decide", ("why", "review", "allow", "baseline", "config")),
    ("set up and look after", ("init", "migrate", "doctor", "rules", "cache")),
)


class Module(Protocol):
    """What each command's module has."""

    def parser(self) -> ArgumentParser: ...

    def run(self, options: Namespace, environment: Environment) -> int: ...


def dispatch(arguments: list[str], environment: Environment) -> int:
    """Run the command that the first argument names. Raises UsageError for an unknown one."""
    if any("\0" in argument for argument in arguments):
        raise UsageError("an argument holds a NUL byte, which no file name can", "check the command line")
    if not arguments:
        environment.err.write(_overview())
        return USAGE
    collect_seldom()
    first = arguments[0]
    if first in ("-h", "--help", "help"):
        environment.out.write(_overview())
        return CLEAN
    if first in ("-V", "--version"):
        environment.out.write(f"redhanded {__version__}\n")
        return CLEAN
    if first not in COMMANDS:
        from difflib import get_close_matches

        near = get_close_matches(first, COMMANDS, 1)
        help = f"did you mean `redhanded {near[0]}`?" if near else f"commands: {', '.join(COMMANDS)}"
        raise UsageError(f"there is no command {first!r}", help)
    module: Module = import_module(COMMANDS[first].module)
    return module.run(module.parser().parse_args(arguments[1:]), environment)


def _overview() -> str:
    lines = [
        "redhanded finds secrets in what you are about to commit, in a change under review, and in a whole history.",
        "",
        "usage: redhanded COMMAND [options]     (`redhanded COMMAND --help` has details and examples)",
        *_listed(),
        "",
        "To begin: `redhanded history`. To set up a repository: `redhanded init`, then `redhanded doctor`.",
        "",
        "exit codes: 0 nothing found, everything read; 1 findings; 2 wrong usage, configuration or rule;",
        "3 nothing found, but something could not be read; 4 internal error; 130 interrupted",
    ]
    return "\n".join(lines) + "\n"


def _listed() -> Iterator[str]:
    width = max(map(len, COMMANDS))
    grouped = [name for _, names in _GROUPS for name in names]
    for title, names in (*_GROUPS, ("more", [name for name in COMMANDS if name not in grouped])):
        known = [name for name in names if name in COMMANDS]
        if known:
            yield from ("", f"{title}:", *(f"  {name:<{width}}  {COMMANDS[name].summary}" for name in known))
