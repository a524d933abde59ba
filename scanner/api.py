"""The library: scan a text or some paths from Python, with the built-in rules. `scanner` itself exports it.

It stands beside the command line, and no other part knows of it. Findings hold their secrets masked;
`finding.secret.reveal()` opens one.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from functools import lru_cache

from scanner.cli.allowed import of_paths
from scanner.cli.environment import process_cache_folder
from scanner.cli.profile import Phases
from scanner.cli.run import How, Job, is_cut, perform
from scanner.engine.compiled import CompiledRules, prepare
from scanner.engine.scan import Scanner
from scanner.errors import SourceError
from scanner.model import Blob, FileOrigin, Finding, ScanReport
from scanner.policy.config import excludes_of
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
    files = Files(tuple(os.fsencode(name) for name in names), excludes_of(names))
    how = How(jobs, None, Phases(time.time()))
    job = Job("scan", files, os.path.abspath("."), "files", settle=of_paths(names, time.time(), jobs))
    report = perform(job, _compiled(), _scanner(), how)
    if is_cut(report):
        raise KeyboardInterrupt  # whose program this is decides what becomes of that
    return report


def _scanner() -> Scanner:
    compiled = _compiled()
    return Scanner(compiled.rules, compiled.prefilter, time.time(), select(compiled.rules))


@lru_cache(maxsize=1)
def _compiled() -> CompiledRules:
    """The built-in rules, made ready once in a process: they do not change."""
    return prepare(builtin_files(), process_cache_folder())
