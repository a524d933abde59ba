"""Changes to files shown to a person, who is asked before they are made."""

from __future__ import annotations

from difflib import unified_diff

from scanner.cli.environment import Environment
from scanner.cli.init.plan import Change
from scanner.redact import printable


def show(change: Change, environment: Environment) -> None:
    """Show what would become of a file, as a diff."""
    verb = "new file" if change.old is None else "change"
    environment.out.write(f"{printable(f'{change.name}: {verb}: {change.why}')}\n")
    before = (change.old or "").splitlines()
    name = "/dev/null" if change.old is None else f"a/{change.name}"
    for line in unified_diff(before, change.new.splitlines(), name, f"b/{change.name}", lineterm=""):
        environment.out.write(f"    {printable(line)}\n")


def can_ask(environment: Environment) -> bool:
    return environment.is_terminal and environment.stdin is not None and environment.stdin.isatty()


def agreed(question: str, environment: Environment) -> bool:
    environment.out.write(f"{question} [y/N] ")
    environment.out.flush()
    answer = environment.stdin.readline() if environment.stdin else b""
    return answer.strip().lower() in (b"y", b"yes")
