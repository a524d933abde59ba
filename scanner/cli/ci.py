"""`redhanded ci`: the change under review, as the CI service describes it; only the secrets that it introduces."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from contextlib import suppress
from io import StringIO

from scanner.cli.changes import Repository, job, open_repository
from scanner.cli.environment import Environment
from scanner.cli.options import scan_parser
from scanner.cli.review import Review, change_of, range_of
from scanner.cli.run import Job, scan
from scanner.cli.services import recognise
from scanner.cli.services.change import ANYWHERE, Service
from scanner.cli.trust.ground import of_review, trust_options
from scanner.cli.trust.judge import judge
from scanner.engine.batch import BatchResult
from scanner.errors import GitError, UsageError
from scanner.git.command import Git
from scanner.git.range import files
from scanner.model import Finding, ScanReport
from scanner.report import Options, render
from scanner.sources.range import seen_from

_EXAMPLES = """\
  redhanded ci                          the change that this CI job is about
  redhanded ci --range origin/main..HEAD --format sarif --output redhanded.sarif
  redhanded ci --format gitlab-codequality --output gl-code-quality-report.json"""


def parser() -> ArgumentParser:
    made = scan_parser("ci", "Scan the change under review. Only secrets that it introduces are reported.", _EXAMPLES)
    made.add_argument(
        "--range", metavar="A..B", help="the change: commits of B that A lacks (default: what the CI service says)"
    )
    trust_options(made)
    made.set_defaults(format=None)
    return made


def run(options: Namespace, environment: Environment) -> int:
    repository = open_repository(environment)
    service = recognise(environment.variables)
    review = _review(repository, service, options, environment)
    scope = review.scope
    ground = of_review(repository.git, review, options)
    judged = judge(repository.git, repository.root, ground, options, environment)

    def finish(result: BatchResult) -> BatchResult:
        if not result.scope:
            environment.err.write("redhanded: the change has no commits, so there was nothing to read\n")
        if service and any(skip.reason == "missing-object" for skip in result.skips):
            environment.err.write(f"redhanded: objects are missing. For {service.name}, try:\n{service.deepen}\n")
        return result._replace(findings=_seen(repository.git, scope.revisions[0], result.findings))

    return _reported(job("ci", repository, scope, judged, finish), options, environment, service)


def _seen(git: Git, head: str, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    if not findings:
        return ()
    try:
        return seen_from(files(git, head), findings)
    except (
        GitError
    ):  # a folder is missing, which the scan has met too; where a line stands now is all that it takes away
        return findings


def _review(repository: Repository, service: Service | None, options: Namespace, environment: Environment) -> Review:
    if options.range is not None:
        return range_of(repository.git, options.range, service)
    if service is None:
        raise UsageError("no CI service was recognised", f"{ANYWHERE}, for example origin/main..HEAD")
    return change_of(repository.git, service, environment)


def _reported(job: Job, options: Namespace, environment: Environment, service: Service | None) -> int:
    """Scan. A job's log gets the report as text, and before it what the service shows beside the code.

    Not so when another format is asked for there; one that goes into a file leaves the log as it is.
    """
    named, to_file = options.format, options.output not in (None, "-")
    options.format = named or "text"
    is_for_programs = options.format != "text"
    if service is None or (is_for_programs and not to_file):
        return scan(job, options, environment)
    log = StringIO()

    def tell(report: ScanReport) -> None:
        if service.format and (named is None or to_file):
            with suppress(BrokenPipeError):
                render(service.format, report, environment.out, Options())
        if is_for_programs:
            render("text", report, log, Options(verbose=options.verbose, show_secrets=options.show_secrets))

    code = scan(job._replace(also=tell), options, environment._replace(out=log, is_terminal=False))
    with suppress(BrokenPipeError):  # the reader has gone; what was found has not
        environment.out.write(service.quote(log.getvalue()))
        environment.out.flush()
    return code
