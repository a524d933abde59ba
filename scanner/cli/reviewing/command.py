"""`redhanded review`: a decision on each finding, at a terminal or from a file."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections import Counter
from typing import Final

from scanner.cli.entries import Terms, root_of
from scanner.cli.environment import Environment, cache_folder, state_folder
from scanner.cli.options import new_parser, rule_options
from scanner.cli.reviewing.deciding import Deciding, outside
from scanner.cli.reviewing.decisions import LATER, MOST, Said, checked, read, template
from scanner.cli.reviewing.items import Item, Items, gather
from scanner.cli.reviewing.todo import ROTATE, SKIP, Todo
from scanner.errors import CLEAN, FINDINGS, INCOMPLETE, INTERRUPTED, GitError, UsageError
from scanner.git.command import Git
from scanner.git.command import environment as git_environment
from scanner.policy.allowfolder import FOLDER
from scanner.redact import printable

_EXAMPLES: Final = """\
  redhanded review                          go through what is in the files; stop and go on as you like
  redhanded review --history                what the history holds, what must be rotated first in front
  redhanded review --report audit.json app/ what a report tells of these paths
  redhanded review --list                   what is still to be rotated
  redhanded review --done 8d1e77a0c2f4      that has been rotated
  redhanded review --export todo.yaml       a file of all that is undecided, to be filled in
  redhanded review --decisions todo.yaml    do what the file says"""


def parser() -> ArgumentParser:
    made = new_parser(
        "review", "Step through findings and decide on each: allow it, mark it to be rotated, or skip it.", _EXAMPLES
    )
    made.add_argument("paths", metavar="PATH", nargs="*", help="only findings in this file or folder")
    where = made.add_mutually_exclusive_group()
    where.add_argument("--history", action="store_true", help="search the history, not only the files on disk")
    where.add_argument("--report", metavar="FILE", help="take the findings from this JSON report")
    what = made.add_mutually_exclusive_group()
    what.add_argument("--decisions", metavar="FILE", help="carry out the decisions in this file (-: standard input)")
    what.add_argument("--export", metavar="FILE", help="write the undecided findings to a new file, for --decisions")
    what.add_argument("--list", action="store_true", help="list what is to be rotated")
    what.add_argument(
        "--done", metavar="ID", action="append", default=[], help="this one (as --list shows it) has been rotated"
    )
    made.add_argument("--again", action="store_true", help="also show what was decided in an earlier review")
    made.add_argument("--show-secrets", action="store_true", help="print secrets in full, not masked")
    rule_options(made)
    return made


def run(options: Namespace, environment: Environment) -> int:
    root = root_of(environment)
    todo = Todo(_notes(root, environment))
    if options.list or options.done:
        return _to_rotate(todo, options, environment)
    if options.decisions is None and options.export is None and not _is_at_terminal(environment):
        help = (
            "without one: `redhanded review --export todo.yaml`, fill it in, `redhanded review --decisions todo.yaml`"
        )
        raise UsageError("there is no terminal to review at", help)
    if options.export not in (None, "-"):
        from scanner.cli.newfile import check_new

        check_new(options.export, "--export")
    said = _said(options.decisions, environment) if options.decisions is not None else []
    environment.err.write("redhanded: looking for findings\n")
    environment.err.flush()
    items = gather(options, root, environment)
    todo.name_all((item.id for item in items.open), environment.cpus)
    undecided = tuple(item for item in items.open if options.again or not todo.of(item.id))
    if not items.whole:
        environment.err.write("redhanded: not everything could be read, so not everything is reviewed\n")
    if options.export is not None:
        return _exported(undecided, options.export, items, environment)
    if options.decisions is not None:
        return _decide(said, items, undecided, Deciding(root, todo, environment), options, environment)
    return _at_terminal(undecided, items, todo, root, options, environment)


def _is_at_terminal(environment: Environment) -> bool:
    return environment.is_terminal and environment.stdin is not None and environment.stdin.isatty()


def _notes(root: str, environment: Environment) -> str:
    """Return the file with the marks of the repository, the same for all its worktrees. Raises UsageError."""
    from scanner.ruleset.cache import digest

    folder = state_folder(environment.variables)
    if folder is None:
        raise UsageError("there is no folder to keep decisions in", "set HOME, or XDG_STATE_HOME")
    place = root
    try:
        found = Git(root, git_environment(environment.variables)).try_run("rev-parse", "--git-common-dir")
        if found:
            place = os.path.join(root, os.fsdecode(found.removesuffix(b"\n")))
    except GitError:
        pass  # no git: the folder itself
    return os.path.join(folder, "review", f"{digest(os.fsencode(os.path.realpath(place)))}.json")


def _to_rotate(todo: Todo, options: Namespace, environment: Environment) -> int:
    wanted = [mark for mark in todo.marks.values() if mark.kind == ROTATE]
    gone = []
    for given in options.done:
        fitting = [mark for mark in wanted if mark.hash.startswith(given.lower())] if len(given) >= 8 else []
        if len(fitting) != 1:
            raise UsageError(f"{printable(given)!r} is not on the list", "`redhanded review --list` shows it, with ids")
        gone += fitting
    if gone:
        todo.drop(mark.hash for mark in gone)
        environment.out.write(f"taken off the list: {len(gone):,}; left on it: {len(wanted) - len(set(gone)):,}\n")
        return CLEAN
    _write_list(todo, options, environment)
    if not wanted:
        environment.out.write("nothing is to be rotated\n")
    return CLEAN


def _write_list(todo: Todo, options: Namespace, environment: Environment) -> None:
    from scanner.cli.ready import compiled_rules
    from scanner.cli.reviewing.screen import todo_lines
    from scanner.cli.settings import configure, roots_of

    wanted = [mark for mark in todo.marks.values() if mark.kind == ROTATE]
    if not wanted:
        return
    configure(options, environment, roots_of(environment, [environment.folder]))
    rules = compiled_rules(options, cache_folder(environment.variables), environment.cpus).rules
    told = {rule.id: rule.info for rule in rules}
    environment.out.write("to be rotated:\n")
    environment.out.writelines(f"{line}\n" for line in todo_lines(wanted, told))


def _exported(undecided: tuple[Item, ...], path: str, items: Items, environment: Environment) -> int:
    from scanner.cli.newfile import write_new

    if path == "-":
        environment.out.write(template(undecided))
    else:
        write_new(path, template(undecided), "--export")
        environment.out.write(f"wrote {printable(path)}: {len(undecided):,} undecided\n")
    return _code(len(undecided), items)


def _said(path: str, environment: Environment) -> list[Said]:
    return read(_shown(path), _data(path, environment))


def _shown(path: str) -> str:
    return "<stdin>" if path == "-" else printable(path)


def _decide(
    said: list[Said],
    items: Items,
    undecided: tuple[Item, ...],
    deciding: Deciding,
    options: Namespace,
    environment: Environment,
) -> int:
    decided = checked(_shown(options.decisions), said, (*items.open, *items.hidden), environment)
    counts = Counter(one.way for one in decided)
    allowed: dict[Terms, list[Item]] = {}
    for item, _, terms in decided:
        if terms:
            allowed.setdefault(terms, []).append(item)
            if left := outside(item, terms):
                environment.err.write(f"redhanded: [{item.finding.rule_id}] is still reported: it is in {left}, too\n")
    for terms, some in allowed.items():
        change, _ = deciding.allow(some, terms)
        environment.out.writelines(f"wrote {name}\n" for name in change.names)
    for kind in (ROTATE, SKIP):
        deciding.mark([one.item for one in decided if one.way == kind], kind)
    settled = {item.id for item, way, _ in decided if way != LATER}
    left_over = sum(item.id not in settled for item in undecided)
    done = f"{counts['allow']:,} allowed, {counts['rotate']:,} to be rotated, {counts['skip']:,} skipped"
    environment.out.write(f"{done}; {left_over:,} undecided\n")
    if counts["allow"]:
        environment.out.write(f"commit it: git add {FOLDER}\n")
    return _code(left_over, items)


def _data(path: str, environment: Environment) -> bytes:
    if path == "-":
        if environment.stdin is None:
            raise UsageError("--decisions -: standard input is closed", "name a file")
        return environment.stdin.read(MOST + 1)
    try:
        with open(path, "rb") as file:
            return file.read(MOST + 1)
    except OSError as error:
        problem = f"--decisions {printable(path)}: {error.strerror}"
        raise UsageError(problem, "`redhanded review --export FILE` writes one to be filled in") from None


def _at_terminal(
    undecided: tuple[Item, ...],
    items: Items,
    todo: Todo,
    root: str,
    options: Namespace,
    environment: Environment,
) -> int:
    from scanner.cli.reviewing.opening import session_of

    if not undecided:
        environment.out.write("nothing is undecided\n")
        _write_list(todo, options, environment)
        return _code(0, items)
    session = session_of(undecided, todo, root, options, environment)
    is_stopped = False
    try:
        session.run()
    except KeyboardInterrupt:
        is_stopped = True
        environment.out.write("\n")
    environment.out.writelines(f"{line}\n" for line in session.summary())
    _write_list(todo, options, environment)
    if session.left:
        environment.out.write("`redhanded review` goes on with the rest: each decision is kept\n")
    environment.out.flush()
    return INTERRUPTED if is_stopped else _code(session.left, items)


def _code(undecided: int, items: Items) -> int:
    if undecided:
        return FINDINGS
    return CLEAN if items.whole else INCOMPLETE
