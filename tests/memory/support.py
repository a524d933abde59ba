"""What the tests of the memory share: small rules that compile at once, and the same audit with and without it."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any, Final

from scanner.ruleset import cache
from scanner.sources.past import Past, decode
from tests.history.support import Seen, history
from tests.support import Repo, token

RULES: Final = """\
provider: Acme
rules:
  - id: acme-key
    name: Acme key
    description: Opens Acme.
    severity: high
    shape: 'acme_{base62:20}'
    allow: ['acme_example[A-Za-z0-9]{13}']
"""
MORE_RULES: Final = (
    RULES
    + """\
  - id: acme-hook
    name: Acme hook
    description: Calls Acme.
    severity: medium
    shape: 'hook_{hex:24}'
"""
)
KEY: Final = token("acme_{base62:20}", seed="canary")
HARMLESS: Final = token("acme_example{base62:13}")
SHAPES: Final = ("acme_{base62:20}", "acme_example{base62:13}", "hook_{hex:24}")


def line(chance: random.Random) -> str:
    """Return a line of code: mostly nothing, sometimes a key, one that the rule allows, a hook, an allowed finding."""
    kind = chance.randrange(8)
    if kind >= len(SHAPES) + 1:
        return f"value = {chance.randrange(10**12)}\n"
    made = token(SHAPES[kind % len(SHAPES)], seed=chance.randrange(6))
    return f'key = "{made}"' + ("  # redhanded: allow a test\n" if kind == len(SHAPES) else "\n")


class Auditor:
    """Audits a repository with a cache folder of its own."""

    def __init__(self, repo: Repo, folder: Path) -> None:
        self.repo = repo
        self.folder = folder
        self.cache = folder / "cache"
        self.more = False
        self.options: tuple[str, ...] = ()

    def see(self, *arguments: str) -> Seen:
        rules = self.folder / "rules.yaml"
        rules.write_text(MORE_RULES if self.more else RULES)
        chosen = ("--no-builtin-rules", "--rules", str(rules), *self.options)
        return history(self.repo, *chosen, *arguments, env={"XDG_CACHE_HOME": str(self.cache)})

    def assert_same(self) -> Seen:
        """See three times, twice from the cache and once without it, and find no difference but in what tells of the
        cache itself: the second time nothing has changed.
        """
        warm, again, cold = self.see(), self.see(), self.see("--no-cache")
        assert known(cold) == 0
        for seen in (warm, again):
            assert (seen.code, comparable(seen.report)) == (cold.code, comparable(cold.report))
        return warm

    @property
    def files(self) -> list[Path]:
        """What is remembered: one file for each rule set."""
        return sorted((self.cache / "redhanded").glob("*.seen"))


def remembered(audit: Auditor) -> tuple[Past, bytes]:
    """Return what is remembered of the whole, and the rows of objects behind it."""
    (file,) = audit.files
    found = decode(cache.load(str(file.parent), file.name) or b"")
    assert found
    return found


def known(seen: Seen) -> int:
    """Return how many objects were not read, as an earlier run had found nothing in them."""
    count: int = seen.report["summary"]["details"].get("known-clean", 0)
    return count


def comparable(report: dict[str, Any]) -> dict[str, Any]:
    # What git says of a damaged object depends on what its memory happens to hold.
    text = re.sub(r"Out of memory, malloc failed \([^)]*\)|loose object [^;\"]* is corrupt", "?", json.dumps(report))
    copied: dict[str, Any] = json.loads(text)
    del copied["summary"]["seconds"]
    copied["summary"]["details"].pop("known-clean", None)
    return copied
