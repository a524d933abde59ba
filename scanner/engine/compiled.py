"""The rule set made ready: from the cache when it is true, else read, built, compiled and cached.

What the hook needs first (the automaton and the expressions' widths) stands apart from what it needs only when
something looks like a secret (the rules), so that a clean commit never parses the rules.
"""

from __future__ import annotations

import os
import struct

from scanner import __version__
from scanner.ruleset import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scanner.engine.prefilter import Prefilter
    from scanner.ruleset.resources import RuleFile
    from scanner.ruleset.rule import Rule

# Raise it when Rule's fields or the analysis change: older caches then no longer fit.
FORMAT = "7"
_RULES = ".rules"


class CompiledRules:
    """`digest` names the rule files' content. `prefilter` is ready; `rules` are had when first asked for."""

    def __init__(self, digest: str, prefilter: Prefilter, rules: Callable[[], tuple[Rule, ...]]) -> None:
        self.digest = digest
        self.prefilter = prefilter
        self._get_rules = rules
        self._rules: tuple[Rule, ...] | None = None

    @property
    def rules(self) -> tuple[Rule, ...]:
        if self._rules is None:
            self._rules = self._get_rules()
        return self._rules


def prepare(files: Sequence[RuleFile], folder: str | None, portable: bool = False) -> CompiledRules:
    """Return the compiled rules of these files; `folder` is the cache, None for none. Raises RuleError."""
    digest = cache.digest(*(part for file in files for part in (file.name.encode(), file.data)))
    if portable or not _has_hyperscan():
        return _portable(digest, files)
    from scanner.engine import hyper

    key = cache.digest(*(text.encode() for text in (FORMAT, __version__, digest, hyper.VERSION, _machine())))
    if folder and (found := _cached(digest, files, folder, key)):
        return found
    rules = _load(files)
    try:
        automaton = hyper.compile_database(rules)
    except hyper.Error:
        rules = hyper.by_literals(rules)
        automaton = hyper.compile_database(rules)
    widths = [(rule.least, rule.most) for rule in rules]
    if folder and cache.store(folder, key + _RULES, _encode_rules(rules)):
        cache.store(folder, key, _encode_widths(widths) + automaton)
    return CompiledRules(digest, hyper.HyperscanPrefilter(automaton, widths), lambda: rules)


def _cached(digest: str, files: Sequence[RuleFile], folder: str, key: str) -> CompiledRules | None:
    from scanner.engine import hyper

    stored = cache.load(folder, key)
    if stored is None:
        return None
    try:
        widths, at = _decode_widths(stored)
        prefilter = hyper.HyperscanPrefilter(stored[at:], widths)
    except (hyper.Error, struct.error):
        return None

    def rules() -> tuple[Rule, ...]:
        data = cache.load(folder, key + _RULES)
        found = None if data is None else _decode_rules(data)
        if found is not None and len(found) == len(widths):
            return found
        built = _load(files)
        cache.store(folder, key + _RULES, _encode_rules(built))
        return built

    return CompiledRules(digest, prefilter, rules)


def _load(files: Sequence[RuleFile]) -> tuple[Rule, ...]:
    from scanner.ruleset.load import rules

    return rules(files)


def _portable(digest: str, files: Sequence[RuleFile]) -> CompiledRules:
    from scanner.engine.portable import PortablePrefilter

    rules = _load(files)
    return CompiledRules(digest, PortablePrefilter(rules), lambda: rules)


def _has_hyperscan() -> bool:
    try:
        import hyperscan  # noqa: F401
    except ImportError:
        return False
    return True


def _machine() -> str:
    # Hyperscan itself refuses an automaton built for other CPU features; this keeps one home's machines apart.
    if hasattr(os, "uname"):
        return os.uname().machine
    from platform import machine  # Windows; it is slow to load

    return machine()


def _encode_widths(widths: Sequence[tuple[int, int]]) -> bytes:
    """The number of rules, then each rule's least and most."""
    return struct.pack(f"<I{2 * len(widths)}I", len(widths), *(number for pair in widths for number in pair))


def _decode_widths(data: bytes) -> tuple[list[tuple[int, int]], int]:
    """Return the widths and the offset after them. Raises struct.error."""
    (count,) = struct.unpack_from("<I", data)
    numbers = struct.unpack_from(f"<{2 * count}I", data, 4)
    return list(zip(numbers[::2], numbers[1::2], strict=True)), 4 + 8 * count


def _encode_rules(rules: Sequence[Rule]) -> bytes:
    import json

    from scanner.ruleset.rule import Rule

    return json.dumps([Rule._fields, *rules]).encode()


def _decode_rules(data: bytes) -> tuple[Rule, ...] | None:
    """Return the rules, None when they are not of today's layout."""
    import json  # only when something looks like a secret

    from scanner.ruleset.analyse import Anchor
    from scanner.ruleset.rule import Rule

    rules = []
    try:
        fields, *stored = json.loads(data)
        if tuple(fields) != Rule._fields:
            return None
        for values in stored:
            rule = Rule._make(tuple(value) if isinstance(value, list) else value for value in values)
            literals, least, most = rule.anchor
            rules.append(rule._replace(anchor=Anchor(tuple(literals), least, most)))
    except (ValueError, TypeError):
        return None
    return tuple(rules)
