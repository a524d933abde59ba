"""A step after the reading that fails for want of something: what was found before is told, and said to be partial."""

from __future__ import annotations

from collections.abc import Callable
from errno import EMFILE, ENOSPC
from pathlib import Path
from typing import NoReturn

import pytest

from scanner.cli.profile import Phases
from scanner.cli.run import How, Job, exit_code, perform
from scanner.engine.batch import BatchResult
from scanner.engine.compiled import CompiledRules, prepare
from scanner.engine.scan import Scanner
from scanner.model import ScanReport
from scanner.ruleset.resources import builtin_files
from scanner.sources.files import Files
from tests.cli.support import plant

Step = Callable[[BatchResult], BatchResult]
CAUSES = {
    "memory ran out": MemoryError(),
    "Ctrl-C came": KeyboardInterrupt(),
    "a fault of the system came (No space left on device)": OSError(ENOSPC, "No space left on device"),
    "a fault of the system came (Too many open files)": OSError(EMFILE, "Too many open files"),
}


@pytest.fixture
def compiled(shared_cache: Path) -> CompiledRules:
    return prepare(builtin_files(), str(shared_cache / "redhanded"))


def _report(folder: Path, compiled: CompiledRules, job: Job) -> ScanReport:
    plant(folder)
    scanner = Scanner(compiled.rules, compiled.prefilter, 0.0)
    source = Files((str(folder / "app.py").encode(),))
    return perform(job._replace(source=source), compiled, scanner, How(1, None, Phases(0.0)))


@pytest.mark.parametrize("cause", CAUSES)
@pytest.mark.parametrize("step", ["after", "last", "before"])
def test_what_was_found_is_told(tmp_path: Path, compiled: CompiledRules, cause: str, step: str) -> None:
    def fail(*arguments: object) -> NoReturn:
        raise CAUSES[cause]

    job = Job("scan", Files(()), str(tmp_path), "files", unsaid="nothing more is said")
    failing = {"after": job._replace(after=fail), "last": job._replace(last=fail), "before": job._replace(before=fail)}
    report = _report(tmp_path, compiled, failing[step])
    assert [finding.rule_id for finding in report.findings] == ["github-pat"]
    (skip,) = report.skips
    assert (skip.reason, skip.incomplete) == ("interrupted", True)
    assert skip.detail.startswith(f"{cause} when all was read")
    assert ("nothing more is said" in skip.detail) == (step != "last")
    assert exit_code(report, "contextual") == 1
    assert exit_code(report._replace(findings=()), "contextual") == 3
