"""The commands: their names, their one-line descriptions, and the module of each, loaded when it is called."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from importlib import import_module
from typing import Final, NamedTuple, Protocol

from scanner import __version__
from scanner.cli.environment import Environment
from scanner.errors import CLEAN, USAGE, UsageError


class Command(NamedTuple):
    module: str
    summary: str


COMMANDS: Final[dict[str, Command]] = {
    "staged": Command("scanner.cli.staged", "scan what `git commit` would record (the pre-commit hook)"),
    "scan": Command("scanner.cli.scan", "scan files, folders, or standard input"),
    "history": Command("scanner.cli.history", "scan the whole history of a repository"),
    "ci": Command("scanner.cli.ci", "scan the change under review (the gate in CI)"),
    "push": Command("scanner.cli.push", "scan what a push adds (the pre-push and pre-receive hook)"),
    "why": Command("scanner.cli.why", "tell why something is a finding, or is none"),
    "review": Command("scanner.cli.reviewing.command", "step through findings, and decide on each"),
    "allow": Command(
        "scanner.cli.allow", "accept findings, with a reason and an owner; list and tidy what is accepted"
    ),
    "baseline": Command("scanner.cli.baseline", "accept all findings that there are at once, and keep that list tidy"),
    "rules": Command("scanner.cli.rules.command", "list, show, check and compare rules"),
    "config": Command("scanner.cli.config", "show what the configuration says, and where it says so"),
    "init": Command("scanner.cli.init.command", "set a repository up: hook, CI workflow, configuration"),
    "migrate": Command(
        "scanner.cli.migrate.command", "take over what gitleaks, detect-secrets and other scanners were told to accept"
    ),
    "doctor": Command("scanner.cli.doctor.command", "check the installation and the hook, with a planted secret"),
    "cache": Command("scanner.cli.cache", "show or clear what is kept from run to run"),
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
        raise UsageError("an argument holds a NUL byte, which no file name can", "check how the command is called")
    if not arguments:
        environment.err.write(_overview())
        return USAGE
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
        "usage: redhanded COMMAND [options]     (`redhanded COMMAND --help` shows them, with examples)",
        *_listed(),
        "",
        "In a new repository: `redhanded init`, then `redhanded doctor`. After a finding: `redhanded why FILE:LINE`.",
        "",
        "exit codes: 0 everything asked for was read and nothing was found; 1 findings; 2 usage, configuration or rule",
        "error; 3 nothing found, but the scan is incomplete; 4 internal error; 130 interrupted",
    ]
    return "\n".join(lines) + "\n"


def _listed() -> Iterator[str]:
    width = max(map(len, COMMANDS))
    grouped = [name for _, names in _GROUPS for name in names]
    for title, names in (*_GROUPS, ("more", [name for name in COMMANDS if name not in grouped])):
        known = [name for name in names if name in COMMANDS]
        if known:
            yield from ("", f"{title}:", *(f"  {name:<{width}}  {COMMANDS[name].summary}" for name in known))
