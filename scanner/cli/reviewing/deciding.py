"""A decision put into effect at once, and how to take it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from scanner.cli.entries import Change, Terms, accept
from scanner.cli.environment import Environment
from scanner.cli.reviewing.items import Item
from scanner.cli.reviewing.todo import Kind, Note, Todo
from scanner.globs import Globs
from scanner.policy.allowfolder import add, load, remove
from scanner.redact import printable
from scanner.report._place import place

Undo = Callable[[], None]


class Deciding:
    """Writes suppressions of the repository at `root`, and marks into `todo`."""

    def __init__(self, root: str, todo: Todo, environment: Environment) -> None:
        self._root = root
        self._todo = todo
        self._threads = environment.cpus

    def allow(self, items: Sequence[Item], terms: Terms) -> tuple[Change, Undo]:
        """Accept the secrets; what was to be done about them is no more. Raises ConfigError, RedhandedError."""
        before = self._before(items)
        secrets = [secret for item in items for secret in item.secrets]
        change = accept(secrets, terms, self._root, load(self._root), self._threads)
        self._todo.change({item.id: None for item in items})

        def undo() -> None:
            made = {entry.what for entry in change.made}
            remove(self._root, [entry for entry in load(self._root) if entry.what in made])
            add(self._root, change.gone)
            self._todo.change(before)

        return change, undo

    def mark(self, items: Sequence[Item], kind: Kind) -> Undo:
        before = self._before(items)
        notes = {item.id: Note(item.finding.rule_id, kind, place(item.finding.location)) for item in items}
        self._todo.change(notes, self._threads)
        return lambda: self._todo.change(before)

    def _before(self, items: Sequence[Item]) -> dict[str, Note | None]:
        self._todo.name_all((item.id for item in items), self._threads)
        return {item.id: self._todo.of(item.id) for item in items}


def outside(item: Item, terms: Terms) -> str:
    """Return a place of the secret that the terms leave out, where it is still reported; "" when there is none."""
    if not terms.paths:
        return ""
    globs = Globs(terms.paths)
    left = (path for one in item.secrets for path in one.paths if not (path and globs.match(path)))
    return next((printable(path or "a place that has no path") for path in left), "")
