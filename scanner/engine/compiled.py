"""The rule set made ready: from the cache when it is true, else read, built, compiled and cached.

What the hook needs first (the automaton and the expressions' widths) stands apart from what it needs only when
something looks like a secret (the rules), so that a clean commit never parses the rules.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from scanner import __version__
from scanner.engine.prefilter import Prefilter
from scanner.ruleset import cache
from scanner.ruleset.resources import RuleFile

if TYPE_CHECKING:
    from scanner.ruleset.rule import Rule

# Raise it when Rule's fields or the analysis change: older caches then no longer fit.
FORMAT: Final = "3"


class CompiledRules:
    """`digest` names the rule files' content. `prefilter` is ready; `rules` are read when first asked for."""

    def __init__(self, digest: str, prefilter: Prefilter, rules: Sequence[Rule] | bytes) -> None:
        self.digest = digest
        self.prefilter = prefilter
        self._rules = rules

    @property
    def rules(self) -> tuple[Rule, ...]:
        if isinstance(self._rules, bytes):
            self._rules = _decode_rules(self._rules)
        return tuple(self._rules)


def prepare(files: Sequence[RuleFile], folder: str | None, portable: bool = False) -> CompiledRules:
    """Return the compiled rules of these files; `folder` is the cache, None for none. Raises RuleError."""
    digest = cache.digest(*(part for file in files for part in (file.name.encode(), file.data)))
    if portable or not _has_hyperscan():
        return _portable(digest, files)
    from scanner.engine import hyper

    key = cache.digest(*(text.encode() for text in (FORMAT, __version__, digest, hyper.VERSION, _machine())))
    stored = cache.load(folder, key) if folder else None
    if stored is not None and (found := _from_sections(digest, stored)):
        return found
    from scanner.ruleset.load import rules as load_rules

    rules = load_rules(files)
    widths = [(rule.least, rule.most) for rule in rules]
    automaton = hyper.compile_database(rules)
    if folder:
        cache.store(folder, key, [automaton, _encode_widths(widths), _encode_rules(rules)])
    return CompiledRules(digest, hyper.HyperscanPrefilter(automaton, widths), rules)


def _portable(digest: str, files: Sequence[RuleFile]) -> CompiledRules:
    from scanner.engine.portable import PortablePrefilter
    from scanner.ruleset.load import rules as load_rules

    rules = load_rules(files)
    return CompiledRules(digest, PortablePrefilter(rules), rules)


def _has_hyperscan() -> bool:
    try:
        import hyperscan  # noqa: F401
    except ImportError:
        return False
    return True


def _machine() -> str:
    # Hyperscan itself refuses an automaton built for other CPU features; this keeps one home's machines apart.
    return os.uname().machine if hasattr(os, "uname") else os.environ.get("PROCESSOR_ARCHITECTURE", "")


def _from_sections(digest: str, sections: list[bytes]) -> CompiledRules | None:
    from scanner.engine import hyper

    if len(sections) != 3:
        return None
    try:
        prefilter = hyper.HyperscanPrefilter(sections[0], _decode_widths(sections[1]))
    except (hyper.Error, struct.error):
        return None
    return CompiledRules(digest, prefilter, sections[2])


def _encode_widths(widths: Sequence[tuple[int, int]]) -> bytes:
    return struct.pack(f"<{2 * len(widths)}I", *(number for pair in widths for number in pair))


def _decode_widths(data: bytes) -> list[tuple[int, int]]:
    numbers = struct.unpack(f"<{len(data) // 4}I", data)
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _encode_rules(rules: Sequence[Rule]) -> bytes:
    import json

    return json.dumps([rule._asdict() for rule in rules]).encode()


def _decode_rules(data: bytes) -> tuple[Rule, ...]:
    import json  # only when something looks like a secret

    from scanner.ruleset.analyse import Anchor
    from scanner.ruleset.rule import Rule

    rules = []
    for fields in json.loads(data):
        literals, least, most = fields["anchor"]
        fields["anchor"] = Anchor(tuple(literals), least, most)
        rules.append(Rule(**{key: tuple(v) if isinstance(v, list) else v for key, v in fields.items()}))
    return tuple(rules)
