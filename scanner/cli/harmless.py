"""Configurations that the hook's short cut need not step aside for: they can only silence something.

Written down in the cache after the full `redhanded staged` has read them and found nothing wrong, under the hash of
their bytes; `scanner.cli.quick` looks there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from scanner.cli.quick import verdict_key
from scanner.policy.config import Policy
from scanner.policy.disk import Disk
from scanner.policy.values import Layer
from scanner.ruleset import cache

# Whatever else a file says, nothing is found where no pattern of a built-in rule matches; a limit makes a scan
# incomplete. What is off by default stands in the automaton like all the others.
_SAYS_MORE: Final = ("rules", "custom_rules", "builtin_rules", "max_file_size")


class Noted:
    """Reads configurations from the disk, and keeps what they hold."""

    def __init__(self, root: str) -> None:
        self._disk = Disk(root)
        self._seen: dict[str, bytes] = {}

    def __call__(self, path: str, limit: int) -> bytes | None:
        data = self._disk(path, limit)
        if data is not None:
            self._seen[path] = data
        return data

    def nested(self, name: str, start: str, left_out: Callable[[str], bool]) -> Iterable[str]:
        return self._disk.nested(name, start, left_out)

    def lacks(self, path: str) -> bool:
        return self._disk.lacks(path)

    def note(self, policy: Policy, folder: str | None, digest: str) -> None:
        """Write down which of the files that were read are harmless with the rules of this digest."""
        if folder is None or any(layer.kind == "user" for layer in policy.layers):  # what both say together is in order
            return
        for layer in (*policy.layers, *policy.folders()):
            data = self._seen.get(layer.file)
            if data is not None and is_harmless(layer):
                key = verdict_key(layer.kind, data)
                if cache.load(folder, key) != digest.encode():
                    cache.store(folder, key, digest.encode())


def is_harmless(layer: Layer) -> bool:
    """Whether a configuration in force cannot make anything be found that would not be found without it."""
    return not any(getattr(layer, name) for name in _SAYS_MORE)
