"""What the scanning commands have in common: rules made ready, the scan, the report, the exit code."""

from __future__ import annotations

import os
import time
from argparse import Namespace
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from typing import Any, Final, NamedTuple

from scanner import __version__
from scanner.cli.bypath import by_path
from scanner.cli.environment import Environment, cache_folder
from scanner.cli.interrupts import Interrupts
from scanner.cli.markers import marker_remark
from scanner.cli.notices import write_notices
from scanner.cli.options import NEVER
from scanner.cli.output import check_outputs, write_receipt, write_report
from scanner.cli.profile import READING, Phases, lines
from scanner.cli.progress import Progress
from scanner.cli.ready import compiled_rules, scanner_of
from scanner.cli.settings import (
    NOTHING,
    InForce,
    applied,
    changes,
    graded_rules,
    in_force,
    wanted_rules,
)
from scanner.engine.batch import BatchResult, Scans
from scanner.engine.compiled import CompiledRules
from scanner.engine.run import Interrupted, ignore, run
from scanner.engine.scan import Scanner
from scanner.engine.source import Source
from scanner.errors import CLEAN, FINDINGS, INCOMPLETE, INTERRUPTED, UsageError
from scanner.git.command import Git
from scanner.model import EVIDENCES, KNOWN, POLICY_CHANGE, Finding, RepositoryOrigin, ScanReport, Skip, Stats
from scanner.sources.known import only_new
from scanner.sources.said import was_cut

_PARTIAL: Final = "the report is of what was read until then, and partial"
_WHOLE: Final = "the report was finished all the same, and is whole"

Also = Callable[[ScanReport], None]


class Job(NamedTuple):
    """A scan to be made. `after` turns what was found into what is reported (incidents, lines that are added), and
    `last` adds to that what is worth finding out only about what stays.

    `before` names what was there before, to be scanned too when only new secrets count. `also` is one more thing to do
    with the report, before it is written. `facts` tells afterwards what was in scope, by kind. `git` is the one that
    was used. `recall` adds to what was read what an earlier run had read; `keep` writes down for a later one what was
    learned, at the end of every run, an interrupted one, too.

    `cut` does of the work of `after` what needs no git, when there is to be none of that any more; `unsaid` says what
    is not known then.

    `settle` sets aside what the repository's suppressions allow; it is told the ids of the rules in use.
    """

    command: str
    source: Source
    root: str
    reader: str
    after: Callable[[BatchResult], BatchResult] = lambda result: result
    last: Callable[[BatchResult, Scanner], BatchResult] = lambda result, scanner: result
    serial: bool = False
    before: Callable[[BatchResult], Source | None] = lambda result: None
    also: Also = lambda report: None
    total: int = 0  # how many objects there will be, if that is known
    facts: Callable[[], Mapping[str, int]] | None = None
    git: Git | None = None
    recall: Callable[[BatchResult], BatchResult] = lambda result: result
    keep: Callable[[], None] = lambda: None
    cut: Callable[[BatchResult], BatchResult] = lambda result: result
    unsaid: str = ""
    settle: Callable[[BatchResult, Collection[str]], BatchResult] = lambda result, rules: result


class Plan(NamedTuple):
    """What makes a job once the rules are known, and which of them are in use; `git` is the one that it will use."""

    git: Git
    make: Callable[[CompiledRules, frozenset[str]], Job]


def scan(job: Job | Plan, options: Namespace, environment: Environment) -> int:
    """Do the job, write the report, and return the exit code."""
    check_outputs(options)
    phases = Phases(environment.now)
    with Interrupts(job.git) as interrupts:
        report, also = _made(job, options, environment, phases)
        interrupts.reporting = True
        code = exit_code(report, options.fail_on, options.allow_incomplete, options.strict_policy)
        with phases.of("report"):
            also(report)
            for write in (write_report, _write_remark, write_notices, write_receipt):
                with suppress(BrokenPipeError):  # the reader has gone; what was found has not
                    write(report, options, environment)
        if options.profile_run:
            environment.err.writelines(f"{line}\n" for line in lines(phases))
        if not interrupts.came:
            return code
    environment.err.write(f"redhanded: interrupted; {_PARTIAL if is_cut(report) else _WHOLE}\n")
    return INTERRUPTED


