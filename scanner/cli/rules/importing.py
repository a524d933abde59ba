"""`redhanded rules import`: another scanner's rules as a rule file of ours."""

from __future__ import annotations

import shlex
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Final, TextIO

from scanner.cli.environment import Environment, cache_folder
from scanner.cli.newfile import check_new, write_new
from scanner.errors import CLEAN, UsageError
from scanner.redact import printable

if TYPE_CHECKING:
    from scanner.convert.gitleaks import Imported

DESCRIPTION: Final = """\
Turn the rules of a gitleaks or betterleaks configuration (TOML) into a rule file for --rules.
What could not be carried over, or not quite, is said on standard error: the file and its line, the rule, what,
and what to do about it by hand.
"""
EPILOG: Final = """\
exit codes: 0 at least one rule was carried over, whatever the notes say; 2 none was, or the file cannot be read

examples:
  redhanded rules import .gitleaks.toml --output acme.yaml
  redhanded rules check --rules acme.yaml --no-builtin-rules
  redhanded scan . --rules acme.yaml"""
_MANY: Final = 40  # rules; fewer are checked sooner than processes start


def add_options(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="the configuration, such as .gitleaks.toml")
    parser.add_argument("--output", metavar="FILE", help="the new rule file (default: standard output)")
    parser.add_argument("--provider", metavar="NAME", default="", help="whose secrets they are (default: its title)")


def run(options: Namespace, environment: Environment) -> int:
    """Write the rule file. Raises RedhandedError when there is nothing to write, or no way to."""
    from scanner.convert.gitleaks import convert_file  # the other commands on rules need nothing of all this
    from scanner.convert.notes import lines_of
    from scanner.engine.compiled import prepare_builtin
    from scanner.engine.scan import Scanner

    to_file = options.output not in (None, "-")
    if to_file:
        check_new(options.output)
    data = _read(options.file)
    compiled = prepare_builtin(cache_folder(environment.variables), jobs=environment.cpus)
    builtin = Scanner(compiled.rules, compiled.prefilter, environment.now)
    jobs = environment.cpus if data.count(b"[[rules]]") > _MANY else 1
    imported = convert_file(options.file, data, " ".join(options.provider.split()), builtin, jobs)
    for note in imported.notes:
        environment.err.writelines(f"{line}\n" for line in lines_of(options.file, note))
    if not imported.carried:
        problem = f"{printable(options.file)}: no rule could be carried over"
        raise UsageError(problem, "the lines above say why; `redhanded rules new` starts a rule of your own")
    if to_file:
        write_new(options.output, imported.text)
    else:
        environment.out.write(imported.text)
    _conclude(imported, options.output if to_file else "", environment.err)
    return CLEAN


def _read(path: str) -> bytes:
    from scanner.convert.tables import MAX_BYTES

    try:
        with open(path, "rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        problem = f"{printable(path) or repr(path)}: {error.strerror or type(error).__name__}"
        raise UsageError(problem, "name a gitleaks or betterleaks configuration that exists") from None


def _conclude(imported: Imported, output: str, err: TextIO) -> None:
    into = f" into {printable(output)}" if output else ""
    err.write(f"redhanded: {imported.carried} of {imported.total} rules carried over{into}, ")
    err.write(f"{len(imported.notes)} {'note' if len(imported.notes) == 1 else 'notes'}\n")
    if output:
        err.write(f"next: redhanded rules check --rules {printable(shlex.quote(output))} --no-builtin-rules\n")
