"""A name for everything that decides what is found in given bytes: of a verdict under another name nothing is known."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import regex

import scanner
from scanner.engine.compiled import FORMAT, CompiledRules
from scanner.ruleset import cache

_LAYOUT = "2"  # of what is remembered
_DECIDING = (".py", ".txt")  # modules, and the weights beside them
_JUDGES = ("decode", "engine", "git", "lines.py", "model.py", "refine", "ruleset", "sources")


def judge_name(compiled: CompiledRules, wanted: frozenset[str], max_bytes: int, gate: float | None) -> str:
    """Return 32 hex digits for these rules, those of them in use, the limit, the gate, and the program itself, to the
    letter: who works on it raises no version with every change.
    """
    texts = (_LAYOUT, FORMAT, scanner.__version__, compiled.digest, compiled.prefilter.name, _libraries(compiled))
    own = (part for path in sorted(_sources()) for part in (os.path.basename(path).encode(), _content(path)))
    limits = (f"{max_bytes}", f"{gate}", *sorted(wanted))
    return cache.digest(cache.digest(*own).encode(), *(text.encode() for text in (*texts, *limits)))


def _libraries(compiled: CompiledRules) -> str:
    names = f"python {sys.version} regex {regex.__version__}"
    if compiled.prefilter.name != "hyperscan":
        return names
    from scanner.engine import hyper

    return f"{names} {hyper.VERSION}"


def _sources() -> Iterator[str]:
    """Yield the paths of the modules that read and judge, and of their data; none when they stand in an archive,
    which has a version.
    """
    top = os.path.dirname(os.path.abspath(scanner.__file__))
    for name in _JUDGES:
        if name.endswith(".py"):
            yield os.path.join(top, name)
        for folder, _, files in os.walk(os.path.join(top, name)):
            yield from (os.path.join(folder, file) for file in files if file.endswith(_DECIDING))


def _content(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""
