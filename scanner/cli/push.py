"""`redhanded push`: the objects that a push would add to the other side; the pre-push and the pre-receive hook."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from scanner.cli.changes import job, open_repository
from scanner.cli.environment import Environment
from scanner.cli.options import scan_parser
from scanner.cli.run import scan
from scanner.cli.trust.ground import of_push, of_received, trust_options
from scanner.cli.trust.judge import judge
from scanner.engine.batch import BatchResult
from scanner.errors import SourceError, UsageError
from scanner.git.command import PLACE_VARIABLES, QUARANTINE_VARIABLES, Git
from scanner.git.range import Scope
from scanner.git.revision import is_id, resolve
from scanner.redact import printable

_EXAMPLES = """\
  redhanded push "$@"                   in .git/hooks/pre-push: what the remote does not have yet
  redhanded push --pre-receive          in hooks/pre-receive on a server: what was sent to it"""

_MOST: Final = 16 << 20  # bytes of standard input
_NO_OBJECT: Final = re.compile(r"0{40}|0{64}")
_PLAIN: Final = re.compile(r"[\w.-]+(/[\w.-]+)*")  # a remote's name without what a pattern gives a meaning


class Update(NamedTuple):
    """A ref that is pushed. `new` is an object id, empty for a deletion; `old` what the other side has there."""

    new: str
    old: str


def parser() -> ArgumentParser:
    made = scan_parser("push", "Scan what a push adds to the remote, as a pre-push or pre-receive hook.", _EXAMPLES)
    made.add_argument("remote", metavar="REMOTE", nargs="?", help="the remote's name, as git gives it to the hook")
    made.add_argument("url", metavar="URL", nargs="?", help="its address, likewise; not used")
    made.add_argument(
        "--pre-receive", action="store_true", help="on a server: scan what was sent and is not accepted yet"
    )
    trust_options(made)
    return made


def run(options: Namespace, environment: Environment) -> int:
    if options.pre_receive:
        if options.remote is not None:
            raise UsageError("--pre-receive takes no remote", "git gives that hook no arguments")
        # Only here may variables lead git to other objects: git itself has put the new ones aside, and says where.
        repository = open_repository(environment, PLACE_VARIABLES | QUARANTINE_VARIABLES)
        scope = _received(environment)
        ground = of_received(repository.git, scope, options)
    else:
        repository = open_repository(environment, PLACE_VARIABLES)
        remote, scope = _pushed(repository.git, options.remote, environment)
        ground = of_push(repository.git, remote, scope, options)
    judged = judge(repository.git, repository.root, ground, options, environment)

    def finish(result: BatchResult) -> BatchResult:
        if not result.scope:
            environment.err.write("redhanded: the push adds no objects, so there was nothing to read\n")
        # The HEAD of either side says nothing about what is pushed.
        return result._replace(findings=tuple(finding._replace(in_head=None) for finding in result.findings))

    return scan(job("push", repository, scope, judged, finish), options, environment)


def _received(environment: Environment) -> Scope:
    """Return what no ref of this repository reaches yet."""
    updates = [_update(line, line[1], line[0]) for line in _lines(environment, 3)]
    return _scope(updates, ("--not", "--all"))


def _pushed(git: Git, remote: str | None, environment: Environment) -> tuple[str, Scope]:
    """Return the remote and what is not in the remote's branches as last seen, and not in what it says that it has."""
    if remote is None and environment.variables.get("PRE_COMMIT"):
        remote, updates = _from_pre_commit(git, environment.variables)
    elif remote is None:
        raise UsageError("no remote was given", 'in a pre-push hook, write: exec redhanded push "$@"')
    else:
        updates = [_update(line, line[1], line[3]) for line in _lines(environment, 4)]
    there = dict.fromkeys(update.old for update in updates if update.old and resolve(git, update.old, "object"))
    tracked = (f"--remotes={remote}",) if _PLAIN.fullmatch(remote) else ()
    return remote, _scope(updates, ("--not", *there, *tracked))


def _scope(updates: list[Update], less: tuple[str, ...]) -> Scope:
    new = tuple(dict.fromkeys(update.new for update in updates if update.new))
    return Scope((*new, *less) if new else ())


def _from_pre_commit(git: Git, variables: Mapping[str, str]) -> tuple[str, list[Update]]:
    """Return remote and update. pre-commit reads git's lines itself, and tells of the first that adds something."""
    name = variables.get("PRE_COMMIT_TO_REF") or variables.get("PRE_COMMIT_LOCAL_BRANCH", "")
    start = variables.get("PRE_COMMIT_FROM_REF", "")
    remote = variables.get("PRE_COMMIT_REMOTE_NAME", "")
    if not name or not (remote or start):
        help = "it is for `git push`; for a look at whole files use the hook redhanded-files"
        raise UsageError("pre-commit does not say what is pushed", help)
    new = resolve(git, name, "object")
    if new is None:
        raise UsageError(f"there is no {printable(name)} here, which pre-commit says is pushed", "push it again")
    return remote, [Update(new, (resolve(git, start) or "") if start else "")]


def _lines(environment: Environment, fields: int) -> Iterator[list[str]]:
    """Yield the fields of each line of standard input. Raises UsageError, SourceError."""
    stream = environment.stdin
    if stream is None or stream.isatty():
        raise UsageError("git's list of refs is read from standard input", "this command is for git's hooks")
    try:
        data = stream.read(_MOST + 1)
    except OSError as error:
        raise SourceError(f"standard input cannot be read: {error.strerror}") from None
    if len(data) > _MOST:
        raise SourceError(f"standard input is over {_MOST:,} bytes long", "push fewer refs at once")
    for number, line in enumerate(data.splitlines(), 1):
        # A local name may be any revision, with spaces in it; ids and the name of the remote's ref hold none.
        found = line.decode("utf-8", "surrogateescape").rsplit(" ", fields - 1)
        if len(found) != fields:
            form = "OLD NEW REF" if fields == 3 else "REF ID REF ID"
            raise UsageError(f"<stdin>:{number}: not a line `{form}`: {printable(line[:200])}", "is this git's hook?")
        yield found


def _update(line: list[str], new: str, old: str) -> Update:
    for oid in (new, old):
        if not (is_id(oid) or _NO_OBJECT.fullmatch(oid)):
            raise UsageError(f"<stdin>: {printable(oid[:200])!r} is no object id", "is this git's hook?")
    return Update(new if is_id(new) else "", old if is_id(old) else "")
