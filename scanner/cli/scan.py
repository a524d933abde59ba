"""`redhanded scan`: files, folders, standard input."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from scanner.cli.allowed import of_paths, of_repository
from scanner.cli.environment import Environment
from scanner.cli.options import scan_parser
from scanner.cli.run import Job
from scanner.cli.run import scan as do_scan
from scanner.cli.settings import configure, roots_of
from scanner.cli.small import is_small
from scanner.engine.batch import BatchResult
from scanner.errors import UsageError
from scanner.model import Target
from scanner.policy.config import find_root
from scanner.sources.files import Files
from scanner.sources.stdin import Stdin

_EXAMPLES = """\
  redhanded scan .                      everything below this folder
  redhanded scan app.py deploy/         a file and a folder
  git diff | redhanded scan -           standard input
  redhanded scan . --format sarif --output redhanded.sarif"""


def parser() -> ArgumentParser:
    made = scan_parser("scan", "Scan files, folders and all below them, or standard input.", _EXAMPLES)
    made.add_argument(
        "paths", metavar="PATH", nargs="*", default=["."], help="a file or folder; - is standard input (default: .)"
    )
    made.add_argument(
        "--stdin-name", metavar="NAME", default="<stdin>", help="the name of standard input in the report"
    )
    made.add_argument("--no-stdin", action="store_true", help="take - for a file of that name")
    return made


def run(options: Namespace, environment: Environment) -> int:
    if "-" in options.paths and not options.no_stdin:
        if len(options.paths) > 1:
            problem = "- (standard input) cannot be combined with other paths"
            raise UsageError(problem, "scan them in two runs; a file of that name is ./-")
        found = configure(options, environment, roots_of(environment, [environment.folder]), paths=())
        source = Stdin(environment.stdin, os.fsencode(options.stdin_name), found.max_bytes)
        settle = of_repository(find_root(environment.folder), environment)
        job = Job("scan", source, environment.folder, "stdin", serial=True, settle=settle)
        return do_scan(job, options, environment)

    def after(result: BatchResult) -> BatchResult:
        if not result.read and not any(skip.incomplete for skip in result.skips):
            why = "everything there is left out on purpose" if result.skips else "no file is there"
            environment.err.write(f"redhanded: nothing was read: {why}\n")
        return result

    paths = tuple(os.fsencode(path) for path in options.paths)
    found = configure(options, environment, roots_of(environment, options.paths), paths=options.paths)
    files = Files(paths, found.left_out, found.max_bytes)
    options.at_once = lambda: is_small(_sizes(files))
    settle = of_paths(options.paths, environment.now, environment.cpus)
    job = Job("scan", files, environment.folder, "files", after, settle=settle)
    return do_scan(job, options, environment)


def _sizes(files: Files) -> Iterator[tuple[bytes, int]]:
    for found in files.targets():
        yield (found.origin.path, found.size) if isinstance(found, Target) else (b"", 0)
