"""What the options and the configuration ask for, made ready: the rules, and the scanner that looks for them."""

from __future__ import annotations

from argparse import Namespace

from scanner.cli.environment import Environment
from scanner.cli.markers import marker_policy
from scanner.cli.settings import added_rules, allow_patterns, in_force, uses_builtin
from scanner.engine.compiled import CompiledRules, prepare, prepare_builtin
from scanner.engine.scan import Scanner
from scanner.errors import ConfigError


def compiled_rules(options: Namespace, folder: str | None, jobs: int = 1) -> CompiledRules:
    """So many processes may share the work, where there is any."""
    configured = added_rules(options)
    if not options.rules and not configured and uses_builtin(options):
        return prepare_builtin(folder, at_once=getattr(options, "at_once", None), jobs=jobs)
    from scanner.cli.rulefiles import rule_files  # reads YAML, which a run from the cache does without

    switch = in_force(options).whole.builtin_rules
    if switch and not switch.on and not options.rules and not configured:
        raise ConfigError("`builtin-rules: off` leaves no rules", *switch.at, "name your own under `rules`, too")
    return prepare(rule_files(options.rules, uses_builtin(options), configured), folder, jobs=jobs)


def scanner_of(
    compiled: CompiledRules, wanted: frozenset[str], options: Namespace, environment: Environment
) -> Scanner:
    """Return what looks for the rules that are `wanted`. Raises UsageError."""
    return Scanner(
        compiled.rules,
        compiled.prefilter,
        environment.now,
        wanted,
        getattr(options, "show_secrets", False),
        options.min_confidence,
        markers=marker_policy(options, in_force(options).whole.markers_off),
        allows=allow_patterns(options, compiled.rules),
        folder=compiled.folder,
    )
