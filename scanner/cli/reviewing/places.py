"""Where a finding can be opened in an editor, and what `redhanded why` is to be asked about it."""

from __future__ import annotations

import os
from argparse import Namespace

from scanner.cli.environment import Environment
from scanner.cli.present import take_rules
from scanner.cli.reviewing.items import Item
from scanner.errors import UsageError
from scanner.git import editor
from scanner.model import BlobOrigin, FileOrigin, IndexOrigin, Location
from scanner.redact import printable


class Places:
    """Places of the repository at `root`."""

    def __init__(self, root: str, options: Namespace, environment: Environment) -> None:
        self._root = root
        self._options = options
        self._environment = environment

    def open(self, item: Item) -> None:
        """Open the first of its places that is a file on disk. Raises UsageError when none is, or no editor starts."""
        places = (item.finding.location, *item.finding.also)
        path, line = next(filter(None, map(self._on_disk, places)), ("", 0))
        if not path:
            raise UsageError("it is in no file on disk", _how_to_see(item.finding.location))
        variables = self._environment.variables
        editor.edit(editor.command(variables, path, line), self._root, variables)

    def explain(self, item: Item) -> None:
        """Say why it is a finding. Raises RedhandedError."""
        from scanner.cli import why

        location = item.finding.location
        member = f"!/{os.fsdecode(location.inside)}" if location.inside else ""
        path, line = os.fsdecode(location.origin.path), location.start.line
        match location.origin:
            case FileOrigin():
                arguments = ["--", f"{path}{member}:{line}"]
            case BlobOrigin() if path and location.provenance and not member:
                inside = os.path.relpath(os.path.join(self._root, path), self._environment.folder)
                arguments = ["--rev", location.provenance.commit, "--", f"{inside}:{line}"]
            case _:
                raise UsageError("only findings in files can be explained")
        options = why.parser().parse_args(arguments)
        take_rules(options, self._options)
        why.run(options, self._environment)

    def _on_disk(self, location: Location) -> tuple[str, int] | None:
        match location.origin:
            case FileOrigin(path):
                found = os.path.abspath(os.path.join(self._environment.folder, os.fsdecode(path)))
            case IndexOrigin(path) | BlobOrigin(path=path) if path:
                found = os.path.join(self._root, os.fsdecode(path))
            case _:
                return None
        if os.path.islink(found) or not os.path.isfile(found):  # a repository may hold a link to anything
            return None
        return found, 1 if location.inside else location.start.line


def _how_to_see(location: Location) -> str:
    if isinstance(location.origin, BlobOrigin):
        return f"`git show {location.origin.oid[:12]}` shows it, the secret included"
    if location.provenance:
        return f"`git show {printable(location.provenance.commit[:12])}` shows it, the secret included"
    return "there is nothing to be opened"
