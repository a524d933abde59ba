"""The rule set made ready: from the cache when it is true, else read, built, compiled and cached.

What the hook needs first (the automaton) stands apart from what it needs only when
something looks like a secret (the rules), so that a clean commit never parses the rules.
"""

from __future__ import annotations

import os
import struct
import sys
from functools import lru_cache

from scanner import __version__
from scanner.engine import confirm
from scanner.ruleset import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scanner.engine.hyper import HyperscanPrefilter
    from scanner.engine.prefilter import Prefilter
    from scanner.ruleset.built import Rule
    from scanner.ruleset.resources import RuleFile

# Raise it when Rule's fields or the analysis change: older caches then no longer fit.
FORMAT = "104"
_TUPLES = ("paths", "allow", "references", "tags", "pair")  # fields of a rule that JSON has as lists
_RULES = ".rules"
_PATTERNS = ".patterns"


class CompiledRules:
    """`digest` names the rule files' content. `prefilter` is ready; `rules` are had when first asked for. `folder` is
    the cache, None for none.
    """

    def __init__(
        self,
        digest: str,
        prefilter: Prefilter,
        rules: Callable[[], tuple[Rule, ...]],
        patterns: Callable[[], bytes | None] = lambda: None,
        folder: str | None = None,
    ) -> None:
        self.digest = digest
        self.folder = folder
        self.prefilter = prefilter
        self._get_rules = rules
        self._get_patterns = patterns
        self._rules: tuple[Rule, ...] | None = None

    def may_match(self, data: bytes) -> bool:
        """Whether any rule may match: the prefilter's answer, and where it is cheap that of the patterns themselves.

        Raises TooManyHits.
        """
        candidates = self.prefilter.candidates(data)
        if not candidates:
            return False
        patterns = self._get_patterns()
        return patterns is None or confirm.may_match(patterns, data, candidates)

    @property
    def rules(self) -> tuple[Rule, ...]:
        if self._rules is None:
            self._rules = self._get_rules()
        return self._rules


def prepare(files: Sequence[RuleFile], folder: str | None, portable: bool = False, jobs: int = 1) -> CompiledRules:
    """Return the compiled rules of these files; `folder` is the cache, None for none. So many processes may share the
    work of compiling. Raises RuleError.
    """
    digest = _digest(files)
    if portable or not _has_hyperscan():
        return _portable(digest, files, folder, jobs)
    return _cached(digest, lambda: files, folder) or _compiled(digest, files, folder, jobs)


def prepare_builtin(folder: str | None, at_once: Callable[[], bool] | None = None, jobs: int = 1) -> CompiledRules:
    """As `prepare` for the built-in rules, whose files are read only when one of them has changed since the last run.

    That they have not is told by their names, sizes and times: to read a thousand files would take longer than the scan
    of a commit. When nothing is cached, and `at_once` says so, the portable prefilter answers now, and a process of its
    own compiles for the next time: nobody waits in front of a commit for a second.
    """
    from scanner.ruleset.resources import builtin_files, builtin_signature

    signature = builtin_signature() if folder else b""
    if not folder or not signature or not _has_hyperscan():
        return prepare(builtin_files(), folder, jobs=jobs)
    known = cache.load(folder, cache.digest(b"signature", signature))
    if known and (found := _cached(known.decode("ascii", "replace"), builtin_files, folder)):
        return found
    files = builtin_files()
    digest = _digest(files)
    if signature == builtin_signature():  # nobody wrote to them in between
        cache.store(folder, cache.digest(b"signature", signature), digest.encode())
    if found := _cached(digest, lambda: files, folder):
        return found
    if at_once and sys.platform == "linux" and at_once():
        return _for_now(digest, folder, jobs)
    return _compiled(digest, files, folder, jobs)


@lru_cache(maxsize=1)  # the hook's short cut asks, and then the full command, for which the process is still at it
def _for_now(digest: str, folder: str, jobs: int) -> CompiledRules:
    from scanner.engine.later import run_later
    from scanner.ruleset.resources import builtin_files

    found = _portable(digest, builtin_files(), folder, jobs)
    run_later(lambda: _store(digest, found.rules, folder))
    return found