def _made(job: Job | Plan, options: Namespace, environment: Environment, phases: Phases) -> tuple[ScanReport, Also]:
    with phases.of("rules"):
        compiled = compiled_rules(options, cache_folder(environment.variables), options.jobs or environment.cpus)
        wanted = wanted_rules(compiled.rules, options)
    if not wanted:
        raise UsageError("no rule is left to scan with", "see --rules, --no-builtin-rules, --only and --skip")
    if isinstance(job, Plan):
        with phases.of("recall"):
            job = job.make(compiled, wanted)
    circumstances: dict[str, Any] = {}
    if options.receipt is not None or job.facts:
        from scanner.cli.circumstances import limits, versions

        circumstances = {
            "versions": versions(compiled, job.git),
            "limits": limits(compiled, in_force(options).max_bytes),
        }
    scanner = scanner_of(compiled, wanted, options, environment)
    progress = Progress(environment.err, job.total) if environment.shows_progress else None
    how = How(1 if job.serial else options.jobs or environment.cpus, progress, phases, options.profile_run)
    try:
        report = perform(job, compiled, scanner, how, in_force(options))
    finally:
        if progress:
            progress.end()
    policy = tuple(changes(options))
    return report._replace(started=environment.now, policy=policy, **circumstances), job.also


class How(NamedTuple):
    """How a job is done: in how many processes, who is told how far it has come, and what it costs."""

    jobs: int
    progress: Progress | None
    phases: Phases
    metered: bool = False


def perform(job: Job, compiled: CompiledRules, scanner: Scanner, how: How, rulings: InForce = NOTHING) -> ScanReport:
    """Do the job; `rulings` have the last word on what was found. After Ctrl-C the report is of what was
    done until then, and has a skip that says so.

    Raises what its source raises.
    """
    started = time.perf_counter()
    result = _result(job, scanner, how, rulings)
    with how.phases.of("keep"), suppress(KeyboardInterrupt, MemoryError, OSError):  # the report is as whole without it
        job.keep()
    seconds = time.perf_counter() - started
    return ScanReport(
        command=job.command,
        findings=result.findings,
        suppressed=result.suppressed,
        skips=result.skips,
        stats=Stats(result.scope, result.read, result.bytes, seconds, dict(result.drops), _details(job, result)),
        rules=graded_rules([rule.info for rule in scanner.active], rulings),
        rules_digest=compiled.digest,
        version=__version__,
        root=os.fsencode(job.root),
        reader=job.reader,
        prefilter=compiled.prefilter.name,
        notices=result.notices,
    )


def _result(job: Job, scanner: Scanner, how: How, rulings: InForce) -> BatchResult:
    found = placed = None
    phases = how.phases
    try:
        found = _read(job, scanner, how)
        with phases.of("remember"):
            found = job.recall(found)
        with phases.of("provenance"):
            placed = job.after(_new(job, found, scanner, how.jobs))
            placed = applied(by_path(placed, scanner), rulings)
        with phases.of("exposure"):
            last = job.last(placed, scanner)
        return _settled(job, last, scanner)
    except Interrupted as stop:
        found = _stopped(stop.found, f"Ctrl-C came while it was read{_and(job.unsaid)}")
        found = job.recall(found._replace(scope=max(found.scope, job.total)))
    except (KeyboardInterrupt, MemoryError, OSError) as stop:
        cause = _cause(stop)
        if placed is not None:
            placed = _stopped(placed, f"{cause} when all was read; which refs have what was found is not told")
            return _settled(job, placed, scanner)
        if found is None:
            raise
        found = _stopped(found, f"{cause} when all was read{_and(job.unsaid)}")
    return _settled(job, applied(by_path(job.cut(found), scanner), rulings), scanner)


