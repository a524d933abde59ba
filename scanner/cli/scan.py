"""`redhanded scan`: files, folders, standard input."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace

from scanner.cli.environment import Environment
from scanner.cli.options import scan_parser
from scanner.cli.run import Job
from scanner.cli.run import scan as do_scan
from scanner.errors import UsageError
from scanner.policy.config import find_root, load
from scanner.sources.files import Files
from scanner.sources.stdin import Stdin

_EXAMPLES = """\
  redhanded scan .                      everything below this folder
  redhanded scan app.py deploy/         a file and a folder
  git diff | redhanded scan -           standard input
  redhanded scan . --format sarif --output redhanded.sarif"""


def parser() -> ArgumentParser:
    made = scan_parser("scan", "Scan files, folders (and all below them), or standard input.", _EXAMPLES)
    made.add_argument("paths", metavar="PATH", nargs="*", default=["."], help="file or folder, - for standard input (default: .)")
    made.add_argument("--stdin-name", metavar="NAME", default="<stdin>", help="what to call standard input in the report")
    return made


def run(options: Namespace, environment: Environment) -> int:
    root = find_root(environment.folder)
    if "-" in options.paths:
        if len(options.paths) > 1:
            raise UsageError("- (standard input) cannot be combined with other paths", "scan them in two runs")
        name = os.fsencode(options.stdin_name)
        return do_scan(Job("scan", Stdin(environment.stdin, name), root, "stdin", serial=True), options, environment)
    excludes = load(root).excludes
    source = Files(tuple(os.fsencode(path) for path in options.paths), excludes)
    return do_scan(Job("scan", source, root, "files"), options, environment)
