"""What a review shows: a finding as reports tell it, and the lines around it, fitted to the terminal."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from scanner.cli.environment import Environment
from scanner.cli.reviewing.context import Context, Line
from scanner.cli.reviewing.todo import Mark
from scanner.model import Finding, RuleInfo
from scanner.redact import Secret, printable
from scanner.report import Options
from scanner.report._words import paint, prose, wrap
from scanner.report.text import lines_of

KEYS: Final = (
    ("a", "allow", "accept it, for a reason that you give: an entry in .redhanded/allow/, to be committed"),
    ("r", "rotate", "it is real and must be revoked: onto the list that `redhanded review --list` shows"),
    ("s", "skip", "leave it as it is; it is not shown again (--again shows it)"),
    ("o", "open", "open the file at the line in $VISUAL or $EDITOR (so does e)"),
    ("b", "back", "take the last decision back, and show that finding again"),
    ("?", "help", "this, and why it is a finding"),
    ("q", "quit", "end here; the next `redhanded review` goes on with what is undecided"),
)
_LEAST: Final = 20  # columns
_PROSE: Final = 50  # in fewer, a field of prose would be a column of single words


class Screen(NamedTuple):
    """`shows`: secrets are not masked."""

    environment: Environment
    rules: Mapping[str, RuleInfo]
    shows: bool = False

    @property
    def width(self) -> int:
        try:
            columns = os.get_terminal_size(self.environment.out.fileno()).columns
        except OSError:
            columns = 0
        return max(columns or 80, _LEAST)

    @property
    def color(self) -> bool:
        variables = self.environment.variables
        return not variables.get("NO_COLOR") and variables.get("TERM", "") not in ("", "dumb")

    def finding(self, finding: Finding, context: Context, number: int, total: int) -> None:
        if self.shows and context.values:
            finding = finding._replace(secret=Secret(min(context.values)))
        options = Options(self.color, show_secrets=self.shows, width=max(self.width, _PROSE))
        rule = self.rules.get(finding.rule_id)
        lines = [paint(f"-- {number:,} of {total:,} --", "dim", self.color), *lines_of(finding, rule, options), ""]
        lines += _context(context, self.width, self.color)
        self.say(*lines, "")

    def say(self, *lines: str) -> None:
        self.environment.out.writelines(f"{line}\n" for line in lines)
        self.environment.out.flush()

    def ask(self, question: str) -> None:
        self.environment.out.write(question)
        self.environment.out.flush()

    def keys(self) -> None:
        for key, _, meaning in KEYS:
            self.say(wrap(meaning, f"  {key}  ", " " * 5, self.width))

    def prompt(self) -> None:
        names = " ".join(f"[{key}]{name[1:] if name[0] == key else f' {name}'}" for key, name, _ in KEYS)
        self.ask(f"{wrap(names, '', '', self.width)} > ")


def _context(context: Context, width: int, color: bool) -> Iterator[str]:
    if not context.lines:
        yield wrap(f"no lines are shown: {prose(context.why)}", "    ", "    ", width)
        return
    digits = len(str(max(line.number for line in context.lines)))
    for line in context.lines:
        head = f"{'>' if line.focus >= 0 else ' '} {line.number or '':>{digits}} | "
        text = f"{head}{_fitted(line, max(width - len(head) - 1, 8))}".rstrip()
        yield paint(text, "bold", color) if line.focus >= 0 else text


def _fitted(line: Line, room: int) -> str:
    """Return as much of the line as there is room for, with the secret in it."""
    if len(line.text) <= room:
        return line.text
    start = min(max(0, line.focus - room // 3), len(line.text) - room)
    piece = line.text[start : start + room]
    dots = "..." if room > 16 else "~"
    if start:
        piece = dots + piece[len(dots) :]
    return piece[: -len(dots)] + dots if start + room < len(line.text) else piece


def todo_lines(marks: Sequence[Mark], rules: Mapping[str, RuleInfo], width: int = 100) -> Iterator[str]:
    """Yield what is to be rotated, and how."""
    for mark in marks:
        yield f"{mark.hash[:12]}  [{printable(mark.rule)}] {printable(mark.place)}"
        rule = rules.get(mark.rule)
        if rule and rule.revoke:
            yield wrap(prose(rule.revoke), " " * 14, " " * 14, width)
