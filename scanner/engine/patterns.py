"""The rules' patterns, compiled when their rule is first hit, and kept in the cache: that takes milliseconds each.

What a pattern of `regex` is made of is what it gives to be pickled (`copyreg`): plain numbers and bytes. No pickle is
made of them, but JSON, which is read only under the versions of Python and `regex` that wrote it.
"""

from __future__ import annotations

import copyreg
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from scanner.ruleset import cache

if TYPE_CHECKING:
    import regex

    from scanner.ruleset.built import Rule

Pattern: TypeAlias = "regex.Pattern[bytes] | re.Pattern[bytes]"

_KEPT: Final = ".regex"
_KINDS: Final[Mapping[str, Callable[[Iterable[Any]], Any]]] = {"t": tuple, "l": list, "d": dict}


class Patterns:
    """The rules' compiled patterns, each compiled when its rule is first hit. `folder` is the cache, None for none."""

    def __init__(self, rules: tuple[Rule, ...], folder: str | None = None) -> None:
        self._rules = rules
        self._folder = folder
        self._compiled: dict[int, Pattern] = {}

    def __getitem__(self, number: int) -> Pattern:
        compiled = self._compiled.get(number)
        if compiled is None:
            compiled = self._compiled[number] = _compile(self._rules[number], self._folder)
        return compiled


def _compile(rule: Rule, folder: str | None) -> Pattern:
    """Compile a pattern: by `re`, which needs half the time but knows no time limit, where a look at the clock
    between places is enough. Patterns mean the same to both; before Python 3.11 `re` refuses some.
    """
    pattern = rule.pattern.encode("latin-1")
    if rule.start and rule.linear:
        try:
            return re.compile(pattern)
        except re.error:
            pass
    import regex  # it takes 15 ms to load, and small scans often need none of it

    if folder is None:
        return regex.compile(pattern)
    key = _key(pattern)
    found = _restored(pattern, cache.load(folder, key))
    if found is None:
        found = regex.compile(pattern)
        if made_of := _made_of(found):
            cache.store(folder, key, made_of)
    return found


def _key(pattern: bytes) -> str:
    import regex

    made_by = (sys.version, sys.byteorder, str(sys.maxsize), regex.__version__)
    return cache.digest(*(text.encode() for text in made_by), pattern) + _KEPT


def _made_of(pattern: regex.Pattern[bytes]) -> bytes | None:
    """Return what a pattern can be restored from; None where `regex` does not say it, or says more than plain data."""
    import json  # as in `_restored`: where nothing is compiled, it is not loaded

    reduce = copyreg.dispatch_table.get(type(pattern))
    try:
        return json.dumps(_plain(reduce(pattern)[1])).encode() if reduce else None
    except TypeError:
        return None


def _plain(thing: object) -> object:
    """Return it as JSON can hold it. Raises TypeError for what is none of these."""
    match thing:
        case int():
            return thing
        case bytes():
            return "b", thing.hex()
        case str():
            return "s", thing
        case tuple() | list():
            return "t" if isinstance(thing, tuple) else "l", *map(_plain, thing)
        case dict():
            return "d", *(_plain(pair) for pair in thing.items())
        case _:
            raise TypeError


def _from_plain(plain: Any) -> Any:
    """Return what `_plain` was given. Raises ValueError, TypeError or the like for what is not of its making."""
    if isinstance(plain, int):
        return plain
    kind, *parts = plain
    if kind == "b":
        return bytes.fromhex(parts[0])
    if kind == "s":
        return parts[0]
    return _KINDS[kind](map(_from_plain, parts))


def _restored(pattern: bytes, made_of: bytes | None) -> regex.Pattern[bytes] | None:
    """Return the pattern that this was made of; None when there is nothing, or it is another."""
    if made_of is None or not (restore := _restorer()):
        return None
    import json

    import regex

    try:
        found = restore(*_from_plain(json.loads(made_of)))
    except (ValueError, TypeError, LookupError, ArithmeticError, RuntimeError, regex.error):
        return None
    return found if found.pattern == pattern else None


@lru_cache(maxsize=1)
def _restorer() -> Callable[..., regex.Pattern[bytes]] | None:
    """Return the function by which `regex` has patterns unpickled."""
    import regex

    shortest = regex.compile(b"a")
    reduce = copyreg.dispatch_table.get(type(shortest))
    restore: Callable[..., regex.Pattern[bytes]] | None = reduce(shortest)[0] if reduce else None  # type: ignore[assignment]
    return restore
