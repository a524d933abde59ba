"""Files within archives as SARIF artifacts, each with the index of the one that it is in.

A result's own location is the archive, since services look for that in the repository; which member, and where in it,
its properties tell by the index of the artifact.
"""

from __future__ import annotations

from urllib.parse import quote

from scanner.model import Location
from scanner.redact import printable
from scanner.report._artifact import Object, artifact


class Nested:
    """The artifacts of a run that have members with findings, and those members."""

    def __init__(self, root: bytes) -> None:
        self._root = root
        self._known: dict[tuple[object, str], int] = {}
        self.artifacts: list[Object] = []

    def facts(self, where: Location) -> Object:
        """Return what tells in which member, and where in that, a finding stands; nothing outside of archives."""
        if not where.inside:
            return {}
        at = self._index((where.origin, ""), {"location": artifact(where.origin, self._root)})
        path = ""
        for name in printable(where.inside).split("!/"):
            path = f"{path}!/{name}"
            at = self._index((where.origin, path), {"location": {"uri": quote(name)}, "parentIndex": at})
        start, end = where.start, where.end
        region = {"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column}
        return {"inside": {"artifactIndex": at, "region": region}}

    def _index(self, key: tuple[object, str], made: Object) -> int:
        if key not in self._known:
            self._known[key] = len(self.artifacts)
            self.artifacts.append(made)
        return self._known[key]
