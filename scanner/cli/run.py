"""What the scanning commands have in common: rules made ready, the scan, the report, the exit code."""

from __future__ import annotations

import os
import time
from argparse import Namespace
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import NamedTuple

from scanner import __version__
from scanner.cli.environment import Environment, cache_folder
from scanner.cli.options import NEVER
from scanner.cli.output import check_outputs, write_receipt, write_report
from scanner.cli.progress import Progress
from scanner.engine.batch import BatchResult
from scanner.engine.compiled import CompiledRules, prepare, prepare_builtin
from scanner.engine.paths import only_where_rules_apply
from scanner.engine.run import ignore, run
from scanner.engine.scan import Scanner
from scanner.engine.source import Source
from scanner.errors import CLEAN, FINDINGS, INCOMPLETE, UsageError
from scanner.git.command import Git
from scanner.model import EVIDENCES, KNOWN, Finding, ScanReport, Stats
from scanner.ruleset.select import select
from scanner.sources.known import only_new


class Job(NamedTuple):
    """A scan to be made. `after` turns what was found into what is reported (incidents, lines that are added), and
    `last` adds to that what is worth finding out only about what stays.

    `before` names what was there before, to be scanned too when only new secrets count. `also` is one more thing to do
    with the report, before it is written. `facts` tells afterwards what was in scope, by kind. `git` is the one that
    was used.
    """

    command: str
    source: Source
    root: str
    reader: str
    after: Callable[[BatchResult], BatchResult] = lambda result: result
    last: Callable[[BatchResult, Scanner], BatchResult] = lambda result, scanner: result
    serial: bool = False
    before: Callable[[BatchResult], Source | None] = lambda result: None
    also: Callable[[ScanReport], None] = lambda report: None
    total: int = 0  # how many objects there will be, if that is known
    facts: Callable[[], Mapping[str, int]] | None = None
    git: Git | None = None


Plan = Callable[[CompiledRules, frozenset[str]], Job]  # what to do depends on the rules, and on which are in use


def scan(job: Job | Plan, options: Namespace, environment: Environment) -> int:
    """Do the job, write the report, and return the exit code."""
    check_outputs(options)
    compiled = _compiled(options, cache_folder(environment.variables))
    wanted = select(compiled.rules, options.only, options.skip, options.extended)
    if not wanted:
        raise UsageError("no rule is left to scan with", "see --rules, --no-builtin-rules, --only and --skip")
    if not isinstance(job, Job):
        job = job(compiled, wanted)
    scanner = Scanner(compiled.rules, compiled.prefilter, environment.now, wanted, options.show_secrets)
    progress = Progress(environment.err, job.total) if environment.shows_progress else None
    try:
        report = perform(job, compiled, scanner, 1 if job.serial else options.jobs or environment.cpus, progress)
    finally:
        if progress:
            progress.end()
    report = report._replace(started=environment.now)
    if options.receipt is not None or job.facts:
        from scanner.cli.circumstances import limits, versions

        report = report._replace(versions=versions(compiled, job.git), limits=limits(compiled))
    code = exit_code(report, options.fail_on, options.allow_incomplete)
    job.also(report)
    for write in (write_report, _write_remark, write_receipt):
        with suppress(BrokenPipeError):  # the reader has gone; what was found has not
            write(report, options, environment)
    return code


def _compiled(options: Namespace, folder: str | None) -> CompiledRules:
    if not options.rules and not options.no_builtin_rules:
        return prepare_builtin(folder)
    from scanner.cli.rulefiles import rule_files  # reads YAML, which a run from the cache does without

    return prepare(rule_files(options.rules, not options.no_builtin_rules), folder)


def perform(
    job: Job, compiled: CompiledRules, scanner: Scanner, jobs: int, progress: Progress | None = None
) -> ScanReport:
    """Do the job in `jobs` processes. Raises what its source raises."""
    started = time.perf_counter()
    found = run(job.source, scanner, jobs, progress.add if progress else ignore)
    before = job.before(found)
    result = job.after(found if before is None else only_new(found, run(before, scanner, jobs)))
    paths = {rule.id: rule.paths for rule in scanner.active if rule.paths}
    result = result._replace(findings=only_where_rules_apply(result.findings, paths))
    result = job.last(result, scanner)
    seconds = time.perf_counter() - started
    return ScanReport(
        command=job.command,
        findings=result.findings,
        suppressed=result.suppressed,
        skips=result.skips,
        stats=Stats(result.scope, result.read, result.bytes, seconds, dict(result.drops), _details(job, result)),
        rules=tuple(rule.info for rule in scanner.active),
        rules_digest=compiled.digest,
        version=__version__,
        root=os.fsencode(job.root),
        reader=job.reader,
        prefilter=compiled.prefilter.name,
    )


def _details(job: Job, result: BatchResult) -> dict[str, int]:
    facts = dict(job.facts()) if job.facts else {}
    return {**facts, KNOWN: result.known} if result.known else facts


def exit_code(report: ScanReport, fail_on: str, allow_incomplete: bool = False) -> int:
    """Findings at or above the gate win over incompleteness; both are in the report."""
    if any(fails(finding, fail_on) for finding in report.findings):
        return FINDINGS
    return INCOMPLETE if report.incomplete and not allow_incomplete else CLEAN


def fails(finding: Finding, fail_on: str) -> bool:
    if fail_on == NEVER or finding.severity == "info":
        return False
    return EVIDENCES.index(finding.evidence) <= EVIDENCES.index(fail_on)


def _write_remark(report: ScanReport, options: Namespace, environment: Environment) -> None:
    """Say why a run with findings does not exit with 1, or an incomplete one with 3: a report full of them beside a
    passed gate looks wrong.
    """
    if report.incomplete and options.allow_incomplete and exit_code(report, options.fail_on, True) == CLEAN:
        environment.err.write("redhanded: not everything was read; --allow-incomplete lets that pass\n")
    count = len(report.findings)
    if not count or exit_code(report, options.fail_on) == FINDINGS:
        return
    subject = f"none of the {count:,} findings reaches" if count > 1 else "the finding does not reach"
    gate = f"--fail-on {options.fail_on}; findings of severity info never do"
    environment.err.write(f"redhanded: {subject} the gate ({gate})\n")
