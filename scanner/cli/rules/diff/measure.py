"""Compiles and runs two rule sets on the same content, and takes the time of both."""

from __future__ import annotations

import json
import os
from argparse import Namespace
from collections.abc import Mapping, Sequence
from importlib import import_module
from io import StringIO
from time import perf_counter
from typing import Any, Final, NamedTuple

from scanner.cli.environment import Environment
from scanner.cli.rules.diff.sides import Side, renamed
from scanner.engine.compiled import prepare
from scanner.errors import INTERRUPTED, RedhandedError
from scanner.ruleset.select import usual

_QUICK: Final = 3.0  # seconds; what takes less is measured again, as chance is a larger part of it
_ROUNDS: Final = 3


class Measured(NamedTuple):
    """`compiling` and `scanning` are seconds, the quickest of the rounds; None for a report of an earlier run."""

    side: Side
    report: Mapping[str, Any]
    rules: frozenset[str] | None = None
    compiling: float | None = None
    scanning: float | None = None


def measured(sides: Sequence[Side], folder: str, options: Namespace, environment: Environment) -> tuple[Measured, ...]:
    """Return both sides in order. Raises RedhandedError, and KeyboardInterrupt when a scan was cut short."""
    # A cache of its own, so that both sides are compiled, and neither is found made.
    cache = {"XDG_CACHE_HOME": folder, "LOCALAPPDATA": folder}
    environment = environment._replace(variables={**environment.variables, **cache})
    found = [_compiled(side, os.path.join(folder, "redhanded"), options) for side in sides]
    for number in range(_ROUNDS):
        # The second time in the other order: what the first one reads the second has in memory.
        for at in (0, 1) if number % 2 == 0 else (1, 0):
            if found[at].side.report is None:
                found[at] = _scanned(found[at], options, environment)
        if sum(one.scanning or 0.0 for one in found) > _QUICK:
            break
    return tuple(found)


def _compiled(side: Side, cache: str, options: Namespace) -> Measured:
    if side.report is not None:
        return Measured(side, side.report)
    try:
        files = side.files()
        began = perf_counter()
        compiled = prepare(files, cache)
        seconds = perf_counter() - began
    except RedhandedError as error:
        raise renamed(error, side) from None
    rules = frozenset(rule.id for rule in compiled.rules) if options.extended else frozenset(usual(compiled.rules))
    return Measured(side, {}, rules, seconds)


def _scanned(one: Measured, options: Namespace, environment: Environment) -> Measured:
    command = "history" if options.history else "scan"
    module = import_module(f"scanner.cli.{command}")
    arguments = ["--format", "json", *(("--no-cache",) if options.history else ())]
    arguments += [part for path in one.side.paths for part in ("--rules", path)]
    arguments += [] if one.side.builtin else ["--no-builtin-rules"]
    arguments += ["--extended"] if options.extended else []
    out = StringIO()
    quiet = environment._replace(out=out, err=StringIO(), is_terminal=False, shows_progress=False)
    if module.run(module.parser().parse_args([*arguments, "--", options.path]), quiet) == INTERRUPTED:
        raise KeyboardInterrupt
    report = json.loads(out.getvalue())
    seconds = report["summary"]["seconds"]
    return one._replace(report=report, scanning=min(seconds, one.scanning or seconds))