def _settled(job: Job, result: BatchResult, scanner: Scanner) -> BatchResult:
    return job.settle(result, frozenset(rule.id for rule in scanner.active))


def _read(job: Job, scanner: Scanner, how: How) -> BatchResult:
    source: Source = job.source
    with_what: Scans = scanner
    if how.metered:
        from scanner.engine.meter import metered

        source, with_what = metered(source, scanner)
    with how.phases.of(READING):
        found = run(source, with_what, how.jobs, how.progress.add if how.progress else ignore)
    how.phases.spent, how.phases.bytes = found.spent, found.bytes
    return found


def _new(job: Job, found: BatchResult, scanner: Scanner, jobs: int) -> BatchResult:
    """Return what was found less what was there before, if there is a before."""
    before = job.before(found)
    if before is None:
        return found
    try:
        return only_new(by_path(found, scanner), run(before, scanner, jobs))
    except Interrupted:  # what it brings is of before, and no finding
        raise KeyboardInterrupt from None


def _cause(stop: BaseException) -> str:
    if isinstance(stop, OSError):
        return f"a fault of the system came ({stop.strerror})"
    return "memory ran out" if isinstance(stop, MemoryError) else "Ctrl-C came"


def _and(unsaid: str) -> str:
    return f"; {unsaid}" if unsaid else ""


def _stopped(result: BatchResult, detail: str) -> BatchResult:
    return result._replace(skips=(*result.skips, Skip(RepositoryOrigin(b""), "interrupted", detail)))


def is_cut(report: ScanReport) -> bool:
    """Whether Ctrl-C came before the work was done."""
    return was_cut(report.skips)


def _details(job: Job, result: BatchResult) -> dict[str, int]:
    facts = dict(job.facts()) if job.facts and not was_cut(result.skips) else {}  # else nobody knows how many were read
    return {**facts, KNOWN: result.known} if result.known else facts


def exit_code(report: ScanReport, fail_on: str, allow_incomplete: bool = False, strict: bool = False) -> int:
    """Findings at or above the gate win over incompleteness; both are in the report. `strict`: so do notices."""
    if any(fails(finding, fail_on) for finding in report.findings):
        return FINDINGS
    if strict and any(notice.fails for notice in report.notices):
        return FINDINGS
    return INCOMPLETE if report.incomplete and not allow_incomplete else CLEAN


def fails(finding: Finding, fail_on: str) -> bool:
    """Whether a finding makes the exit code 1. A change of the policy is one under --strict-policy only, and always
    does: it is no question of evidence.
    """
    if finding.rule_id == POLICY_CHANGE:
        return True
    if fail_on == NEVER or finding.severity == "info":
        return False
    return EVIDENCES.index(finding.evidence) <= EVIDENCES.index(fail_on)


def _write_remark(report: ScanReport, options: Namespace, environment: Environment) -> None:
    """Say why a run with findings does not exit with 1, or an incomplete one with 3: a report full of them beside a
    passed gate looks wrong.
    """
    if report.incomplete and options.allow_incomplete and exit_code(report, options.fail_on, True) == CLEAN:
        environment.err.write("redhanded: not everything was read; --allow-incomplete lets that pass\n")
    if remark := marker_remark(report):
        environment.err.write(f"redhanded: {remark}\n")
    count = len(report.findings)
    if not count or exit_code(report, options.fail_on) == FINDINGS:
        return
    subject = f"none of the {count:,} findings reaches" if count > 1 else "the finding does not reach"
    word = in_force(options).whole.fail_on
    is_configured = word is not None and word.text == options.fail_on
    gate = f"fail-on: {word.text} in {word.at}" if word and is_configured else f"--fail-on {options.fail_on}"
    gate += "; findings of severity info never do"
    environment.err.write(f"redhanded: {subject} the gate ({gate})\n")