def _digest(files: Sequence[RuleFile]) -> str:
    return cache.digest(*(part for file in files for part in (file.name.encode(), file.data)))


def _key(digest: str) -> str:
    from scanner.engine import hyper

    return cache.digest(*(text.encode() for text in (FORMAT, __version__, digest, hyper.VERSION, _machine())))


def _compiled(digest: str, files: Sequence[RuleFile], folder: str | None, jobs: int) -> CompiledRules:
    from scanner.engine import hyper

    rules = _load(files, jobs)
    compiled = _store(digest, rules, folder, jobs) if folder else hyper.compile_rules(rules, jobs=jobs)
    prefilter = hyper.HyperscanPrefilter(compiled)
    return CompiledRules(digest, prefilter, lambda: rules, lambda: confirm.encode(rules), folder)


def _store(digest: str, rules: tuple[Rule, ...], folder: str, jobs: int = 1) -> bytes:
    """Compile the rules, keep them, and return what the prefilter needs."""
    from scanner.engine import hyper
    from scanner.ruleset import tidy

    compiled = hyper.compile_rules(rules, jobs=jobs)
    key = _key(digest)
    others = ((_RULES, _encode_rules(rules)), (_PATTERNS, confirm.encode(rules)))
    if all(cache.store(folder, key + name, data) for name, data in others):
        cache.store(folder, key, compiled)
        tidy.tidy(folder)
    return compiled


def _cached(digest: str, files: Callable[[], Sequence[RuleFile]], folder: str | None) -> CompiledRules | None:
    key = _key(digest)
    if folder is None or not (stamp := cache.stamp(folder, key)):
        return None
    prefilter = _loaded(folder, key, stamp)
    if prefilter is None:
        return None

    def rules() -> tuple[Rule, ...]:
        data = cache.load(folder, key + _RULES)
        found = None if data is None else _decode_rules(data)
        if found is not None:
            return found
        built = _load(files())
        cache.store(folder, key + _RULES, _encode_rules(built))
        return built

    return CompiledRules(digest, prefilter, rules, lambda: cache.load(folder, key + _PATTERNS), folder)


@lru_cache(maxsize=1)  # as for `_for_now`; `stamp` tells that the file is still the same
def _loaded(folder: str, key: str, stamp: tuple[int, ...]) -> HyperscanPrefilter | None:
    from scanner.engine import hyper

    stored = cache.load(folder, key)
    try:
        return None if stored is None else hyper.HyperscanPrefilter(stored)
    except (hyper.Error, struct.error):
        return None


def _load(files: Sequence[RuleFile], jobs: int = 1) -> tuple[Rule, ...]:
    from scanner.ruleset.load import rules

    return rules(files, jobs)


def _portable(digest: str, files: Sequence[RuleFile], folder: str | None, jobs: int) -> CompiledRules:
    from scanner.engine.portable import PortablePrefilter

    rules = _load(files, jobs)
    return CompiledRules(digest, PortablePrefilter(rules), lambda: rules, lambda: confirm.encode(rules), folder)


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


def _encode_rules(rules: Sequence[Rule]) -> bytes:
    import json

    from scanner.ruleset.built import Rule

    return json.dumps([Rule._fields, *zip(*rules, strict=True)]).encode()


def _decode_rules(data: bytes) -> tuple[Rule, ...] | None:
    """Return the rules, None when they are not of today's layout: of each field in turn the values of all rules."""
    import json  # only when something looks like a secret

    from scanner.ruleset.built import Anchor, Look, Rule

    try:
        fields, *columns = json.loads(data)
        found = dict(zip(fields, columns, strict=True))
        if tuple(found) != Rule._fields:
            return None
        found["looks"] = [tuple([Look(*look) for look in looks]) for looks in found["looks"]]
        found["anchor"] = [Anchor(tuple(literals), least, most) for literals, least, most in found["anchor"]]
        for name in _TUPLES:
            found[name] = [tuple(values) for values in found[name]]
        return tuple(map(Rule._make, zip(*found.values(), strict=True)))
    except (ValueError, TypeError):
        return None
