"""The library: scan a text or some paths from Python, with the built-in rules. `scanner` itself exports it.

It stands beside the command line, and no other part knows of it. Findings hold their secrets masked;
`finding.secret.reveal()` opens one.
"""

from __future__ import annotations

import os
import time
from argparse import Namespace
from collections.abc import Iterable
from functools import lru_cache

from scanner.cli.allowed import of_paths
from scanner.cli.environment import process_cache_folder, process_config_file
from scanner.cli.profile import Phases
from scanner.cli.ready import compiled_rules
from scanner.cli.run import How, Job, is_cut, perform
from scanner.cli.settings import InForce, allow_patterns, inside, made, uses_builtin, wanted_rules
from scanner.engine.compiled import CompiledRules, prepare
from scanner.engine.scan import Scanner
from scanner.errors import SourceError
from scanner.model import Blob, FileOrigin, Finding, ScanReport
from scanner.policy.config import find_root
from scanner.ruleset.resources import builtin_files
from scanner.ruleset.select import select
from scanner.sources.files import Files


def scan_text(text: str | bytes, name: str = "<text>") -> tuple[Finding, ...]:
    """Return the secrets in a text, in order of place; `name` is its path, which some rules look at.

    What an inline comment allows is left out. Raises SourceError when the text could not be scanned whole: an empty
    result means that nothing is there.
    """
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    result = _scanner().scan_blob(Blob(FileOrigin(os.fsencode(name)), data))
    for skip in result.skips:
        if skip.incomplete:
            raise SourceError(f"{name} could not be scanned whole: {skip.detail or skip.reason}")
    return result.findings


def scan_paths(paths: Iterable[str | os.PathLike[str]], jobs: int = 1) -> ScanReport:
    """Scan files, and all below folders, as `redhanded scan` does, configuration and suppressions included.

    What could not be read is in the report's `skips`, and its `incomplete` says so. With several `jobs` (processes),
    secrets stay masked for good. Raises RedhandedError for a path that does not exist and for a wrong configuration.
    """
    names = [os.fspath(path) for path in paths]
    here = os.path.abspath(".")
    roots = list(dict.fromkeys(find_root(name) for name in names))
    rulings = made(process_config_file(), roots, here)
    for policy in rulings.policies:
        policy.look_below(inside(policy.root, here, names))
    files = Files(tuple(os.fsencode(name) for name in names), rulings.left_out, rulings.max_bytes)
    how = How(jobs, None, Phases(time.time()))
    compiled, scanner = _configured(rulings)
    job = Job("scan", files, here, "files", settle=of_paths(names, time.time(), jobs))
    report = perform(job, compiled, scanner, how, rulings)
    if is_cut(report):
        raise KeyboardInterrupt  # whose program this is decides what becomes of that
    return report


def _configured(rulings: InForce) -> tuple[CompiledRules, Scanner]:
    options = Namespace(in_force=rulings, rules=[], no_builtin_rules=False, only=[], skip=[], extended=False)
    if rulings.whole.rule_files() or not uses_builtin(options):
        compiled = compiled_rules(options, process_cache_folder())
    else:
        compiled = _compiled()
    wanted = wanted_rules(compiled.rules, options)
    gate = rulings.whole.min_confidence.value if rulings.whole.min_confidence else None
    allows, folder, now = allow_patterns(options, compiled.rules), compiled.folder, time.time()
    return compiled, Scanner(compiled.rules, compiled.prefilter, now, wanted, gate=gate, allows=allows, folder=folder)


def _scanner() -> Scanner:
    compiled = _compiled()
    wanted = select(compiled.rules)
    return Scanner(compiled.rules, compiled.prefilter, time.time(), wanted, folder=compiled.folder)


@lru_cache(maxsize=1)
def _compiled() -> CompiledRules:
    """The built-in rules, made ready once in a process: they do not change."""
    return prepare(builtin_files(), process_cache_folder())
